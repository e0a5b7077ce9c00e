import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from app.forecasting.fitted.asks import Answer, Ask
from app.forecasting.fitted.child import Child, ask_child
from app.forecasting.fitted.engine import answer, run_model
from app.forecasting.fitted.fits import Fit, FitState, fit_histories
from app.forecasting.fitted.lengths import cohort_of
from app.forecasting.fitted.pool import PoolWeights
from app.forecasting.fitted.regression import POOLED
from app.forecasting.model import Floats
from tests.forecasting.poison import HANGS_ON

TODAY = date(2026, 6, 1)
NOISY = np.random.default_rng(3).negative_binomial(3, 0.2, 61).astype(float)
SEARCHING = PoolWeights({"7/48/smooth": {"SES": 0.5, "AutoETS": 0.25, "DynamicTheta": 0.25}})

POISON = {
    "one sale, then nothing, then a million": [1.0, *[0.0] * 58, 1e6],
    "nothing at all": [0.0] * 60,
    "always the same": [7.0] * 60,
    "nothing or a million": [0.0, 1e6] * 30,
    "huge spikes": [1.0, 1.0, 1e9, 1.0, 1.0, 1e-9] * 10,
    "next to nothing": [1e-300] * 60,
}


def fit(
    history: Floats,
    pool: PoolWeights | None = None,
    warm: FitState | None = None,
    search: Callable[[Sequence[Ask]], list[Answer]] = ask_child,
) -> Fit:
    fitted = fit_histories([history], 7, today=TODAY, pool=pool, warm=[warm], search=search)[0]
    assert fitted is not None
    return fitted


@pytest.mark.parametrize("length", [8, 9, 11, 12, 15, 16, 29, 30, 47, 48, 119, 120, 156])
@pytest.mark.parametrize("zeros", [False, True])
def test_a_weekly_history_of_any_length_gets_a_sane_forecast(length: int, zeros: bool) -> None:
    history = np.random.default_rng(length).poisson(0.5 if zeros else 20, length).astype(float)

    fitted = fit(history)

    assert fitted.mean.shape == (104,)
    assert np.isfinite(fitted.mean).all()
    assert fitted.mean.min() >= 0
    assert fitted.mean[:13].mean() == pytest.approx(history.mean(), rel=0.6, abs=0.5)
    assert np.isfinite(fitted.rolling.predicted).all()
    assert fitted.notes == ()


def test_histories_too_short_or_not_of_numbers_get_none_and_the_rest_is_fitted() -> None:
    good = np.full(20, 5.0)

    fitted = fit_histories(
        [good, np.full(20, np.nan), np.full(20, np.inf), -good, good[:7], good], 7, today=TODAY
    )

    assert [one is None for one in fitted] == [False, True, True, True, True, False]


@pytest.mark.parametrize("kind", POISON)
def test_a_poisonous_history_gets_a_sane_forecast_or_none_and_changes_no_other(kind: str) -> None:
    poison = np.array(POISON[kind])

    beside, poisoned = fit_histories([NOISY, poison], 7, today=TODAY, pool=SEARCHING)

    assert beside is not None
    assert beside.mean.tolist() == fit(NOISY, SEARCHING).mean.tolist()
    if poisoned is not None:
        assert np.isfinite(poisoned.mean).all()
        assert 0 <= poisoned.mean.min() <= poisoned.mean.max() <= 5 * max(poison.max(), 1)


def test_earlier_origins_are_set_beside_what_happened_then() -> None:
    history = np.arange(60.0)

    fitted = fit(history)

    np.testing.assert_array_equal(fitted.rolling.actual, history[fitted.rolling.periods])


def test_the_brands_weights_decide_which_models_are_asked() -> None:
    fitted = fit(NOISY, SEARCHING)

    assert set(fitted.model.split("+")) == {"SES", "AutoETS", "DynamicTheta"}
    assert sum(fitted.state.weights.values()) == pytest.approx(1.0, abs=1e-5)


def test_the_forecast_is_the_weighted_average_of_its_models() -> None:
    fitted = fit(NOISY, PoolWeights({"7/48/smooth": {"Naive": 0.5, "HistoricAverage": 0.5}}))

    weights = fitted.state.weights
    assert fitted.mean[0] == pytest.approx(
        weights["Naive"] * NOISY[-1] + weights["HistoricAverage"] * NOISY.mean(), rel=1e-4
    )


def test_until_the_next_full_fit_the_models_run_with_what_it_found_and_search_nothing() -> None:
    state = fit(NOISY[:60], SEARCHING).state
    searched: list[Ask] = []

    def here(asks: Sequence[Ask]) -> list[Answer]:
        searched.extend(asks)
        return [answer(one) for one in asks]

    fitted = fit(NOISY, SEARCHING, replace(state, day=TODAY - timedelta(days=6)), here)

    theta, _ = run_model("DynamicTheta", NOISY, 104, state.parameters["DynamicTheta"])
    ets, _ = run_model("AutoETS", NOISY, 104, state.parameters["AutoETS"])
    ses, _ = run_model("SES", NOISY, 104)
    average = np.average(
        [theta, ets, ses],
        axis=0,
        weights=[state.weights[m] for m in ("DynamicTheta", "AutoETS", "SES")],
    )
    assert searched == []
    assert fitted.state is not None
    assert fitted.state.to_json() == replace(state, day=TODAY - timedelta(days=6)).to_json()
    assert fitted.rolling.reach == state.rolling.reach + 1
    np.testing.assert_allclose(fitted.mean, average, rtol=1e-5)


