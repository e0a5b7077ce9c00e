import json
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from app.forecasting.past.handover import WEEKS, Handover, Past, share_of


def past(fitted: float, launch: float, wanted: float, *, rows: int = 80, weeks: float = 20) -> Past:
    noise = np.random.default_rng(1).normal(0, 5, rows)
    return Past(
        weeks=np.full(rows, weeks),
        is_ageless=np.zeros(rows),
        fitted=np.full(rows, fitted),
        launch=np.full(rows, launch),
        fitted_cv=np.full(rows, 0.3),
        launch_cv=np.full(rows, 0.5),
        gone=np.zeros(rows),
        noise=np.full(rows, 10.0),
        wanted=wanted + noise,
        cut=np.full(rows, 8.0),
    )


@pytest.mark.parametrize(
    ("wanted", "least", "most"), [(100.0, 0.85, 1.0), (60.0, 0.0, 0.2), (80.0, 0.4, 0.6)]
)
def test_who_was_right_gets_the_say(wanted: float, least: float, most: float) -> None:
    assert least <= share_of(past(100.0, 60.0, wanted), 0.5) <= most


def test_a_handful_of_styles_hardly_moves_the_default() -> None:
    assert share_of(past(100.0, 60.0, 100.0, rows=2), 0.5) < 0.6
    assert share_of(past(100.0, 60.0, 100.0, rows=0), 0.5) == 0.5


def test_where_both_say_the_same_the_default_stays() -> None:
    assert share_of(past(70.0, 70.0, 100.0), 0.5) == pytest.approx(0.5)


def test_shares_grow_without_a_jump_from_one_length_of_history_to_the_next() -> None:
    handover = Handover(share=(0.0, 0.2, 0.9, 1.0, 1.0))

    shares = np.array([handover.at(weeks / 7)[0] for weeks in range(50, 400)])

    assert np.abs(np.diff(shares)).max() < 0.04
    assert handover.at(4)[0] == 0.0
    assert handover.at(400)[0] == 1.0


def test_fits_step_in_over_four_weeks_with_their_corrections() -> None:
    learnt = Handover(share=(0.4,) * 5, bias=(1.21,) * 5, spread=(1.44,) * 5)

    first, second, fourth = (learnt.at(weeks) for weeks in (8, 9, 11))

    assert first[0] == pytest.approx(0.1)
    assert second[:3] == pytest.approx((0.2, 1.1, 1.2))
    assert fourth[:3] == pytest.approx((0.4, 1.21, 1.44))


def test_of_a_style_of_unknown_age_only_the_fit_speaks_from_13_weeks_on() -> None:
    learnt = Handover(share=(0.1, 0.2, 0.3, 0.4, 0.5))

    shares = [learnt.at(weeks, is_ageless=True)[0] for weeks in (13, 60)]

    assert shares == [1.0, 1.0]
    ageless = replace(past(100.0, 60.0, 100.0), is_ageless=np.ones(80))
    assert share_of(ageless, 0.5) == 0.5


def test_rows_belong_to_the_nearest_length_of_history() -> None:
    rows = past(1.0, 1.0, 1.0, rows=3, weeks=16)

    assert [len(rows.near(weeks).weeks) for weeks in WEEKS] == [0, 3, 0, 0, 0]


def test_the_handover_survives_being_stored_as_json_to_the_last_bit() -> None:
    learnt = Handover(bias=(1.1, 1.0, 0.9, 1.0, 1.3), learned=date(2026, 6, 1))

    assert Handover.from_json(json.loads(json.dumps(learnt.to_json()))) == learnt
    assert Handover.from_json(json.loads(json.dumps(Handover().to_json()))) == Handover()
