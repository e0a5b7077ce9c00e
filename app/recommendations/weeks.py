"""The weeks of a factory: what its work takes of them, and whether more fits."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

DAYS_PER_WEEK = 7

OVER_TOLERATED = 1e-6
"""Shares of a week are floats: ten runs of a tenth fit into one."""


@dataclass(frozen=True, slots=True)
class Work:
    """Work of a factory, in weeks of all it can make, and the days until it must be done."""

    weeks: float
    due_days: float


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