def test_a_history_fitted_again_on_the_same_day_is_forecast_the_same() -> None:
    full = fit(NOISY, SEARCHING)

    again = fit(NOISY, SEARCHING, warm=full.state)

    np.testing.assert_allclose(again.mean, full.mean, rtol=1e-5)
    assert again.model == full.model
    assert again.rolling.periods.tolist() == full.rolling.periods.tolist()


def test_a_week_old_fit_or_one_of_another_cohort_is_made_anew() -> None:
    state = fit(NOISY).state
    cohort = cohort_of(NOISY, 7)
    gaps = cohort_of(np.where(np.arange(61) % 2, NOISY, 0.0), 7)
    assert cohort is not None
    assert gaps is not None

    def serves(days: int) -> bool:
        return state.serves(cohort, TODAY + timedelta(days=days), 61, PoolWeights())

    assert [serves(-1), serves(0), serves(6), serves(7)] == [False, True, True, False]
    assert not state.serves(gaps, TODAY, 61, PoolWeights())
    assert not state.serves(cohort, TODAY, 20, PoolWeights())


def test_a_state_is_the_same_after_being_stored() -> None:
    state = fit(NOISY, SEARCHING).state

    stored = json.loads(json.dumps(state.to_json()))

    assert FitState.from_json(stored).to_json() == state.to_json()
    assert fit(NOISY, SEARCHING, FitState.from_json(stored)).mean.tolist() == (
        fit(NOISY, SEARCHING, state).mean.tolist()
    )


def test_a_model_that_goes_astray_is_left_out_and_the_forecast_says_so() -> None:
    def astray(asked: Sequence[Ask]) -> list[Answer]:
        return [Answer(np.full(104, 1e6), np.ones((len(one.cuts), one.ahead))) for one in asked]

    fitted = fit(NOISY, SEARCHING, search=astray)

    assert fitted.model == "SES"
    assert fitted.notes == (
        {"code": "model_left_out", "model": "AutoETS", "reason": "gone astray"},
        {"code": "model_left_out", "model": "DynamicTheta", "reason": "gone astray"},
    )


def test_a_history_on_which_a_model_hangs_is_fitted_without_it_and_delays_nobody(
    poisoned: Child,
) -> None:
    hanging = NOISY.copy()
    hanging[30] = HANGS_ON

    fitted = fit_histories(
        [NOISY, hanging, NOISY], 7, today=TODAY, pool=SEARCHING, search=poisoned.ask
    )

    assert [one is not None and len(one.notes) for one in fitted] == [0, 2, 0]
    assert fitted[1] is not None
    assert fitted[1].model == "SES"
    assert fitted[1].notes[0]["reason"] == "ran past 0.3 s"


def test_the_order_in_which_a_database_gives_weights_back_changes_nothing() -> None:
    names = ("TSB", "SES", "Naive", "IMAPA", "HistoricAverage", "WindowAverage4")
    pools = [
        PoolWeights({"7/48/smooth": dict.fromkeys(order, 1 / 6)}) for order in (names, names[::-1])
    ]

    fits = [fit(np.full(60, 7.3), pool) for pool in pools]
    again = [fit(np.full(60, 7.3), warm=_reordered(one.state)) for one in fits]

    assert len({one.model for one in fits + again}) == 1
    assert len({one.mean.tobytes() for one in fits + again}) == 1


def _reordered(state: FitState) -> FitState:
    return replace(state, weights=dict(sorted(state.weights.items(), reverse=True)))


def test_the_brands_regression_is_asked_with_what_it_knows_in_full_fits_and_between_them() -> None:
    history = np.array([*[50.0] * 12, 100.0])
    last_is_kept = (0.0, 1.0, *[0.0] * 10)
    pool = PoolWeights({"7/12/smooth": {POOLED: 1.0}}, TODAY, last_is_kept)

    first = fit(history, pool)
    again = fit(history, pool, warm=first.state)

    assert first.model == again.model == POOLED
    assert first.mean[0] == pytest.approx(100.2)
    assert first.mean.tolist() == again.mean.tolist()


def test_a_state_of_a_regression_that_is_no_longer_known_is_fitted_anew() -> None:
    history = np.array([*[50.0] * 12, 100.0])
    state = fit(history, PoolWeights({"7/12/smooth": {POOLED: 1.0}}, TODAY, (0.0,) * 12)).state

    anew = fit(history, PoolWeights({"7/12/smooth": {"HistoricAverage": 1.0}}, TODAY), warm=state)

    assert anew.model == "HistoricAverage"
    assert anew.mean[0] == pytest.approx(history.mean())
    assert anew.notes == ()
