"""Forecast and decide a gathered batch: arrays in, proposals out; no database."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial

from app.catalog.queries import SkuRef
from app.catalog.tables import Style
from app.forecasting.forecast import forecast_styles
from app.forecasting.model import StyleForecast
from app.forecasting.paths import draw_paths, seed_of
from app.forecasting.store import new_forecast
from app.forecasting.tables import ForecastRow
from app.planning import Reason, decide
from app.recommendations.kept import kept_inputs
from app.recommendations.proposal import Proposal
from app.refresh.background import committed, with_background
from app.refresh.experience import learned_reasons
from app.refresh.gather import Gathered
from app.refresh.metrics import stage
from app.refresh.pending import Pending
from app.refresh.proposals import proposal, without_decision
from app.refresh.rationing import ration
from app.refresh.seen import Seen
from app.refresh.situations import end_period, horizon, situation
from app.refresh.urgency import is_urgent
from app.refresh.validity import validity_reasons
from app.refresh.wishes import fit_wishes
from app.sourcing.queries import Offered
from app.sourcing.terms import named, terms_of


@dataclass
class Decided:
    """What a batch came to: a proposal, or an error, for each style; by style id.

    Attributes:
        unplanned: Styles that are paused, ended or without SKUs: not due again by themselves.
        standing: What the drafts and open ones of each style cost that has any.
    """

    proposals: dict[int, Proposal] = field(default_factory=dict)
    forecasts: dict[int, ForecastRow] = field(default_factory=dict)
    errors: dict[int, str] = field(default_factory=dict)
    unplanned: set[int] = field(default_factory=set)
    standing: Mapping[int, Decimal] = field(default_factory=dict)

    def leave(self, proposal: Proposal) -> None:
        """Take the proposal of a style that is not planned."""
        self.proposals[proposal.style_id] = proposal
        self.unplanned.add(proposal.style_id)

    def more_money(self, style_id: int) -> Decimal:
        """Return what a style's proposal ties up beyond what stands for it; below 0: less."""
        proposal = self.proposals.get(style_id)
        runs = () if proposal is None else proposal.runs
        asked = sum((run.total_cost for run in runs), start=Decimal(0))
        return asked - self.standing.get(style_id, Decimal(0))

    def fail(self, style_id: int, error: str) -> None:
        """Take back what was decided for a style: it could not be published."""
        self.proposals.pop(style_id, None)
        self.forecasts.pop(style_id, None)
        self.errors[style_id] = error

    def with_more(self, other: "Decided") -> "Decided":
        """Return both together."""
        return Decided(
            self.proposals | other.proposals,
            self.forecasts | other.forecasts,
            self.errors | other.errors,
            self.unplanned | other.unplanned,
            {**self.standing, **other.standing},
        )


Alone = tuple[Decided, list[Pending]]
"""Styles decided by themselves, and those of them that want a run."""

Engine = Callable[[Sequence[Gathered], int], list[Alone]]


def _alone_here(brands: Sequence[Gathered], paths: int) -> list[Alone]:
    return [decide_alone(gathered, paths) for gathered in brands]


def decide_styles(gathered: Gathered, *, paths: int) -> Decided:
    """Return the proposal of every style gathered; one that raises is an error of its own."""
    return decide_together([gathered], paths=paths)[0]


def decide_together(
    brands: Sequence[Gathered], *, paths: int, alone: Engine = _alone_here
) -> list[Decided]:
    """Return the proposals for the styles of several brands, which share what is limited.

    In the order of the brands; what each style gets does not depend on it. Some may be parts of
    one brand's. `alone` decides each by itself, wherever it does.
    """
    found = alone(brands, paths)
    gathered_for = {
        one.style.id: (decided, gathered)
        for gathered, (decided, pending) in zip(brands, found, strict=True)
        for one in pending
    }
    for one in ration([one for _, pending in found for one in pending]):
        decided, gathered = gathered_for[one.style.id]
        decided.proposals[one.style.id] = _proposed(gathered, one)
    return [decided for decided, _ in found]


def decide_alone(gathered: Gathered, paths: int) -> Alone:
    """Return every style decided by itself, and those of them that want a run."""
    decided = Decided(standing=_standing_cost(gathered))
    for style in gathered.styles.values():
        if style.planning == "ended":
            decided.leave(without_decision(style, "discontinue", "planning_ended"))
        elif not gathered.skus[style.id]:
            decided.leave(without_decision(style, "hold", "no_skus"))
    wishes = fit_wishes(gathered)
    pending: list[Pending] = []
    for panel in gathered.panels:
        with stage("forecast", styles=len(panel.styles)):
            forecasts = forecast_styles(panel, gathered.priors, wishes)
        for index, forecast in enumerate(forecasts):
            style = gathered.styles[panel.styles[index].id]
            try:
                found = _decide_style(decided, gathered, Seen(panel, index, style), forecast, paths)
                if found is not None:
                    decided.proposals[style.id] = _proposed(gathered, found)
                    pending += [found] * (found.decision.action == "run")
            except Exception as error:  # noqa: BLE001  reported for this style; the rest go on
                decided.errors[style.id] = f"{type(error).__name__}: {error}"
    for missed in gathered.styles.keys() - decided.proposals.keys() - decided.errors.keys():
        decided.errors[missed] = "its demand could not be read"
    return decided, pending


