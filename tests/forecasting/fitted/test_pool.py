import json
from datetime import date

import numpy as np
import pytest

from app.forecasting.fitted.lengths import LENGTHS, Cohort, LengthClass
from app.forecasting.fitted.pool import PoolWeights, own_weights
from app.forecasting.fitted.regression import POOLED

COHORT = Cohort(7, LengthClass(48, 8, 4, 4, ("Naive", "SES"), ("AutoETS",)), intermittent=False)


def test_without_a_past_the_fast_models_count_alike_and_none_searches() -> None:
    assert PoolWeights().of(COHORT, "usual") == {"Naive": 0.5, "SES": 0.5}


def test_models_that_are_not_worth_their_run_are_left_out() -> None:
    learned = PoolWeights({COHORT.key: {"Naive": 0.02, "SES": 0.88, "AutoETS": 0.1}})
    searching = PoolWeights({COHORT.key: {"Naive": 0.02, "SES": 0.58, "AutoETS": 0.4}})

    assert learned.of(COHORT, "usual") == {"SES": 1.0}
    assert searching.of(COHORT, "usual") == {
        "SES": pytest.approx(0.592, abs=1e-3),
        "AutoETS": 0.4 / 0.98,
    }


def test_weights_are_the_same_after_being_stored() -> None:
    weights = PoolWeights(
        {COHORT.key: {"Naive": 1 / 3, "SES": 2 / 3}}, date(2026, 5, 4), (0.1, 0.2)
    )

    assert PoolWeights.from_json(json.loads(json.dumps(weights.to_json()))) == weights
    assert PoolWeights.from_json(PoolWeights().to_json()) == PoolWeights()


def test_weights_stored_before_there_was_a_regression_have_none() -> None:
    stored = {"weights": {COHORT.key: {"Naive": 1.0}}, "learned": None}

    assert PoolWeights.from_json(stored).regression == ()


def test_the_regression_counts_only_where_it_was_learned() -> None:
    short = Cohort(7, LENGTHS[7][-1], intermittent=False)

    assert POOLED not in PoolWeights().of(short, "usual")
    assert POOLED in PoolWeights(regression=(0.1,)).of(short, "usual")


def test_a_history_moves_the_weights_to_the_models_that_lost_less_on_it() -> None:
    few = own_weights([0.5, 0.5], np.array([0.8, 1.2]), 1.0)
    many = own_weights([0.5, 0.5], np.array([0.8, 1.2]), 40.0)

    assert 0.5 < few[0] < many[0] < 1.0
    assert few.sum() == pytest.approx(1.0)


def test_where_models_lose_alike_the_cohort_decides() -> None:
    weights = own_weights([0.7, 0.3], np.ones(2), 3.0)

    np.testing.assert_allclose(weights, [0.7, 0.3])


def test_a_model_without_a_loss_does_not_count_and_none_at_all_is_all_zero() -> None:
    assert own_weights([0.5, 0.5], np.array([np.inf, 1.0]), 3.0).tolist() == [0.0, 1.0]
    assert own_weights([0.5, 0.5], np.array([np.inf, np.inf]), 3.0).tolist() == [0.0, 0.0]


def test_a_model_that_never_erred_does_not_win_for_certain() -> None:
    weights = own_weights([0.5, 0.5], np.array([0.0, 2.0]), 1.0)

    assert 0.5 < weights[0] < 1.0


def test_a_volume_has_weights_of_its_own_where_they_were_learned() -> None:
    learned = PoolWeights({COHORT.key: {"SES": 1.0}, f"{COHORT.key}/fast": {"Naive": 1.0}})

    assert learned.of(COHORT, "fast") == {"Naive": 1.0}
    assert learned.of(COHORT, "slow") == {"SES": 1.0}
