"""A schedule as its parts see it: work by due day, in the factory's calendar."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

Commitment = Literal["firm", "planned", "forecast"]
"""Accepted and not yet received; open or countered; demand beyond both, where a brand shares it."""

DAYS_PER_WEEK = 7


def monday_of(day: date) -> date:
    """Return the first day of a day's ISO week."""
    return day - timedelta(days=day.weekday())


def week_name(day: date) -> str:
    """Return the ISO week of a day: `2026-W10`."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


@dataclass(frozen=True, slots=True)
class Line:
    """Units of one SKU that are due on one day.

    Attributes:
        due: The day agreed, from whose start they can be sold; of a forecast its week's Monday.
        quantity: Units still to come, at least 1.
        to_make: Units of them not yet reported made.
        ordered: Units agreed for the day, made and received ones too.
        reference: The run or the recommendation; None for a forecast.
    """

    commitment: Commitment
    brand: str
    style: str
    colorway: str
    size: str
    sku: str
    due: date
    quantity: int
    to_make: int = 0
    ordered: int = 0
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class Work:
    """A run or a recommendation, and what is still to come of it.

    Attributes:
        lines: By due day and SKU; never empty.
        start: Day by which making begins: due less lead time, today at the earliest.
        has_begun: There was a first sign of work on it: its material is cut.
        is_shipped: Nothing of it is in the factory any more.
        line_share: Share of `to_make` that a line that keeps to its dates still has to make.
    """

    commitment: Commitment
    reference: str
    brand: str
    style: str
    offer: str
    lines: tuple[Line, ...]
    start: date
    materials: Sequence[dict[str, Any]] = ()
    has_begun: bool = False
    is_shipped: bool = False
    line_share: float = 1.0

    @property
    def to_make(self) -> int:
        """Return the units not yet reported made."""
        return sum(line.to_make for line in self.lines)


@dataclass(frozen=True, slots=True)
class Terms:
    """What an offer says of the line: units a week, and hours to set up for a style."""

    capacity_per_week: int | None
    setup_hours: float


@dataclass(frozen=True, slots=True)
class Schedule:
    """Everything a factory has before it.

    Attributes:
        today: Factory-local day it was read on.
        until: First day after its last week, a Monday.
        release: Rises with everything that is firm or planned, and at midnight.
        names: The brands by their codes.
        forecast: Lines of the brands in `shared`, by day, brand and SKU.
        terms: Of the factory's offers, by their codes.
        units: Of the materials that the factory reports, by their codes.
    """

    factory: str
    name: str
    timezone: str
    today: date
    until: date
    release: int
    names: dict[str, str]
    work: tuple[Work, ...]
    forecast: tuple[Line, ...]
    shared: frozenset[str]
    terms: dict[str, Terms]
    units: dict[str, str]
    setup_matrix: dict[str, dict[str, float]]

    @property
    def lines(self) -> list[Line]:
        """Return everything that is to come: firm, planned, forecast, each by day and SKU."""
        order = {"firm": 0, "planned": 1, "forecast": 2}
        found = [line for work in self.work for line in work.lines] + list(self.forecast)
        return sorted(
            found,
            key=lambda one: (
                one.brand, one.style, one.sku, order[one.commitment], one.due, one.reference or "",
            ),
        )  # fmt: skip

    def week_of(self, day: date) -> date:
        """Return the Monday under which a day is shown: what is past due, under this week's."""
        return max(monday_of(day), monday_of(self.today))
