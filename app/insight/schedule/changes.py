"""What it costs to change over from a job to each of many others, without asking for every pair."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

import numpy as np

from app.demand.panel import Ints

ROWS_KEPT = 256
"""Of as many numbers as there are kinds: a factory's matrix may tell thousands of them apart."""


@dataclass(frozen=True, slots=True)
class Job:
    """A colorway of a style on the line.

    Attributes:
        brand: Whose; two brands may call different things the same.
        minutes: Time to make it, set-up not counted.
        due_minutes: Time from the start of the line until it is due.
        setup_hours: Hours to set up for its style where the matrix says nothing.
    """

    brand: str
    style: str
    colorway: str
    units: int
    minutes: int
    due_minutes: int
    setup_hours: float = 0.0


Cost = Callable[[Job | None, Job], int]
"""What changing over from one job (None: an empty line) to the next costs, >= 0."""

Kind = Callable[[Job], Hashable]
"""What a changeover between jobs of two styles depends on, of each of them."""


class Changes:
    """What changing over costs between any two of these jobs.

    A week of a large factory has thousands, each of a style of its own: it is asked once for each
    two kinds of them, and between jobs of one style.
    """

    def __init__(self, jobs: Sequence[Job], cost: Cost, kind: Kind | None) -> None:
        """Tell the kinds apart; without `kind` every job is one of its own."""
        self._jobs, self._cost = jobs, cost
        self._of_style: dict[tuple[str, str], list[int]] = {}
        self._examples: list[list[Job]] = []
        self._rows: dict[int, Ints] = {}
        known: dict[Hashable, int] = {}
        kinds = np.zeros(len(jobs), dtype=np.int64)
        for index, job in enumerate(jobs):
            self._of_style.setdefault(_style(job), []).append(index)
            kinds[index] = known.setdefault(index if kind is None else kind(job), len(known))
            if kinds[index] == len(self._examples):
                self._examples.append([job])
            elif len(self._examples[kinds[index]]) == 1:
                [first] = self._examples[kinds[index]]
                if _style(first) != _style(job):
                    self._examples[kinds[index]].append(job)
        self._kinds = kinds

    def from_before(self, before: Job | None) -> Ints:
        """Return what the first job costs, whichever it is, shape (jobs,)."""
        return np.array([self._cost(before, job) for job in self._jobs], dtype=np.int64)

    def after(self, index: int) -> Ints:
        """Return what each job costs after this one, shape (jobs,)."""
        costs = self._row(int(self._kinds[index]))[self._kinds]
        job = self._jobs[index]
        for other in self._of_style[_style(job)]:
            costs[other] = self._cost(job, self._jobs[other])
        return costs

    def _row(self, kind: int) -> Ints:
        """Return what each kind costs after this one where the style changes, shape (kinds,)."""
        if kind not in self._rows:
            if len(self._rows) >= ROWS_KEPT:
                self._rows.clear()
            found = [self._between(self._examples[kind], other) for other in self._examples]
            self._rows[kind] = np.array(found, dtype=np.int64)
        return self._rows[kind]

    def _between(self, before: Sequence[Job], after: Sequence[Job]) -> int:
        """Return what it costs between these kinds; 0 where all of both are of one style."""
        pairs = ((one, other) for one in before for other in after if _style(one) != _style(other))
        pair = next(pairs, None)
        return 0 if pair is None else self._cost(*pair)


def _style(job: Job) -> tuple[str, str]:
    return job.brand, job.style
