import numpy as np
import pytest

from app.forecasting.fitted.lengths import LengthClass
from app.forecasting.fitted.trials import Trial, actuals, cuts, losses, pinball_loss, squared_loss

LENGTH = LengthClass(8, 2, 3, 1, ("Naive",))


def trial(*predicted: list[list[float]], actual: list[list[float]]) -> Trial:
    return Trial(np.array(actual), np.array(predicted))


def test_origins_lie_back_so_that_all_of_their_horizon_is_known() -> None:
    assert cuts(10, LENGTH).tolist() == [6, 7, 8]
    assert actuals(np.arange(10.0), LENGTH).tolist() == [[6, 7], [7, 8], [8, 9]]


def test_the_model_nearer_to_what_happened_loses_less() -> None:
    near, far = losses(trial([[9, 9]], [[2, 2]], actual=[[10, 10]]), 0.7, 1.0)

    assert near < 1 < far


def test_too_little_costs_the_ratio_and_too_much_the_rest() -> None:
    wanted, known = np.array([[10.0, 10.0]]), np.zeros(1)

    low = pinball_loss(wanted, np.array([[2.0, 2.0]]), 0.75, known)
    high = pinball_loss(wanted, np.array([[18.0, 18.0]]), 0.75, known)

    assert (low, high) == (12.0, 4.0)


def test_forecasting_nothing_is_no_good_way_to_meet_demand_that_comes_now_and_then() -> None:
    nothing, mean = losses(
        trial([[0, 0, 0, 0]] * 2, [[2, 2, 2, 2]] * 2, actual=[[0, 8, 0, 0], [0, 0, 0, 8]]), 0.7, 2.0
    )

    assert mean < nothing


def test_a_model_without_a_number_has_an_infinite_loss_and_changes_no_others() -> None:
    tried = trial([[9, 9]], [[2, 2]], [[np.nan, 1]], actual=[[10, 10]])

    loss = losses(tried, 0.7, 1.0)

    assert np.isinf(loss[2])
    assert loss[:2].mean() == pytest.approx(1.0)


def test_models_that_all_lose_nothing_are_alike() -> None:
    assert losses(trial([[0, 0]], [[0, 0]], actual=[[0, 0]]), 0.7, 1.0).tolist() == [1.0, 1.0]


def test_what_is_bought_grows_with_the_ratio_and_with_the_spread_of_the_errors() -> None:
    nothing, predicted = np.zeros((1, 2)), np.array([[10.0, 10.0]])

    def bought(ratio: float, stretch: float) -> float:
        loss = pinball_loss(nothing, predicted, ratio, np.array([stretch]))
        return float(loss / (1 - ratio))

    assert bought(0.5, 1.0) == pytest.approx(20)
    assert bought(0.9, 1.0) == pytest.approx(20 + 1.2816 * np.sqrt(20 + 80 + 36), rel=1e-3)
    assert bought(0.9, 2.0) == pytest.approx(20 + 2 * 1.2816 * np.sqrt(136), rel=1e-3)


def test_errors_that_add_up_cost_more_than_errors_that_cancel() -> None:
    wanted = np.array([[10.0, 10.0]])

    adding = squared_loss(wanted, np.array([[13.0, 13.0]]))
    cancelling = squared_loss(wanted, np.array([[13.0, 7.0]]))

    assert float(adding) == pytest.approx(np.sqrt(9 + 18))
    assert float(cancelling) == 3.0


def test_a_model_is_not_paid_for_a_bias_that_meets_a_quantile_at_a_spread_not_its_own() -> None:
    tried = trial([[100.0, 100.0]] * 3, [[82.0, 82.0]] * 3, actual=[[100.0, 100.0]] * 3)

    few_right, few_biased = losses(tried, 0.7, 1.0)
    many_right, many_biased = losses(tried, 0.7, 30.0)

    assert many_right / many_biased < 0.6 * few_right / few_biased
