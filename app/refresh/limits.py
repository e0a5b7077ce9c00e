"""What a brand's styles share and what is left of it: money, factories' weeks, material."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from app.catalog.tables import Style
from app.parties.refs import BrandRef
from app.recommendations.plans import promised_units
from app.recommendations.reserve import money_tied_up, open_to_buy, work_of
from app.recommendations.weeks import Work, horizons, weeks_left
from app.sourcing.availability import Availability, per_unit
from app.sourcing.material_queries import availabilities
from app.sourcing.queries import Offered

MONEY = "budget"

MONEY_MARGIN = 1e-4
"""Planning counts in floats, and what a factory is told averages a unit's cost to four decimals: so
much of the money is left alone."""

CENT = 0.01


@dataclass(frozen=True, eq=False)
class Limits:
    """What is left for a batch of styles, all others as they stand.

    Attributes:
        day: Brand-local.
        money_left: None: as much as wanted.
        work: Of each factory that states its capacity, without what stands for the batch.
        materials: By factory and code.
        promised: What recommendations that stand for other styles will take of them, likewise.
    """

    day: date
    money_left: Decimal | None = None
    work: Mapping[int, Sequence[Work]] = field(default_factory=dict)
    materials: Mapping[int, Mapping[str, Availability]] = field(default_factory=dict)
    promised: Mapping[tuple[int, str], Decimal] = field(default_factory=dict)

    @property
    def are_any(self) -> bool:
        """Say whether anything is limited at all."""
        return self.money_left is not None or bool(self.work) or bool(self.materials)


def read_limits(
    session: Session,
    brand: BrandRef,
    styles: Mapping[int, Style],
    offers: Mapping[str, Sequence[Offered]],
    *,
    day: date,
) -> Limits:
    """Return what is left for these styles; what stands for others, and is accepted, is taken.

    Their own drafts and open recommendations are not: each decision yields the whole wanted plan.
    """
    every = [offered for mine in offers.values() for offered in mine]
    mine = sorted(styles)
    money = open_to_buy(session, brand.id)
    if money is not None:
        money -= money_tied_up(session, brand.id, besides=mine)
    factories = sorted({o.offer.factory_id for o in every if o.offer.capacity_per_week})
    work = work_of(session, factories, day=day, besides=mine) if factories else {}
    limited = sorted({o.offer.factory_id for o in every if o.material_limit is not None})
    if not limited:
        return Limits(day, money, work)
    codes = sorted({use["material"] for style in styles.values() for use in style.materials})
    promised: dict[tuple[int, str], Decimal] = {}
    for factory, units, materials in promised_units(session, brand.id, limited, besides=mine):
        for use in materials:
            key = (factory, use["material"])
            promised[key] = promised.get(key, Decimal(0)) + per_unit(use) * units
    return Limits(day, money, work, availabilities(session, limited, codes), promised)


@dataclass(frozen=True, eq=False)
class Book:
    """The scarce things of a batch by name, how much is left of each, and what offers take.

    Attributes:
        left: Below 0 where more is taken than there is.
        uses: By style id and offer name, what each unit ordered takes, money apart.
    """

    left: Mapping[str, float]
    uses: Mapping[int, Mapping[str, Mapping[str, float]]]

    @property
    def has_money(self) -> bool:
        """Say whether money is limited."""
        return MONEY in self.left


def book_of(limits: Limits, styles: Iterable[tuple[Style, Mapping[str, Offered]]]) -> Book:
    """Return the scarce things of these styles and their offers.

    Weeks and material count by the day they are needed: a run takes of every day from its own on.
    """
    listed = list(styles)
    left: dict[str, float] = {}
    if limits.money_left is not None:
        left[MONEY] = float(limits.money_left) * (1 - MONEY_MARGIN) - CENT
    days = _days_of_work(limits, listed)
    for factory, ends in days.items():
        for end in ends:
            left[_weeks(factory, end)] = weeks_left(limits.work[factory], end)
    dates = _days_of_material(limits, listed)
    for (factory, code), by_dates in dates.items():
        known = limits.materials[factory][code]
        promised = limits.promised.get((factory, code), Decimal(0))
        brand = next(o.offer.brand_id for _, offers in listed for o in offers.values())
        for by in by_dates:
            usable = known.usable(brand, day=limits.day, by=by)
            left[_cloth(factory, code, by)] = float(usable - promised)
    uses = {
        style.id: {key: _unit_use(limits, style, one, days, dates) for key, one in offers.items()}
        for style, offers in listed
    }
    return Book(left, uses)


def _weeks(factory: int, days: float) -> str:
    return f"capacity:{factory}:{days:g}"


def _cloth(factory: int, code: str, by: date) -> str:
    return f"material:{factory}:{code}:{by.isoformat()}"


def _days_of_work(
    limits: Limits, listed: Sequence[tuple[Style, Mapping[str, Offered]]]
) -> dict[int, list[float]]:
    """Return the days by which a factory's work must fit, for those with a stated capacity."""
    leads: dict[int, set[float]] = {}
    for _, offers in listed:
        for one in offers.values():
            if one.offer.capacity_per_week:
                leads.setdefault(one.offer.factory_id, set()).add(one.lead_time_days)
    return {
        factory: horizons(limits.work.get(factory, ()), mine)
        for factory, mine in sorted(leads.items())
        if factory in limits.work
    }


def _days_of_material(
    limits: Limits, listed: Sequence[tuple[Style, Mapping[str, Offered]]]
) -> dict[tuple[int, str], list[date]]:
    """Return the days by which each limited material is needed, by factory and code."""
    found: dict[tuple[int, str], set[date]] = {}
    for style, offers in listed:
        for one in offers.values():
            for code, _, by in _needs(limits, style, one):
                found.setdefault((one.offer.factory_id, code), set()).add(by)
    return {key: sorted(days) for key, days in sorted(found.items())}


def _needs(limits: Limits, style: Style, one: Offered) -> list[tuple[str, float, date]]:
    """Return what a unit takes of each material that limits this way of making it, and by when.

    As `sourcing.ways` counts: all of them with the material at hand, else what does not return.
    """
    if one.material_limit is None:
        return []
    reported = limits.materials.get(one.offer.factory_id, {})
    by = limits.day
    if not one.has_material and one.offer.material_lead_time_days_mean is not None:
        spare = one.offer.lead_time_days_mean - one.offer.material_lead_time_days_mean
        by += timedelta(days=max(0, int(spare)))
    return [
        (use["material"], float(per_unit(use)), by)
        for use in style.materials
        if use["material"] in reported
        and (one.has_material or not reported[use["material"]].material.returns)
    ]


def _unit_use(
    limits: Limits,
    style: Style,
    one: Offered,
    days: Mapping[int, Sequence[float]],
    dates: Mapping[tuple[int, str], Sequence[date]],
) -> dict[str, float]:
    """Return what a unit ordered takes of each scarce thing but money."""
    uses: dict[str, float] = {}
    factory, rate = one.offer.factory_id, one.offer.capacity_per_week
    if rate:
        for end in days.get(factory, ()):
            if end >= one.lead_time_days:
                uses[_weeks(factory, end)] = 1 / rate
    for code, each, by in _needs(limits, style, one):
        for day in dates[factory, code]:
            if day >= by:
                uses[_cloth(factory, code, day)] = each
    return uses