def _decide_style(
    decided: Decided, gathered: Gathered, seen: Seen, forecast: StyleForecast, paths: int
) -> Pending | None:
    """Return a style decided by itself; None where it is not planned."""
    style = seen.style
    law = seen.return_law(gathered.priors)
    forecast = seen.with_signals(forecast, law)
    if style.planning == "paused":
        kept = _made(gathered, style, forecast, horizon(None, (), 0, forecast.period_days))
        decided.forecasts[style.id] = kept
        decided.leave(without_decision(style, "hold", "planning_paused", forecast_id=kept.id))
        return None
    skus = _in_forecast_order(gathered.skus[style.id], forecast)
    offers = named(_asked_of(gathered, style))
    terms = tuple(
        terms_of(offered, name=key, has_tools=_has_tools(gathered, style, offered))
        for key, offered in offers.items()
    )
    review, days = gathered.brand.review_period_days, forecast.period_days
    end = end_period(style, gathered.origin, terms, review, days)
    periods = horizon(end, terms, review, days)
    made = _made(gathered, style, forecast, periods)
    asked = situation(
        style,
        skus,
        draw_paths(forecast, periods=periods, paths=paths, seed=made.seed),
        [gathered.positions[ref.id] for ref in skus],
        terms,
        origin=gathered.origin,
        period_days=days,
        end=end,
        review_days=review,
        returns=law,
        returning=seen.returning(law, periods),
        previous=None,
    )
    asked = with_background(asked, gathered, style, skus, offers, forecast.facts)
    decided.forecasts[style.id] = made
    return Pending(style, skus, offers, asked, made, decide(asked), gathered.limits)


def _standing_cost(gathered: Gathered) -> dict[int, Decimal]:
    return {
        style: sum((plan.total_cost for plan in plans), start=Decimal(0))
        for style, plans in gathered.standing.items()
    }


def _proposed(gathered: Gathered, one: Pending) -> Proposal:
    return proposal(
        one.decision,
        brand=gathered.brand,
        style=one.style,
        skus=one.skus,
        offers=one.offers,
        origin=gathered.origin,
        forecast_id=one.made.id,
        inputs=kept_inputs(one.asked, one.made),
        extra_reasons=[
            *_unknown_stock(one.skus, gathered),
            *learned_reasons(one.offers, one.decision.chosen.offer),
            *_declined(gathered, one.style),
            *validity_reasons(gathered, one.style, one.decision.action),
        ],
        committed=committed(gathered, one.style),
        is_urgent=partial(is_urgent, one.asked),
        needs=partial(gathered.limits.needs, one.style),
    )


def _made(gathered: Gathered, style: Style, forecast: StyleForecast, periods: int) -> ForecastRow:
    """Return the forecast as it is stored; its seed is the style's and the day's."""
    seed = seed_of(gathered.brand.code, style.code, gathered.origin)
    return new_forecast(style.id, forecast, seed=seed, horizon=periods, made_at=gathered.at)


def _asked_of(gathered: Gathered, style: Style) -> list[Offered]:
    """Return the style's offers but those that their factories declined since the last review."""
    declined = {(one.factory, one.offer) for one in gathered.declined.get(style.id, ())}
    offers = gathered.offers[style.code]
    return [one for one in offers if (one.factory, one.offer.code) not in declined]


def _has_tools(gathered: Gathered, style: Style, offered: Offered) -> bool:
    return (style.id, offered.offer.factory_id, offered.offer.code) in gathered.tooled


def _in_forecast_order(refs: Sequence[SkuRef], forecast: StyleForecast) -> list[SkuRef]:
    by_code = {ref.code: ref for ref in refs}
    return [by_code[code] for code in forecast.sku_codes]


def _unknown_stock(skus: Sequence[SkuRef], gathered: Gathered) -> list[Reason]:
    unknown = [ref.code for ref in skus if not gathered.positions[ref.id].stock_known]
    return [Reason("stock_unknown", {"skus": len(unknown), "first": unknown[0]})] if unknown else []


def _declined(gathered: Gathered, style: Style) -> list[Reason]:
    return [
        Reason(
            "withdrawn_by_brand" if one.by_brand else "declined_by_factory",
            {"factory": one.factory, "offer": one.offer, "until": one.until.isoformat()},
        )
        for one in gathered.declined.get(style.id, ())
    ]
