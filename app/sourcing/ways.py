"""The ways one offer can be had: with the material at hand, or with material to be bought first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from math import ceil
from typing import Any

from app.sourcing.availability import NOTHING, Availability, per_unit
from app.sourcing.queries import Offered, spare_days

MOST_UNITS = 10**15
"""A material for more units than this limits nothing."""

Needed = Sequence[tuple[Availability, Decimal]]
"""Materials that are reported, each with what a unit of the style takes of it."""


@dataclass(frozen=True, slots=True)
class Need:
    """What a unit of a run takes of a material.

    Attributes:
        by: The day it must be there; None: what is lacking is bought for the run.
    """

    material: str
    per_unit: Decimal
    by: date | None


def needs_of(
    offered: Offered,
    materials: Sequence[Mapping[str, Any]],
    reported: Mapping[str, Availability],
    *,
    day: date,
) -> tuple[Need, ...]:
    """Return what a run takes of the materials that its factory reports, as `ways_of` counts.

    With the material at hand all of them limit it, else those that do not return.
    """
    by = day + timedelta(days=0 if offered.has_material else _spare_days(offered))
    return tuple(
        Need(
            use["material"],
            per_unit(use),
            by if offered.has_material or not reported[use["material"]].material.returns else None,
        )
        for use in materials
        if use["material"] in reported
    )


def ways_of(
    offered: Offered,
    materials: Sequence[Mapping[str, Any]],
    reported: Mapping[str, Availability],
    *,
    day: date,
) -> list[Offered]:
    """Return how an offer can be had by a brand that orders a style on a day.

    With all the material at hand: in the shorter lead time, up to what it allows. Otherwise in
    the usual one: without limit where the material returns, and no sooner than it can be bought
    and made up; where it does not, up to what is there by the day it is needed. That is the day
    from which the shorter lead time still keeps the usual one, or the day of the order. A way that
    takes longer and allows no more is left out. What is bought is bought in its minimum, so that
    a smaller run is made of what is there. After its season a material is of no use.
    A material that the factory does not report limits nothing, and counts as not at hand. Made to
    order there is no run that could be too large: only where nothing is left is there no way.

    Args:
        offered: The offer as made.
        materials: The style's, as the catalog keeps them.
        reported: Those of them that the factory reports, by code.
        day: Brand-local.
    """
    needed = [
        (reported[use["material"]], per_unit(use))
        for use in materials
        if use["material"] in reported
    ]
    if not needed:
        return [offered]
    offered = _with_kept(offered, needed, day)
    usual = _usual(offered, needed, day)
    is_apart = offered.offer.material_lead_time_days_mean is not None or usual.least_units > 0
    if is_apart and len(needed) == len(materials):
        sooner = _limited(replace(offered, has_material=True), needed, day=day, by=day)
        sooner = _within_season(sooner, needed, day=day, needed_in=0)
        if sooner.material_limit:
            adds = usual.material_limit is None or usual.material_limit > sooner.material_limit
            return [sooner, usual] if adds else [sooner]
    return [] if offered.offer.made_to_order and usual.material_limit == 0 else [usual]


def _usual(offered: Offered, needed: Needed, day: date) -> Offered:
    """Return the offer in its usual lead time, limited by what does not return.

    What returns is bought for the run, a minimum of it at the least.
    """
    lasting = [one for one in needed if not one[0].material.returns]
    bought = [one for one in needed if one[0].material.returns]
    short = offered.offer.material_lead_time_days_mean
    spare = _spare_days(offered)
    usual = replace(
        offered,
        replenished_days=_replenished(needed, short),
        least_units=0 if offered.offer.made_to_order else _least_bought(bought),
    )
    if lasting:
        usual = _limited(usual, lasting, day=day, by=day + timedelta(days=spare))
    waits = [known.material.replenishment_lead_time_days or 0.0 for known, _ in bought]
    return _within_season(usual, needed, day=day, needed_in=max(spare, ceil(max(waits, default=0))))


def _least_bought(bought: Needed) -> int:
    """Return the units that the least purchase of every material is enough for."""
    least = [(known.material.minimum_buy or NOTHING) / each for known, each in bought]
    return ceil(max(least, default=NOTHING))


def _within_season(offered: Offered, needed: Needed, *, day: date, needed_in: int) -> Offered:
    """Return the offer up to the end of its materials' seasons.

    Args:
        needed_in: Days from an order until its material is needed, or has come.
    """
    ends = [(known.material.season_end, known) for known, _ in needed]
    seasons = [(end, known.material.code) for end, known in ends if end is not None]
    if not seasons:
        return offered
    end, code = min(seasons)
    days = (end - day).days - needed_in
    if days >= 0:
        return replace(offered, last_release_days=days)
    return replace(offered, last_release_days=0, material=code, material_limit=0)


def _with_kept(offered: Offered, needed: Needed, day: date) -> Offered:
    """Return the offer with what using the material kept for its brand saves.

    What is kept to the end of its season is the brand's: unused it fetches scrap. Of several
    materials the one counts that there is most to save of.
    """
    offer, best = offered.offer, offered
    for known, each in needed:
        row = known.material
        if row.unit_cost is None or row.season_end is None or row.currency != offer.currency:
            continue
        saved = max(row.unit_cost - (row.scrap_value or NOTHING), NOTHING) * each
        kept = known.kept_for(offer.brand_id, day, until=row.season_end)
        units = min(int(kept / each), MOST_UNITS)
        if saved * units > best.kept_value * best.kept_units:
            best = replace(best, kept_units=units, kept_value=saved)
    return best


def _spare_days(offered: Offered) -> int:
    offer = offered.offer
    return spare_days(offer.lead_time_days_mean, offer.material_lead_time_days_mean)


def _limited(offered: Offered, needed: Needed, *, day: date, by: date) -> Offered:
    """Return the offer with the most units its scarcest material allows."""
    brand_id = offered.offer.brand_id
    limits = [
        (min(int(known.usable(brand_id, day=day, by=by) / each), MOST_UNITS), known)
        for known, each in needed
    ]
    most, scarcest = min(limits, key=lambda limit: limit[0])
    material = scarcest.material
    return replace(
        offered,
        material=material.code,
        material_limit=most,
        last_buy=not material.returns and not scarcest.arrives_after(by),
    )


def _replenished(needed: Needed, short: float | None) -> float | None:
    """Return the days to buy what returns and make it up; None where either is not stated."""
    days = [
        known.material.replenishment_lead_time_days
        for known, _ in needed
        if known.material.returns and known.material.replenishment_lead_time_days is not None
    ]
    return None if short is None or not days else max(days) + short
