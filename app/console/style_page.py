"""Everything the page of a style shows, read in one transaction and drawn outside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalog.queries import skus_of_styles, style_by_code
from app.catalog.tables import Style
from app.console.changing import changing, named_run
from app.console.plots.alternatives import Priced, alternatives_plot
from app.console.plots.columns import size_curve
from app.console.plots.frame import Plot
from app.console.plots.outlook import outlook_plot
from app.console.style_outlook import Past, outlook_of, past_of, sizes_of
from app.errors import NotFound
from app.forecasting.explained.explain import Explained, drawn_of, explanation
from app.forecasting.queries import forecast_before, forecast_of, latest_forecast
from app.forecasting.tables import ForecastRow
from app.parties.refs import BrandRef
from app.parties.tables import Factory
from app.recommendations.queries import earlier_decisions, last_decision, last_of_style
from app.recommendations.tables import Recommendation
from app.sourcing.tables import Offer

LISTED = 12
"""Earlier decisions and recommendations that are listed."""


@dataclass(frozen=True, eq=False)
class StyleRead:
    """What was read of a style."""

    style: Style
    past: Past
    forecast: ForecastRow | None
    before: ForecastRow | None
    decision: Mapping[str, Any] | None
    decided_at: datetime | None
    earlier: Sequence[tuple[str, datetime, str, bool, str]]
    recommendations: Sequence[Recommendation]
    offer: Offer | None


@dataclass(frozen=True, eq=False)
class StylePage:
    """What its template shows.

    Attributes:
        read: What was read.
        outlook: The plot of demand, forecast and stock; None where there is none of them.
        sizes: The plot of the sizes; None for a style of one size, or of which nothing is known.
        priced: The plot of the alternatives; None before the first decision.
        alternatives: Each with what it earns above hold, the best first.
        explained: Why the forecast says what it says, in sentences.
        changing: What would change the decision, in sentences.
    """

    read: StyleRead
    outlook: Plot | None
    sizes: Plot | None
    priced: Plot | None
    alternatives: Sequence[Mapping[str, Any]]
    explained: Sequence[str]
    changing: Sequence[str]


def read_style(session: Session, brand: BrandRef, code: str, *, at: datetime) -> StyleRead:
    """Read a style of the brand.

    Raises:
        NotFound: If the brand has no style of that code.
    """
    style = style_by_code(session, brand.id, code)
    if style is None:
        raise NotFound("there is no such style")
    forecast = latest_forecast(session, style.id)
    decision = last_decision(session, style.id)
    found = StyleRead(
        style=style,
        past=past_of(session, brand, skus_of_styles(session, [style.id]), at=at),
        forecast=forecast,
        before=None if forecast is None else forecast_before(session, forecast),
        decision=None if decision is None else decision.body,
        decided_at=None if decision is None else decision.at,
        earlier=earlier_decisions(session, style.id, limit=LISTED),
        recommendations=last_of_style(session, style.id, limit=LISTED),
        offer=None if decision is None else _offer_of(session, brand, decision.body),
    )
    session.expunge_all()
    return found


def _offer_of(session: Session, brand: BrandRef, decision: Mapping[str, Any]) -> Offer | None:
    """Return the offer of the run that was chosen, or came nearest."""
    run = named_run(decision)
    if not run.get("offer"):
        return None
    query = (
        select(Offer)
        .join(Factory, Factory.id == Offer.factory_id)
        .where(
            Offer.brand_id == brand.id,
            Offer.code == run["offer"],
            Factory.code == run.get("factory"),
        )
    )
    return session.scalar(query)


def style_page(read: StyleRead, brand: BrandRef, *, paths: int, today: date) -> StylePage:
    """Draw what was read; computes outside any transaction.

    Args:
        read: What was read.
        brand: Whose style it is.
        paths: How many the forecast decides on.
        today: The brand's day.
    """
    shown = _drawn(read, paths)
    code, currency = read.style.code, read.style.currency
    forecast = None if shown is None else shown.forecast
    drawn = None if shown is None else shown.drawn
    sizes = sizes_of(read.past, forecast)
    is_known = any(share is not None for _, *shares in sizes for share in shares)
    seen = outlook_of(code, brand, read.past, forecast, drawn)
    alternatives = _against_hold(read.decision or {})
    bars = [
        Priced(
            name=_named(one),
            quantity=one["quantity"],
            against_hold=one["against_hold"],
            error=float(one.get("profit_standard_error") or 0) or None,
            is_chosen=one["is_chosen"],
        )
        for one in alternatives
    ]
    return StylePage(
        read=read,
        outlook=None if seen.is_empty else outlook_plot(seen),
        sizes=size_curve(code, sizes) if len(sizes) > 1 and is_known else None,
        priced=alternatives_plot(code, bars, currency) if bars else None,
        alternatives=alternatives,
        explained=_sentences(shown),
        changing=changing(
            read.decision or {},
            read.offer,
            read.recommendations,
            timezone=brand.timezone,
            today=today,
        ),
    )


def _drawn(read: StyleRead, paths: int) -> Explained | None:
    row = read.forecast
    if row is None:
        return None
    return drawn_of(
        forecast_of(row),
        None if read.before is None else forecast_of(read.before),
        made_at=row.made_at,
        periods=row.horizon,
        paths=paths,
        seed=row.seed,
    )


def _sentences(shown: Explained | None) -> list[str]:
    if shown is None:
        return []
    said = explanation(shown)["text"]
    return [said] if isinstance(said, str) else list(said)


def _against_hold(decision: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the alternatives with their profit above hold; none where hold was not priced."""
    chosen = decision.get("chosen") or {}
    taken = tuple(chosen.get(name) for name in ("action", "offer", "quantity"))
    listed = [
        one
        for one in decision.get("alternatives", [])
        if (one["action"], one.get("offer"), one["quantity"]) != taken
    ]
    if "expected_profit" in chosen:
        listed.insert(0, chosen)
    hold = next((one for one in listed if one["action"] == "hold"), None)
    if hold is None:
        return []
    priced = [
        {
            **one,
            "against_hold": float(one["expected_profit"]) - float(hold["expected_profit"]),
            "is_chosen": (one["action"], one.get("offer"), one["quantity"]) == taken,
        }
        for one in listed
    ]
    return sorted(priced, key=lambda one: -one["against_hold"])


def _named(one: Mapping[str, Any]) -> str:
    if one["action"] == "hold":
        return "hold"
    mode = str(one["mode"]).replace("_", " ")
    return f"{mode} by {one['factory']}" if one.get("factory") else mode
