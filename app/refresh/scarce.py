"""The scarce things of a batch by name, how much is left of each, and what each offer takes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import chain, combinations
from typing import TypeAlias

from app.catalog.tables import Style
from app.recommendations.weeks import Work, horizons, weeks_left
from app.refresh.limits import Limits
from app.sourcing.queries import Offered

MONEY_MARGIN = 1e-4
"""Planning counts in floats, and what a factory is told averages a unit's cost to four decimals: so
much of the money is left alone."""

CENT = 0.01

MOST_TOLD_APART = 4
"""Brands that one material is reserved for of which every combination is counted: 16."""

Listed: TypeAlias = tuple[Limits, Style, Mapping[str, Offered]]
"""A style with what limits its brand and its offers by name."""

Bolt: TypeAlias = tuple[int, str]
"""A material: its factory and code."""


@dataclass(frozen=True, eq=False)
class Book:
    """What is scarce.

    Attributes:
        left: Of each thing; below 0 where more is taken than there is.
        uses: By style id and offer name, what each unit ordered takes, money apart.
        money: The name of each brand's money that is limited, by brand id.
    """

    left: Mapping[str, float]
    uses: Mapping[int, Mapping[str, Mapping[str, float]]]
    money: Mapping[int, str]


def book_of(listed: Sequence[Listed]) -> Book:
    """Return the scarce things of these styles, of one brand or several, and their offers.

    Weeks and material count by the day they are needed: a run takes of every day from its own on.
    Of a material, brands take what is reserved for them first: so much is counted for every group
    of brands as is free and reserved for them.
    """
    brands = {limits.brand_id: limits for limits, _, _ in listed}
    money = {
        brand: f"budget:{brand}"
        for brand, limits in sorted(brands.items())
        if limits.money_left is not None
    }
    left = {
        name: float(brands[brand].money_left or 0) * (1 - MONEY_MARGIN) - CENT
        for brand, name in money.items()
    }
    work = _work(brands.values())
    ends = _days_of_work(work, listed)
    for factory, days in ends.items():
        left |= {_weeks(factory, day): weeks_left(work[factory], day) for day in days}
    groups = _groups(listed)
    for (factory, code), found in groups.items():
        left |= {
            _bolt(factory, code, group, by): float(spare) for (group, by), spare in found.items()
        }
    uses = {
        style.id: {key: _unit_use(limits, style, one, ends, groups) for key, one in offers.items()}
        for limits, style, offers in listed
    }
    return Book(left, uses, money)


def _weeks(factory: int, days: float) -> str:
    return f"capacity:{factory}:{days:g}"


def _bolt(factory: int, code: str, group: frozenset[int], by: date) -> str:
    named = "+".join(str(brand) for brand in sorted(group))
    return f"material:{factory}:{code}:{named}:{by.isoformat()}"


def _work(limits: Iterable[Limits]) -> dict[int, Sequence[Work]]:
    """Return the work of each factory, as the brand sees it whose day is the latest."""
    found: dict[int, Sequence[Work]] = {}
    for one in sorted(limits, key=lambda one: (one.day, one.brand_id)):
        found |= one.work
    return found


def _days_of_work(
    work: Mapping[int, Sequence[Work]], listed: Sequence[Listed]
) -> dict[int, list[float]]:
    """Return the days by which a factory's work must fit, for those with a stated capacity."""
    leads: dict[int, set[float]] = {}
    for _, _, offers in listed:
        for one in offers.values():
            if one.offer.capacity_per_week:
                leads.setdefault(one.offer.factory_id, set()).add(one.lead_time_days)
    return {
        factory: horizons(work[factory], mine)
        for factory, mine in sorted(leads.items())
        if factory in work
    }


def _groups(
    listed: Sequence[Listed],
) -> dict[Bolt, dict[tuple[frozenset[int], date], Decimal]]:
    """Return what is left of each material that limits, for groups of brands and by days."""
    wanted: dict[Bolt, dict[int, Limits]] = {}
    days: dict[Bolt, set[date]] = {}
    for limits, style, offers in listed:
        for one in offers.values():
            for need in limits.needs(style, one):
                if need.by is not None:
                    bolt = (one.offer.factory_id, need.material)
                    wanted.setdefault(bolt, {})[limits.brand_id] = limits
                    days.setdefault(bolt, set()).add(need.by)
    found = {}
    for bolt, brands in sorted(wanted.items()):
        last = max(brands.values(), key=lambda limits: (limits.day, limits.brand_id))
        known, promised = last.materials[bolt[0]][bolt[1]], last.promised.get(bolt, {})
        kept = sorted(known.reserving(last.day, promised) & brands.keys())
        found[bolt] = {
            (group, by): known.spare(group, day=last.day, by=by, promised=promised)
            for group in _combined(frozenset(brands) - set(kept), kept)
            for by in sorted(days[bolt])
        }
    return found


def _combined(free: frozenset[int], kept: Sequence[int]) -> list[frozenset[int]]:
    """Return the groups whose shares must fit: those without a reservation, with some that have."""
    sizes = range(len(kept) + 1) if len(kept) <= MOST_TOLD_APART else (0, 1, len(kept))
    some = chain.from_iterable(combinations(kept, size) for size in sizes)
    return [group for one in some if (group := free | frozenset(one))]


def _unit_use(
    limits: Limits,
    style: Style,
    one: Offered,
    ends: Mapping[int, Sequence[float]],
    groups: Mapping[Bolt, Mapping[tuple[frozenset[int], date], Decimal]],
) -> dict[str, float]:
    """Return what a unit ordered takes of each scarce thing but money."""
    uses: dict[str, float] = {}
    factory, rate = one.offer.factory_id, one.offer.capacity_per_week
    if rate:
        for end in ends.get(factory, ()):
            if end >= one.lead_time_days:
                uses[_weeks(factory, end)] = 1 / rate
    for need in limits.needs(style, one):
        for group, by in groups.get((factory, need.material), {}):
            if need.by is not None and by >= need.by and limits.brand_id in group:
                uses[_bolt(factory, need.material, group, by)] = float(need.per_unit)
    return uses
