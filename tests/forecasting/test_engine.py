from typing import Any

import numpy as np
import pytest

from app.forecasting import engine
from app.forecasting.engine import LENGTHS, fit_histories
from app.forecasting.series import Rolling


@pytest.mark.parametrize("length", [8, 9, 15, 16, 29, 30, 47, 48, 119, 120, 156])
@pytest.mark.parametrize("zeros", [False, True])
def test_a_weekly_history_of_any_length_gets_a_sane_forecast(length: int, zeros: bool) -> None:
    history = np.random.default_rng(length).poisson(0.5 if zeros else 20, length).astype(float)

    fit = fit_histories([history], 7)[0]

    assert fit is not None
    assert fit.mean.shape == (104,)
    assert np.isfinite(fit.mean).all()
    assert fit.mean.min() >= 0
    assert fit.mean[:13].mean() == pytest.approx(history.mean(), rel=0.6, abs=0.5)
    assert np.isfinite(fit.rolling.predicted).all()


@pytest.mark.parametrize(("days", "length"), [(1, 27), (7, 7), (7, 0)])
def test_a_history_too_short_for_models_gets_none(days: int, length: int) -> None:
    assert fit_histories([np.ones(length)], days) == [None]


def test_earlier_origins_are_set_beside_what_happened_then() -> None:
    history = np.arange(60.0)

    fit = fit_histories([history], 7)[0]

    assert fit is not None
    np.testing.assert_array_equal(fit.rolling.actual, history[fit.rolling.periods])


def test_every_length_class_leaves_autoets_its_eight_points() -> None:
    left = [
        length.at_least - length.horizon - length.step * (length.origins - 1)
        for classes in LENGTHS.values()
        for length in classes
        if "AutoETS" in length.models
    ]

    assert min(left) == 8


def test_histories_that_are_not_numbers_are_left_out_and_the_rest_is_fitted() -> None:
    good = np.full(20, 5.0)

    fits = fit_histories([good, np.full(20, np.nan), np.full(20, np.inf), -good, good], 7)

    assert [fit is None for fit in fits] == [False, True, True, True, False]


def test_a_history_that_makes_statsforecast_raise_spoils_no_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Moody(engine.StatsForecast):  # type: ignore[misc]  # StatsForecast is untyped
        def forecast(self, *args: Any, **kwargs: Any) -> Any:
            if (kwargs["df"]["y"] == 666).any():
                raise RuntimeError("singular")
            return super().forecast(*args, **kwargs)

    monkeypatch.setattr(engine, "StatsForecast", Moody)
    histories = [np.full(20, 5.0 + index) for index in range(7)]
    histories[3][10] = 666

    fits = fit_histories(histories, 7)

    assert [fit is None for fit in fits] == [index == 3 for index in range(7)]


def test_a_model_gone_astray_is_passed_over_however_well_it_did_before() -> None:
    history = np.full(20, 10.0)
    mean = np.stack([np.linspace(10, 1000, 104), np.full(104, 11.0)], axis=1)
    actual = np.full((2, 4), 10.0)
    predicted = np.stack([actual, actual + 1], axis=2)
    tried = Rolling(actual, predicted, np.array([[-6, -5, -4, -3], [-4, -3, -2, -1]]), 1.5)

    fit = engine._choose(("Explosive", "Plain"), history, mean, tried)
    alone = Rolling(actual, predicted[:, :, :1], tried.periods, 1.5)
    none = engine._choose(("Explosive",), history, mean[:, :1], alone)

    assert fit is not None
    assert fit.model == "Plain"
    assert none is None
