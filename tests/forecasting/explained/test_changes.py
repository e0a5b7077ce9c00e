"""What a planner cares about that differs from the forecast before."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from app.forecasting.explained.changes import reasons
from app.forecasting.model import StyleForecast
from tests.forecasting.panels import ORIGIN, forecast

BASIS = {"code": "prior_basis", "styles": 18, "category_styles": 7, "like": ["S0"]}


def noted(*notes: dict[str, Any], **changes: Any) -> StyleForecast:
    return replace(forecast(), notes=notes, **changes)


def codes(now: StyleForecast, before: StyleForecast, moved: float = 0.5) -> list[str]:
    earlier = replace(before, origin=ORIGIN - timedelta(days=1))
    return [str(reason["code"]) for reason in reasons(now, earlier, moved)]


def test_without_a_difference_only_the_day_changed() -> None:
    assert codes(forecast(), forecast(), moved=0.0) == ["time_passed"]


def test_notes_of_the_model_that_come_and_go_are_none() -> None:
    now = noted(
        {"code": "calibrated", "styles": 5, "bias": 1.02, "spread": 1.4},
        {"code": "launch_share", "value": 0.05},
        {"code": "prior_weight", "value": 0.04},
        model="Naive",
    )

    assert codes(now, noted(), moved=0.01) == ["time_passed"]


SUCCESSOR = {"code": "successor", "successor": "S2", "launch": "2026-07-01", "share_left": 0.4}


@pytest.mark.parametrize(
    ("before", "now", "reason"),
    [
        ([], [SUCCESSOR], {"code": "noted", "note": "successor"}),
        ([SUCCESSOR], [], {"code": "no_longer_noted", "note": "successor"}),
        (
            [SUCCESSOR],
            [{**SUCCESSOR, "launch": "2026-08-01"}],
            {"code": "noted_otherwise", "note": "successor"},
        ),
        ([SUCCESSOR], [{**SUCCESSOR, "share_left": 0.3}], {"code": "time_passed"}),
        ([], [{"code": "end", "end_of_life": "2026-09-01"}], {"code": "noted", "note": "end"}),
    ],
)
def test_successor_and_end_are_reasons(before: Any, now: Any, reason: dict[str, str]) -> None:
    assert reasons(noted(*now), noted(*before), 0.0) == [reason]


@pytest.mark.parametrize(
    ("before", "now", "code"),
    [(0.0, 0.5, "noted"), (0.5, 0.0, "no_longer_noted"), (0.08, 0.12, "time_passed")],
)
def test_going_quiet_is_a_reason_and_its_noise_is_none(
    before: float, now: float, code: str
) -> None:
    assert codes(noted(gone=now), noted(gone=before), moved=0.0) == [code]


def test_a_launch_moved_is_a_reason_and_a_day_that_passes_is_none() -> None:
    mean = np.full(104, 10.0)
    later = np.where(np.arange(104) < 3, 0.0, mean)
    latest = np.where(np.arange(104) < 5, 0.0, mean)
    before = replace(forecast(), origin=ORIGIN - timedelta(days=6), mean=later)

    moved = reasons(replace(forecast(), mean=latest), before, 0.5)
    same = reasons(replace(forecast(), mean=later), before, 0.0)

    assert moved == [{"code": "launch", "before": "2026-06-16", "now": "2026-07-06"}]
    assert same == [{"code": "time_passed"}]


def test_a_style_that_sold_nothing_since_says_so() -> None:
    sold = replace(forecast(), facts={"sold_units": 40})

    assert codes(sold, sold) == ["no_sales"]


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ({"code": "launch_share", "value": 0.1}, {"code": "launch_share", "value": 0.6}),
        ({"code": "calibrated", "bias": 0.8}, {"code": "calibrated", "bias": 1.1}),
        (BASIS, {**BASIS, "styles": 19, "category_styles": 8}),
    ],
)
def test_what_the_brand_taught_is_a_reason_where_the_mean_moved(before: Any, now: Any) -> None:
    assert codes(noted(now), noted(before)) == ["brand_learned"]
    assert codes(noted(now), noted(before), moved=0.01) == ["time_passed"]


def test_another_basis_is_a_reason() -> None:
    assert codes(noted({**BASIS, "like": []}), noted(BASIS)) == ["basis"]


def test_a_mean_that_moved_for_no_reason_known_is_not_put_down_to_time() -> None:
    assert codes(noted(BASIS, layer="prior"), noted(BASIS, layer="prior")) == ["beside_sales"]
