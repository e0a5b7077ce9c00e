"""The line week by week: how much, in which order, and whether it fits."""

from datetime import date

import pytest

from app.insight.schedule.changes import Job
from app.insight.schedule.line_load import changeover_hours, line_loads
from app.insight.schedule.model import Terms
from tests.insight.schedule.floor import line, schedule, work


def job(style: str, colorway: str, brand: str = "acme") -> Job:
    return Job(brand, style, colorway, 10, 0, 0, setup_hours=2.0)


@pytest.mark.parametrize(
    ("last", "following", "hours"),
    [
        (job("S2", "BLK"), job("S2", "BLK"), 0.0),
        (job("S2", "BLK"), job("S2", "RED"), 0.5),
        (job("S2", "RED"), job("S2", "BLK"), 0.25),
        (job("S2", "BLK"), job("S3", "BLK"), 4.0),
        (job("S3", "BLK"), job("S2", "RED"), 3.0),
        (job("S3", "BLK"), job("S3", "RED"), 0.0),
        (job("S4", "BLU"), job("S5", "BLU"), 2.0),
        (job("S2", "BLK", "other"), job("S2", "BLK"), 2.0),
        (None, job("S2", "BLK"), 2.0),
    ],
)
def test_the_matrix_says_the_hours_and_else_the_offer(
    last: Job | None, following: Job, hours: float
) -> None:
    matrix = {
        "S2": {"S3": 4.0, "RED": 0.5, "S2": 99.0},
        "S2/RED": {"S2/BLK": 0.25},
        "S3": {"S2": 3.0},
    }
    if last is not None and last.brand == "other":
        matrix = {}

    assert changeover_hours(matrix, last, following) == hours


def test_a_week_says_what_is_due_in_it_and_in_which_order() -> None:
    made = schedule(
        work(
            line("S2-BLK-M", date(2026, 3, 12), 60),
            line("S2-RED-M", date(2026, 3, 12), 30),
            line("S3-BLK-M", date(2026, 3, 13), 30),
        ),
        setup_matrix={"S2/BLK": {"S2/RED": 0.5}, "S2/RED": {"S2/BLK": 1.5}},
    )

    empty, week = line_loads(made)

    assert (empty.monday, empty.load, empty.changeovers) == (date(2026, 3, 2), 0.0, 0)
    assert (week.monday, week.load, week.is_over) == (date(2026, 3, 9), 0.5, False)
    assert [(step.job.style, step.job.colorway, step.job.units) for step in week.steps] == [
        ("S2", "BLK", 60),
        ("S2", "RED", 30),
        ("S3", "BLK", 30),
    ]
    assert [step.changeover_hours for step in week.steps] == [2.0, 0.5, 2.0]
    assert (week.changeovers, week.changeover_hours) == (3, 4.5)


def test_a_week_that_goes_on_with_the_same_colorway_does_not_change_over() -> None:
    made = schedule(
        work(line("S2-BLK-M", date(2026, 3, 5), 60), line("S2-BLK-M", date(2026, 3, 12), 60))
    )

    first, second = line_loads(made)

    assert (first.changeovers, second.changeovers) == (1, 0)
    assert second.steps[0].job.units == 60


def test_what_does_not_fit_the_time_until_it_is_due_is_said() -> None:
    made = schedule(
        work(
            line("S2-BLK-M", date(2026, 3, 6), 241),
            line("S2-BLK-L", date(2026, 3, 13), 100),
            line("S2-BLK-S", date(2026, 3, 20), 380),
        )
    )

    assert [week.is_over for week in line_loads(made)] == [True, False, True]


def test_past_due_work_is_this_weeks_and_what_is_made_is_no_load() -> None:
    made = schedule(
        work(
            line("S2-BLK-M", date(2026, 2, 20), 60),
            line("S2-BLK-L", date(2026, 3, 4), 9, to_make=0),
        )
    )

    [week] = line_loads(made)

    assert (week.monday, week.load) == (date(2026, 3, 2), 0.25)


def test_units_of_an_offer_without_a_capacity_are_told_apart() -> None:
    made = schedule(work(line("S2-BLK-M", date(2026, 3, 5), 60)), terms={"small": Terms(None, 2.0)})

    [week] = line_loads(made)

    assert (week.load, week.unrated_units, week.is_over) == (0.0, 60, False)
