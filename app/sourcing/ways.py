"""The ways one offer can be had: with the material at hand, or with material to be bought first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from app.sourcing.availability import Availability, per_unit
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
    takes longer and allows no more is left out.
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
    usual = _usual(offered, needed, day)
    if offered.offer.material_lead_time_days_mean is not None and len(needed) == len(materials):
        sooner = _limited(replace(offered, has_material=True), needed, day=day, by=day)
        if sooner.material_limit:
            adds = usual.material_limit is None or usual.material_limit > sooner.material_limit
            return [sooner, usual] if adds else [sooner]
    return [] if offered.offer.made_to_order and usual.material_limit == 0 else [usual]


def _usual(offered: Offered, needed: Needed, day: date) -> Offered:
    """Return the offer in its usual lead time, limited by what does not return."""
    lasting = [one for one in needed if not one[0].material.returns]
    short = offered.offer.material_lead_time_days_mean
    usual = replace(offered, replenished_days=_replenished(needed, short))
    if not lasting:
        return usual
    return _limited(usual, lasting, day=day, by=day + timedelta(days=_spare_days(offered)))


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
