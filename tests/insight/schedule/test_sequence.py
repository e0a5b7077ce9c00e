"""The order of a line: few changeovers, and nothing later than it must be."""

from itertools import pairwise, permutations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.insight.schedule.changes import Job
from app.insight.schedule.sequence import in_sequence

DAY = 1440


def job(name: str, *, days: float = 1, due: int = 7, style: str | None = None) -> Job:
    return Job("acme", style or name, name, 10, round(days * DAY), due * DAY)


def costs(table: dict[tuple[str, str], int]):  # noqa: ANN201  # a Cost
    def cost(before: Job | None, after: Job) -> int:
        return 0 if before is None else table.get((before.colorway, after.colorway), 5)

    return cost


def random_week(seed: int, count: int):  # noqa: ANN201  # jobs and their Cost
    random = np.random.default_rng(seed)
    jobs = [
        job(str(index), days=float(random.uniform(0, 1.5)), due=int(random.integers(0, 8)))
        for index in range(count)
    ]
    table = {
        (str(one), str(other)): int(random.integers(0, 9))
        for one in range(count)
        for other in range(count)
    }
    return jobs, costs(table)


def spent(jobs: list[Job], cost) -> int:  # noqa: ANN001  # a Cost
    return sum(cost(*pair) for pair in zip([None, *jobs], jobs, strict=False))


def lateness(jobs: list[Job]) -> int:
    done, late = 0, 0
    for one in jobs:
        done += one.minutes
        late = max(late, done - one.due_minutes)
    return late


def test_colorways_of_a_style_are_made_together() -> None:
    jobs = [job("a", style="S1"), job("b", style="S2"), job("c", style="S1"), job("d", style="S2")]

    order = in_sequence(jobs, None, lambda one, other: int(one is None or one.style != other.style))

    assert [one.colorway for one in order] == ["a", "c", "b", "d"]


def test_the_line_begins_with_what_it_made_last() -> None:
    jobs = [job("a", style="S1"), job("b", style="S2")]

    order = in_sequence(
        jobs, job("z", style="S2"), lambda one, other: int(one is None or one.style != other.style)
    )

    assert [one.colorway for one in order] == ["b", "a"]


def test_a_cheaper_order_that_would_be_late_is_not_taken() -> None:
    jobs = [job("late", days=3, due=7), job("soon", days=2, due=2)]
    cheaper_backwards = costs({("late", "soon"): 0, ("soon", "late"): 9})

    order = in_sequence(jobs, None, cheaper_backwards)

    assert [one.colorway for one in order] == ["soon", "late"]


def test_where_lateness_cannot_be_avoided_it_is_made_no_greater() -> None:
    jobs = [job("a", days=4, due=3), job("b", days=4, due=4)]
    cheaper_backwards = costs({("b", "a"): 0, ("a", "b"): 9})

    order = in_sequence(jobs, None, cheaper_backwards)

    assert [one.colorway for one in order] == ["a", "b"]


@given(seed=st.integers(0, 10_000), count=st.integers(0, 5))
def test_a_small_week_is_as_cheap_as_any_order_that_is_not_later(seed: int, count: int) -> None:
    jobs, cost = random_week(seed, count)
    by_due = sorted(jobs, key=lambda one: one.due_minutes)
    allowed = [
        list(order) for order in permutations(jobs) if lateness(list(order)) <= lateness(by_due)
    ]

    order = in_sequence(jobs, None, cost)

    limits = {one.colorway: one.due_minutes + lateness(by_due) for one in jobs}
    assert all(
        sum(other.minutes for other in order[: place + 1]) <= limits[one.colorway]
        for place, one in enumerate(order)
    )
    assert spent(order, cost) == min(spent(one, cost) for one in allowed)


@given(seed=st.integers(0, 10_000), count=st.integers(10, 25))
def test_a_large_week_is_complete_and_never_later_than_by_due_date(seed: int, count: int) -> None:
    jobs, cost = random_week(seed, count)

    order = in_sequence(jobs, None, cost)

    assert sorted(one.colorway for one in order) == sorted(one.colorway for one in jobs)
    assert lateness(order) <= lateness(sorted(jobs, key=lambda one: one.due_minutes))


def test_a_large_week_changes_over_far_less_than_by_due_date_alone() -> None:
    jobs = [
        job(f"{style}-{index}", days=0.1, due=index % 5 + 3, style=f"S{style}")
        for index in range(6)
        for style in range(5)
    ]

    order = in_sequence(jobs, None, lambda one, other: int(one is None or one.style != other.style))

    changes = sum(one.style != other.style for one, other in pairwise(order))
    assert changes == 4


@given(seed=st.integers(0, 200), shuffle=st.integers(0, 50), count=st.sampled_from([6, 14]))
def test_the_same_jobs_in_another_order_are_sequenced_the_same(
    seed: int, shuffle: int, count: int
) -> None:
    jobs, cost = random_week(seed, count)
    shuffled = [jobs[at] for at in np.random.default_rng(shuffle).permutation(count)]

    assert in_sequence(shuffled, None, cost) == in_sequence(jobs, None, cost)


def test_a_large_week_is_asked_for_each_two_kinds_and_not_for_each_two_jobs() -> None:
    random = np.random.default_rng(5)
    jobs = [
        Job("acme", f"S{index // 2}", "NWB"[index % 3], 10, 60, int(random.integers(0, 8)) * DAY)
        for index in range(400)
    ]
    asked = 0

    def cost(before: Job | None, after: Job) -> int:
        nonlocal asked
        asked += 1
        is_same = before is not None and before.style == after.style
        return 0 if is_same else ord(after.colorway) % 7 + (before is None)

    known = in_sequence(jobs, None, cost, lambda one: one.colorway)
    few = asked
    unknown = in_sequence(jobs, None, cost)

    assert known == unknown
    assert few < 4 * 400 < asked
