from datetime import date

import numpy as np
import pytest

from app.forecasting.fitted.pooling import learn_pool
from app.forecasting.fitted.regression import POOLED
from app.forecasting.model import Floats

TODAY = date(2026, 6, 1)


def coded(histories: list[Floats]) -> dict[str, Floats]:
    return {f"S{number}": history for number, history in enumerate(histories)}


def learned(histories: list[Floats], sample: int = 300) -> dict[str, float]:
    found = learn_pool(coded(histories), 7, today=TODAY, ratio=0.7, sample=sample)
    return dict(found.weights["7/30/smooth"])


def wandering(styles: int) -> list[Floats]:
    steps = np.random.default_rng(1).normal(0, 0.3, (styles, 40))
    return list(100 * np.exp(np.cumsum(steps, axis=1)))


def steady(styles: int) -> list[Floats]:
    return list(np.random.default_rng(2).poisson(20, (styles, 40)).astype(float))


def test_levels_that_wander_make_the_last_period_count_and_steady_ones_the_long_average() -> None:
    lost, kept = learned(wandering(30)), learned(steady(30))

    assert lost["Naive"] > 2 * lost["HistoricAverage"]
    assert kept["HistoricAverage"] > 2 * kept["Naive"]
    assert sum(lost.values()) == pytest.approx(1.0, abs=1e-4)


def test_models_that_search_count_only_where_they_help() -> None:
    noise = np.random.default_rng(4).normal(0, 3, (40, 40))
    growing = list(np.arange(10.0, 210.0, 5.0) + noise)

    helped, idle = learned(growing), learned(steady(40))

    searching = ("AutoETS", "DynamicTheta")
    assert sum(helped[name] for name in searching) > 0.4
    assert sum(idle[name] for name in searching) < 0.2


def test_few_histories_stay_near_equal_weights_and_fewer_have_none_of_their_own() -> None:
    few = learned(wandering(10))

    assert max(few.values()) < 0.6
    assert learn_pool(coded(wandering(9)), 7, today=TODAY, ratio=0.7).weights == {}


def test_one_freak_history_does_not_choose_for_all() -> None:
    freak = np.full(40, 1.0)
    freak[-4:] = 1e7

    with_freak = learned([*steady(20), freak])

    assert with_freak["HistoricAverage"] == pytest.approx(
        learned(steady(20))["HistoricAverage"], abs=0.15
    )


def test_weights_are_learned_from_the_same_sample_in_whatever_order_the_styles_come() -> None:
    histories = coded(wandering(40))
    backwards = dict(reversed(histories.items()))

    one, other = (
        learn_pool(given, 7, today=TODAY, ratio=0.7, sample=15) for given in (histories, backwards)
    )

    assert one == other


def test_styles_without_a_sale_teach_nothing() -> None:
    assert learn_pool(coded([np.zeros(40)] * 30), 7, today=TODAY, ratio=0.7).weights == {}


def test_short_histories_that_sell_much_follow_their_levels_beside_many_slow_steady_ones() -> None:
    random = np.random.default_rng(6)
    fast = 1_000 * np.exp(np.cumsum(random.normal(0, 0.4, (60, 13)), axis=1))
    slow = random.poisson(1.5, (200, 13)).astype(float)

    found = learn_pool(coded([*fast, *slow]), 7, today=TODAY, ratio=0.7).weights

    assert found["7/12/smooth/fast"]["Naive"] > 0.4
    assert found["7/12/smooth/slow"]["Naive"] < 0.1


def test_the_regression_counts_most_where_enough_histories_teach_it() -> None:
    random = np.random.default_rng(7)
    many = list(random.poisson(20, (300, 13)).astype(float))

    learned_alike = learn_pool(coded(many), 7, today=TODAY, ratio=0.7)
    of_fewer = learn_pool(coded(many[:299]), 7, today=TODAY, ratio=0.7)

    assert all(weights[POOLED] >= 0.7 for weights in learned_alike.weights.values())
    assert all(sum(one.values()) == pytest.approx(1) for one in learned_alike.weights.values())
    assert of_fewer.regression == ()
    assert not any(POOLED in weights for weights in of_fewer.weights.values())


def test_the_regression_is_learned_alike_in_whatever_order_the_styles_come() -> None:
    histories = coded([history[-13:] for history in wandering(310)])
    backwards = dict(reversed(histories.items()))

    one, other = (learn_pool(given, 7, today=TODAY, ratio=0.7) for given in (histories, backwards))

    assert len(one.regression) == 12
    assert one == other
