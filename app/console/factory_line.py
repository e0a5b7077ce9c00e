"""The weeks of a factory's line with what a brand has in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from app.console.plots.columns import line_load
from app.console.plots.frame import Plot
from app.insight.schedule.line_load import WeekLoad, line_loads
from app.insight.schedule.model import DAYS_PER_WEEK, Schedule, monday_of


@dataclass(frozen=True)
class LineWeek:
    """A week of the factory's line with what the brand has in it.

    Attributes:
        accepted: Units of accepted runs still to make.
        asked: Units of what waits for an answer.
        accepted_share: Share of a week of all the factory can make; units of offers that state no
            capacity are left out.
        asked_share: The same of what waits for an answer.
        of_all: The load of all brands together; None: nothing to make.
    """

    monday: date
    accepted: int
    asked: int
    accepted_share: float
    asked_share: float
    of_all: WeekLoad | None


def weeks_of(schedule: Schedule, brand: str) -> list[LineWeek]:
    """Return the weeks from this one to the brand's last with anything to make."""
    own = [
        (schedule.week_of(line.due), work, line)
        for work in schedule.work
        if work.brand == brand
        for line in work.lines
        if line.to_make
    ]
    if not own:
        return []
    loads = {load.monday: load for load in line_loads(schedule)}
    monday, last = monday_of(schedule.today), max(week for week, _, _ in own)
    found = []
    while monday <= last:
        units = {"firm": 0, "planned": 0}
        shares = {"firm": 0.0, "planned": 0.0}
        for week, work, line in own:
            if week == monday:
                units[work.commitment] += line.to_make
                terms = schedule.terms.get(work.offer)
                if terms is not None and terms.capacity_per_week:
                    share = work.line_share * line.to_make / terms.capacity_per_week
                    shares[work.commitment] += share
        found.append(
            LineWeek(
                monday,
                accepted=units["firm"],
                asked=units["planned"],
                accepted_share=shares["firm"],
                asked_share=shares["planned"],
                of_all=loads.get(monday),
            )
        )
        monday += timedelta(days=DAYS_PER_WEEK)
    return found


def load_plot(factory: str, weeks: Sequence[LineWeek]) -> Plot | None:
    """Draw the weeks: as shares of all that can be made where offers say how much that is."""
    if not weeks:
        return None
    is_rated = any(week.accepted_share or week.asked_share for week in weeks)
    shown = [
        (
            f"{week.monday.day} {week.monday:%b}",
            week.accepted_share if is_rated else float(week.accepted),
            week.asked_share if is_rated else float(week.asked),
        )
        for week in weeks
    ]
    return line_load(factory, shown, is_rated=is_rated)
