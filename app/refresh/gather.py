"""Read what a batch of styles is decided from, in one snapshot."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from app.catalog.queries import SkuRef, skus_of_styles, styles_by_id
from app.catalog.tables import Style
from app.demand.build import build_panels
from app.demand.panel import DemandPanel
from app.demand.position import Position, positions
from app.forecasting.past.priors import BrandPriors
from app.forecasting.queries import fit_states
from app.insight.learned import with_learned
from app.parties.refs import BrandRef
from app.recommendations.declined import Declined, declined_offers
from app.recommendations.plans import StandingPlan, countered_cost, last_verdicts, standing_plans
from app.recommendations.records import Record, factory_records
from app.refresh.limits import Limits, read_limits
from app.runs.past import PastRuns, past_runs
from app.runs.tools import tooled_offers
from app.sourcing.material_queries import offers_by_style
from app.sourcing.queries import Offered, offers_outside


@dataclass(frozen=True)
class Gathered:
    """One batch of a brand's styles as they stood in one snapshot.

    Attributes:
        origin: The brand-local day that plans start.
        styles: By id; `supply_version` is what a publication checks against.
        skus: The active SKUs of each style that has not ended, in the brand's order.
        standing: The draft and open recommendations of each style that has any, oldest first.
        tooled: (style, factory, offer) whose tools an earlier run paid for.
        warm: What the last fit of each style left for the next one, by the style's code.
        past: The accepted runs of each style that has any.
        countered: Money that countered recommendations of a style tie up.
        records: How factories kept their word to the brand.
        declined: What factories declined lately for each style that has any.
        limits: What its styles share, and what is left of it for this batch.
        outside: The brand's offers that are not valid yet, or no more.
        verdicts: The last verdict on each style on trial that has one.
    """

    brand: BrandRef
    at: datetime
    origin: date
    priors: BrandPriors
    styles: Mapping[int, Style]
    skus: Mapping[int, Sequence[SkuRef]]
    panels: Sequence[DemandPanel]
    positions: Mapping[int, Position]
    offers: Mapping[str, Sequence[Offered]]
    standing: Mapping[int, Sequence[StandingPlan]]
    tooled: frozenset[tuple[int, int, str]]
    warm: Mapping[str, Mapping[str, Any]]
    past: Mapping[int, PastRuns]
    countered: Mapping[int, Decimal]
    records: Mapping[int, Record]
    declined: Mapping[int, Sequence[Declined]]
    limits: Limits
    outside: Sequence[Offered]
    verdicts: Mapping[int, str]


def gather(
    session: Session,
    brand: BrandRef,
    style_ids: Sequence[int],
    *,
    at: datetime,
    origin: date,
    priors: BrandPriors,
    decided_with: Collection[int] = (),
) -> Gathered:
    """Read styles, demand, positions, offers and standing recommendations; a read transaction.

    With the styles `decided_with` them, of any brand, they share what is limited.
    """
    styles = styles_by_id(session, brand.id, style_ids)
    forecast = [key for key, style in styles.items() if style.planning != "ended"]
    refs = skus_of_styles(session, forecast)
    skus: dict[int, list[SkuRef]] = {key: [] for key in forecast}
    for ref in refs:
        skus[ref.style_id].append(ref)
    sold = [key for key in forecast if skus[key]]
    codes = [styles[key].code for key in sold]
    warm = fit_states(session, sold)
    fitted_on = {
        key: date.fromisoformat(warm[styles[key].code]["day"])
        for key in sold
        if styles[key].code in warm
    }
    stated = offers_by_style(session, brand.id, codes, day=origin)
    offers = with_learned(session, brand.id, stated, day=origin, at=at)
    return Gathered(
        brand=brand,
        at=at,
        origin=origin,
        priors=priors,
        styles=styles,
        skus=skus,
        panels=build_panels(session, brand, sold, origin=origin, fitted_on=fitted_on),
        positions=positions(session, [ref.id for ref in refs], at=at),
        offers=offers,
        standing=standing_plans(session, style_ids),
        tooled=frozenset(tooled_offers(session, sold)),
        warm=warm,
        past=past_runs(session, sold),
        countered=countered_cost(session, sold),
        records=factory_records(session, brand, at=at),
        declined=declined_offers(session, brand, sold, day=origin),
        limits=read_limits(
            session, brand, styles, offers, day=origin, decided=sorted(decided_with or styles)
        ),
        outside=offers_outside(session, brand.id, day=origin),
        verdicts=last_verdicts(session, [key for key in sold if styles[key].test is not None]),
    )
