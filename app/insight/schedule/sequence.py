"""The order in which a line makes a week's styles and colorways: few changeovers, in time.

Pure. Earliest due date first makes the greatest lateness as small as it can be; any order that
is not later than that is allowed, and of those the one with the least changing over is taken.
"""

from collections.abc import Sequence

import numpy as np

from app.insight.schedule.changes import Changes, Cost, Job, Kind

MOST_EXACT = 9
"""Up to so many jobs every order is weighed: 8 ms for 9, more than twice that for each one more."""

MOST_IMPROVED = 60
"""Up to so many jobs a found order is improved, which takes 30 ms for 60 and grows cubically."""

ROUNDS = 3

NEVER = np.iinfo(np.int64).max


def in_sequence(
    jobs: Sequence[Job], before: Job | None, cost: Cost, kind: Kind | None = None
) -> list[Job]:
    """Return the jobs in the order they are made, the same for the same jobs in any order.

    Args:
        jobs: What is to be made.
        before: What the line made last; None: nothing.
        cost: Of a changeover.
        kind: What of a job its cost depends on where the style changes; None: all of it.

    Source:
        Jackson (1955): earliest due date first minimises the maximum lateness. Held & Karp (1962)
        for the exact order over subsets; else nearest neighbour, improved by 2-opt.
    """
    known = sorted(jobs, key=lambda job: (job.due_minutes, job.brand, job.style, job.colorway))
    late = _least_lateness(known)
    limits = [job.due_minutes + late for job in known]
    if len(known) <= MOST_EXACT:
        order = _exact(known, limits, before, cost)
    else:
        order = _nearest(known, limits, before, Changes(known, cost, kind))
        if len(known) <= MOST_IMPROVED:
            order = _improved(order, known, limits, before, cost)
    return [known[index] for index in order]


def _least_lateness(by_due: Sequence[Job]) -> int:
    """Return the lateness that no order can avoid, minutes, >= 0."""
    done, late = 0, 0
    for job in by_due:
        done += job.minutes
        late = max(late, done - job.due_minutes)
    return late


def _exact(jobs: Sequence[Job], limits: Sequence[int], before: Job | None, cost: Cost) -> list[int]:
    """Return the cheapest order that keeps the limits: subset by subset, last job by last job."""
    count = len(jobs)
    if not count:
        return []
    first = [cost(before, job) for job in jobs]
    change = [[cost(one, other) for other in jobs] for one in jobs]
    best: dict[tuple[int, int], tuple[int, int]] = {}
    for subset in range(1, 1 << count):
        members = [index for index in range(count) if subset >> index & 1]
        done = sum(jobs[index].minutes for index in members)
        for last in members:
            if done > limits[last]:
                continue
            rest = subset & ~(1 << last)
            if not rest:
                best[subset, last] = (first[last], -1)
                continue
            ways = [
                (best[rest, other][0] + change[other][last], other)
                for other in members
                if other != last and (rest, other) in best
            ]
            if ways:
                best[subset, last] = _best(ways)
    subset = (1 << count) - 1
    ends = [(best[subset, index][0], index) for index in range(count) if (subset, index) in best]
    order: list[int] = []
    at = _best(ends)[1]
    while at >= 0:
        order.append(at)
        subset, at = subset & ~(1 << at), best[subset, at][1]
    return order[::-1]


def _best(ways: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """Return the cheapest (cost, last job), of equal ones that whose last job is due last."""
    return min(ways, key=lambda way: (way[0], -way[1]))


def _nearest(
    jobs: Sequence[Job], limits: Sequence[int], before: Job | None, changes: Changes
) -> list[int]:
    """Return an order that goes on with the cheapest job that lets the rest be in time.

    Of equal ones that due first. Each step looks at all that is left at once: 4,400 jobs of a week
    took 20 s one by one.
    """
    minutes = np.array([job.minutes for job in jobs], dtype=np.int64)
    latest = np.array(limits, dtype=np.int64)
    left = np.arange(len(jobs))
    costs = changes.from_before(before)
    order: list[int] = []
    done = 0
    while left.size:
        # The rest is made by due date: whatever jumps the queue delays those before it.
        spare = np.minimum.accumulate(latest[left] - done - minutes[left].cumsum())
        fits = np.concatenate([[True], minutes[left[1:]] <= spare[:-1]])
        place = int(np.where(fits, costs[left], NEVER).argmin())
        chosen = int(left[place])
        order.append(chosen)
        left = np.delete(left, place)
        done += jobs[chosen].minutes
        costs = changes.after(chosen)
    return order


def _improved(
    order: list[int], jobs: Sequence[Job], limits: Sequence[int], before: Job | None, cost: Cost
) -> list[int]:
    """Return the order with stretches reversed as long as that is cheaper and in time."""
    first = [cost(before, job) for job in jobs]
    change = [[cost(one, other) for other in jobs] for one in jobs]

    def total(tried: Sequence[int]) -> int | None:
        done, spent = 0, first[tried[0]]
        for place, index in enumerate(tried):
            done += jobs[index].minutes
            if done > limits[index]:
                return None
            if place:
                spent += change[tried[place - 1]][index]
        return spent

    best = total(order)
    assert best is not None, "the nearest order keeps the limits"
    for _ in range(ROUNDS):
        before_round = best
        for start in range(len(order) - 1):
            for end in range(start + 2, len(order) + 1):
                tried = order[:start] + order[start:end][::-1] + order[end:]
                spent = total(tried)
                if spent is not None and spent < best:
                    order, best = tried, spent
        if best == before_round:
            break
    return order
