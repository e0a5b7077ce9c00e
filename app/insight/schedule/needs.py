"""What work needs besides the line: materials by date, and checks of quality."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from app.insight.schedule.model import Commitment, Schedule, Work
from app.sourcing.availability import per_unit

SAMPLES = (
    (1, 1), (8, 2), (15, 3), (25, 5), (50, 8), (90, 13), (150, 20), (280, 32), (500, 50),
    (1200, 80), (3200, 125), (10_000, 200), (35_000, 315), (150_000, 500), (500_000, 800),
)  # fmt: skip
"""Largest lot and its sample: ISO 2859-1, general inspection level II, single sampling."""

LARGEST_SAMPLE = 1250


@dataclass(frozen=True, slots=True)
class Need:
    """How much of a material must be there on a day for a brand's work."""

    day: date
    commitment: Commitment
    brand: str
    material: str
    quantity: Decimal
    styles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A check of a run: its day, its lot and how many units of it are looked at."""

    day: date
    check: Literal["first_article", "in_line", "final"]
    run: str
    brand: str
    style: str
    lot_units: int
    sample_units: int


def material_needs(schedule: Schedule) -> list[Need]:
    """Return what work that has not begun takes, on the day by which making begins, by day.

    All units not yet made are counted, set-up losses and rejects of them included: the cloth of
    what has begun is cut.
    """
    taken: defaultdict[tuple[date, Commitment, str, str], Decimal] = defaultdict(Decimal)
    styles: defaultdict[tuple[date, Commitment, str, str], set[str]] = defaultdict(set)
    for work in schedule.work:
        if work.has_begun or not work.to_make:
            continue
        for use in work.materials:
            key = (work.start, work.commitment, work.brand, use["material"])
            taken[key] += per_unit(use) * work.to_make
            styles[key].add(work.style)
    return [Need(*key, taken[key], tuple(sorted(styles[key]))) for key in sorted(taken)]


def checkpoints(schedule: Schedule) -> list[Checkpoint]:
    """Return the checks of accepted runs still to come, by day.

    The first piece of each colorway when making begins, a sample half way, and a sample of the
    lot on the last day before it is due; never before today, and none of what is shipped.
    """
    found = [
        check
        for work in schedule.work
        if work.commitment == "firm" and not work.is_shipped
        for check in _of_run(work, schedule.today)
    ]
    return sorted(found, key=lambda one: (one.day, one.run, one.check))


def _of_run(work: Work, today: date) -> list[Checkpoint]:
    last = work.lines[-1].due
    lot = sum(line.quantity for line in work.lines)
    half = work.start + (last - work.start) // 2
    stages: list[tuple[date, Literal["first_article", "in_line", "final"], int, int]] = []
    if not work.has_begun:
        stages.append((work.start, "first_article", lot, len({one.colorway for one in work.lines})))
    if work.to_make:
        stages.append((half, "in_line", lot, sample_units((lot + 1) // 2)))
    stages.append((last - timedelta(days=1), "final", lot, sample_units(lot)))
    return [
        Checkpoint(
            max(day, today),
            check,
            work.reference,
            work.brand,
            work.style,
            units,
            min(units, sample),
        )
        for day, check, units, sample in stages
    ]


def sample_units(lot: int) -> int:
    """Return how many units of a lot are looked at."""
    return min(lot, next((sample for most, sample in SAMPLES if lot <= most), LARGEST_SAMPLE))
