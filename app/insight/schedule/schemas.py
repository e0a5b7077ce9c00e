"""The schedule on the wire."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from app.insight.schedule.line_load import WeekLoad, line_loads
from app.insight.schedule.model import DAYS_PER_WEEK, Commitment, Line, Schedule, week_name
from app.insight.schedule.needs import Checkpoint, Need, checkpoints, material_needs
from app.web.wire import Day, Wire


class WeekQuantityOut(Wire):
    """Units of a SKU due in a week; `forecast` is null where the brand shares none."""

    brand: str
    style: str
    colorway: str
    size: str
    sku: str
    firm: int
    planned: int
    forecast: int | None


class LineStepOut(Wire):
    """What the line makes next, and the hours to change over to it."""

    brand: str
    style: str
    colorway: str
    units: int
    changeover_hours: float


class LineLoadOut(Wire):
    """A week's work on the line; `load` 1.0 is all that the factory can make in a week.

    What a line that keeps to its dates would have made by now is no load, reported or not.
    """

    load: float
    units_without_capacity: int
    over_capacity: bool
    changeovers: int
    changeover_hours: float
    sequence: list[LineStepOut]


class WeekOut(Wire):
    """An ISO week: what is due in it, and the line; past due work is in the first."""

    week: str
    start: Day
    end: Day
    firm_units: int
    planned_units: int
    forecast_units: int
    quantities: list[WeekQuantityOut]
    line: LineLoadOut


class ScheduleLineOut(Wire):
    """Firm or planned units due on a day."""

    commitment: Commitment
    reference: str
    brand: str
    style: str
    colorway: str
    size: str
    sku: str
    due_date: Day
    past_due: bool
    quantity: int
    to_make: int


class MaterialNeedOut(Wire):
    """How much of a material must be there by a day, in the unit that the factory reports it in."""

    date: Day
    commitment: Commitment
    brand: str
    material: str
    quantity: str
    unit: str | None
    styles: list[str]


class CheckpointOut(Wire):
    """A check of a run: the first pieces, half way, or of the lot before it is due."""

    date: Day
    check: Literal["first_article", "in_line", "final"]
    run: str
    brand: str
    style: str
    lot_units: int
    sample_units: int


class ScheduleOut(Wire):
    """Everything a factory has before it, in its own calendar; each answer replaces the last."""

    factory: str
    timezone: str
    today: Day
    release: int
    weeks: list[WeekOut]
    lines: list[ScheduleLineOut]
    materials: list[MaterialNeedOut]
    checkpoints: list[CheckpointOut]

    @classmethod
    def of(cls, schedule: Schedule) -> "ScheduleOut":
        """Show a schedule."""
        return cls(
            factory=schedule.factory,
            timezone=schedule.timezone,
            today=schedule.today,
            release=schedule.release,
            weeks=_weeks(schedule),
            lines=[
                _line(line, line.reference, schedule.today)
                for line in schedule.lines
                if line.reference is not None
            ],
            materials=[_need(need, schedule) for need in material_needs(schedule)],
            checkpoints=[_check(check) for check in checkpoints(schedule)],
        )


def _weeks(schedule: Schedule) -> list[WeekOut]:
    """Return the weeks from this one to the last with anything in it."""
    of_week: defaultdict[date, list[Line]] = defaultdict(list)
    for line in schedule.lines:
        of_week[schedule.week_of(line.due)].append(line)
    loads = {load.monday: load for load in line_loads(schedule)}
    monday, weeks = schedule.week_of(schedule.today), []
    while monday <= max(of_week, default=monday):
        quantities = _quantities(of_week[monday], schedule)
        weeks.append(
            WeekOut(
                week=week_name(monday),
                start=monday,
                end=monday + timedelta(days=DAYS_PER_WEEK - 1),
                firm_units=sum(one.firm for one in quantities),
                planned_units=sum(one.planned for one in quantities),
                forecast_units=sum(one.forecast or 0 for one in quantities),
                quantities=quantities,
                line=_load(loads.get(monday)),
            )
        )
        monday += timedelta(days=DAYS_PER_WEEK)
    return weeks


def _quantities(lines: Sequence[Line], schedule: Schedule) -> list[WeekQuantityOut]:
    units: defaultdict[tuple[str, ...], dict[str, int]] = defaultdict(
        lambda: {"firm": 0, "planned": 0, "forecast": 0}
    )
    for line in lines:
        key = (line.brand, line.style, line.colorway, line.size, line.sku)
        units[key][line.commitment] += line.quantity
    return [
        WeekQuantityOut(
            brand=brand,
            style=style,
            colorway=colorway,
            size=size,
            sku=sku,
            firm=of["firm"],
            planned=of["planned"],
            forecast=of["forecast"] if brand in schedule.shared else None,
        )
        for (brand, style, colorway, size, sku), of in units.items()
    ]


def _load(load: WeekLoad | None) -> LineLoadOut:
    return LineLoadOut(
        load=round(load.load, 4) if load else 0.0,
        units_without_capacity=load.unrated_units if load else 0,
        over_capacity=load.is_over if load else False,
        changeovers=load.changeovers if load else 0,
        changeover_hours=round(load.changeover_hours, 2) if load else 0.0,
        sequence=[
            LineStepOut(
                brand=step.job.brand,
                style=step.job.style,
                colorway=step.job.colorway,
                units=step.job.units,
                changeover_hours=step.changeover_hours,
            )
            for step in (load.steps if load else ())
        ],
    )


def _line(line: Line, reference: str, today: date) -> ScheduleLineOut:
    return ScheduleLineOut(
        commitment=line.commitment,
        reference=reference,
        brand=line.brand,
        style=line.style,
        colorway=line.colorway,
        size=line.size,
        sku=line.sku,
        due_date=line.due,
        past_due=line.due < today,
        quantity=line.quantity,
        to_make=line.to_make,
    )


def _need(need: Need, schedule: Schedule) -> MaterialNeedOut:
    return MaterialNeedOut(
        date=need.day,
        commitment=need.commitment,
        brand=need.brand,
        material=need.material,
        quantity=_plain(need.quantity),
        unit=schedule.units.get(need.material),
        styles=list(need.styles),
    )


def _plain(quantity: Decimal) -> str:
    written = f"{quantity:f}"
    return written.rstrip("0").rstrip(".") if "." in written else written


def _check(check: Checkpoint) -> CheckpointOut:
    return CheckpointOut(
        date=check.day,
        check=check.check,
        run=check.run,
        brand=check.brand,
        style=check.style,
        lot_units=check.lot_units,
        sample_units=check.sample_units,
    )
