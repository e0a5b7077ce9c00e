import numpy as np
import pytest

from app.forecasting.fitted.asks import Ask
from app.forecasting.fitted.engine import FORWARDED, MODELS, answer, raw_forecasts, run_model

HISTORY = np.random.default_rng(5).poisson(20, 60).astype(float)


@pytest.mark.parametrize("name", sorted(MODELS))
def test_every_model_says_something_of_an_ordinary_history(name: str) -> None:
    said = answer(Ask(name, HISTORY, 13, (53, 56), 4))

    assert said.failure is None
    assert said.mean.shape == (13,)
    assert said.tried.shape == (2, 4)
    assert said.mean.mean() == pytest.approx(HISTORY.mean(), rel=0.4)
    assert np.isfinite(said.tried).all()


def test_earlier_origins_see_only_what_lay_before() -> None:
    changed = HISTORY.copy()
    changed[50:] = 900

    there, here = (answer(Ask("SES", history, 4, (46, 50), 4)) for history in (HISTORY, changed))

    assert there.tried.tolist() == here.tried.tolist()
    assert there.mean[0] != here.mean[0]


def test_earlier_origins_of_a_searching_model_see_only_what_lay_before() -> None:
    changed = HISTORY.copy()
    changed[50:] = 900

    there, here = (
        answer(Ask("AutoETS", history, 4, (46, 50), 4)) for history in (HISTORY, changed)
    )

    assert there.tried.tolist() == here.tried.tolist()


@pytest.mark.parametrize("name", sorted(FORWARDED))
def test_with_what_a_search_found_a_model_says_the_same_again(name: str) -> None:
    mean, found = run_model(name, HISTORY, 13)

    again, kept = run_model(name, HISTORY, 13, found)

    np.testing.assert_allclose(again, mean, rtol=1e-6)
    assert kept == found


@pytest.mark.parametrize("name", ["AutoETS", "DynamicTheta", "no such model"])
def test_a_model_that_cannot_say_anything_says_why(name: str) -> None:
    said = answer(Ask(name, np.array([3.0]), 13, (), 4))

    assert np.isnan(said.mean).all()
    assert said.failure


def test_raw_forecasts_are_the_models_own_and_nan_where_they_have_none() -> None:
    raw = raw_forecasts([HISTORY, HISTORY[:3]], ["Naive", "WindowAverage4"], 2)

    assert raw["Naive"].tolist() == [[HISTORY[-1]] * 2, [HISTORY[2]] * 2]
    assert raw["WindowAverage4"][0, 0] == HISTORY[-4:].mean()
    assert np.isnan(raw["WindowAverage4"][1]).all()
