import numpy as np
import pytest

from app.forecasting.past.powers import POWERS, to_powers, weights_of_powers
from app.forecasting.past.profiles import at_ages

FADING = np.exp(-np.arange(52) / 8)


def test_to_the_power_of_zero_a_profile_is_even_and_to_one_itself() -> None:
    profile = FADING / FADING[:13].mean()

    raised = to_powers(np.maximum(profile, 0.01))

    assert raised[POWERS == 0][0].tolist() == [1.0] * 52
    np.testing.assert_allclose(raised[POWERS == 1][0], np.maximum(profile, 0.01))
    np.testing.assert_allclose(raised[:, :13].mean(axis=1), 1.0)


@pytest.mark.parametrize(("followed", "power"), [(0.0, 0.0), (1.0, 1.0)])
def test_twenty_weeks_tell_an_even_style_from_one_that_fades(followed: float, power: float) -> None:
    age = np.arange(20) + 0.5
    base = at_ages(FADING, age)[None] ** POWERS[:, None]
    law = np.full((1, len(POWERS)), 1 / len(POWERS))

    weights = weights_of_powers(80 * base[followed == POWERS], base[:, None], law, 0.2)[0]

    assert POWERS[weights.argmax()] == power
    assert weights @ POWERS == pytest.approx(power, abs=0.25)


def test_one_week_says_nothing_of_how_far_a_style_follows() -> None:
    base = FADING[None, None, :1] ** POWERS[:, None, None]
    law = np.arange(1.0, len(POWERS) + 1)[None] / np.arange(1, len(POWERS) + 1).sum()

    weights = weights_of_powers(np.array([[80.0]]), base, law, 0.2)

    np.testing.assert_allclose(weights, law)
