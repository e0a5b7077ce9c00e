"""The weeks of a factory: what its work takes of them, and whether more fits."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

DAYS_PER_WEEK = 7

OVER_TOLERATED = 1e-6
"""Shares of a week are floats: ten runs of a tenth fit into one."""


@dataclass(frozen=True, slots=True)
class Work:
    """Work of a factory, in weeks of all it can make, and the days until it must be done."""

    weeks: float
    due_days: float


@dataclass(frozen=True, slots=True)
class Accepted:
    """An accepted run in weeks of all its factory can make, on its days."""

    accepted_on: date
    due_date: date
    weeks: float


def weeks_to_make(runs: Sequence[Accepted], day: date) -> list[float]:
    """Return the weeks of each run that its factory should still have to make on a day.

    Each is made evenly until it is due; where together they are more than the line makes in a day,
    what is due first goes first, and the others catch up. What was taken on fit the line's time,
    so it goes on fitting: whenever work by some day needs all the time until then, it gets it.
    """
    left = [run.weeks for run in runs]
    order = sorted(range(len(runs)), key=lambda at: (runs[at].due_date, runs[at].accepted_on, at))
    today = min((run.accepted_on for run in runs), default=day)
    while today < day:
        free = 1 / DAYS_PER_WEEK
        for at in order:
            if runs[at].accepted_on <= today and left[at] > 0:
                made = min(left[at] / max(1, (runs[at].due_date - today).days), free)
                left[at] -= made
                free -= made
        today += timedelta(days=1)
    return left


def weeks_left(work: Sequence[Work], within_days: float) -> float:
    """Return the weeks free of work that is due within so many days; a week at the least."""
    days = max(within_days, float(DAYS_PER_WEEK))
    return days / DAYS_PER_WEEK - sum(one.weeks for one in work if one.due_days <= days)


def horizons(work: Sequence[Work], lead_days: Iterable[float]) -> list[float]:
    """Return the days by which what is due must have been made, work and new runs together."""
    days = {max(one.due_days, float(DAYS_PER_WEEK)) for one in work}
    return sorted(days | {max(lead, float(DAYS_PER_WEEK)) for lead in lead_days})


def fits_in(work: Sequence[Work], more: Work) -> bool:
    """Say whether a factory can make `more` beside its work, everything by its due date.

    Source:
        Liu & Layland (1973), "Scheduling algorithms for multiprogramming": earliest due date first
        meets all dates if what is due by each fits the time until then.
    """
    return all(
        more.weeks <= weeks_left(work, days) + OVER_TOLERATED
        for days in horizons(work, [more.due_days])
        if days >= more.due_days
    )
