from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from app.demand.panel import DemandPanel
from app.forecasting.accuracy.evaluate import cuts_of, evaluate, groups_of
from app.forecasting.past.learning import learn_priors
from app.forecasting.past.priors import BrandPriors
from tests.forecasting.panels import ORIGIN, panel, style, weeks_ago

WEEKS = 30


def shop(*, future: int = 1, in_stock: float = 1.0) -> DemandPanel:
    """Six styles with a steady demand, launched 28, 24, 20, 16, 12 and 8 weeks ago.

    The demand of the last 8 weeks is multiplied by `future`, and is in stock for that share.
    """
    launches = range(28, 4, -4)
    age = np.arange(WEEKS) - (WEEKS - np.array(launches)[:, None])
    random = np.random.default_rng(5)
    demand = np.where(age >= 0, random.poisson(20.0, age.shape), 0)
    demand[:, -8:] *= future
    shown = np.ones(age.shape)
    shown[:, -8:] = in_stock
    return panel(
        demand,
        exposure=age >= 0,
        in_stock=shown,
        style_of=list(range(6)),
        styles=[style(f"S{weeks}", launched=weeks_ago(weeks)) for weeks in launches],
    )


def test_cuts_are_spaced_evenly_and_leave_weeks_to_learn_from_and_to_look_at() -> None:
    history = panel(np.ones((1, 40)))

    assert cuts_of(history, 3) == (32, 18, 4)
    assert cuts_of(history, 1) == (4,)
    assert cuts_of(panel(np.ones((1, 11))), 3) == ()
    assert cuts_of(panel(np.ones((1, 13))), 5) == (5, 4)


def test_ages_between_belong_to_the_lower_group() -> None:
    assert groups_of(np.array([0, 1, 4, 5, 12, 13, 25, 26, 90])).tolist() == [
        0, 1, 3, 5, 8, 13, 13, 26, 26,
    ]  # fmt: skip


def test_each_style_known_at_a_cut_is_scored_for_each_horizon_that_was_seen() -> None:
    found = evaluate(shop(), [8])

    pairs = found.pairs
    assert found.cuts == (8,)
    assert [(int(h), int((pairs.horizon == h).sum())) for h in np.unique(pairs.horizon)] == [
        (4, 6),
        (8, 6),
    ]
    assert pairs.age[pairs.horizon == 4].tolist() == [13, 13, 8, 8, 3, 0]
    assert pairs.layer[5] == "prior"
    assert pairs.style[:6].tolist() == [0, 1, 2, 3, 4, 5]


def test_a_forecast_is_compared_with_what_was_sold_after_the_cut() -> None:
    history = shop()

    pairs = evaluate(history, [8]).pairs

    next_four = history.demand[:, -8:-4].sum(axis=1)
    assert pairs.actual[pairs.horizon == 4].tolist() == next_four.tolist()
    known = (pairs.horizon == 4) & (pairs.age > 0)
    assert pairs.mean[known] == pytest.approx(np.full(5, 80.0), rel=0.4)
    assert pairs.baselines["run-rate"][known] == pytest.approx(np.full(5, 80.0), rel=0.3)


def test_nothing_that_happens_after_a_cut_changes_its_forecasts() -> None:
    calm, wild = evaluate(shop(), [8]).pairs, evaluate(shop(future=9), [8]).pairs

    assert wild.mean.tolist() == calm.mean.tolist()
    assert wild.median.tolist() == calm.median.tolist()
    for name in calm.baselines:
        assert wild.baselines[name].tolist() == calm.baselines[name].tolist()
    assert wild.actual.sum() == 9 * calm.actual.sum()


def test_priors_are_learned_from_what_lay_before_the_cut_alone() -> None:
    seen = []

    def learn(history: DemandPanel) -> BrandPriors:
        seen.append(history)
        return learn_priors(history)

    evaluate(shop(), [12, 8], learn=learn)

    assert [history.origin for history in seen] == [
        ORIGIN - timedelta(weeks=12),
        ORIGIN - timedelta(weeks=8),
    ]
    assert [len(history.styles) for history in seen] == [4, 5]
    assert [history.demand.shape[1] for history in seen] == [18, 22]


def test_totals_with_a_week_short_of_stock_are_left_out_and_counted() -> None:
    found = evaluate(shop(in_stock=0.9), [12])

    assert found.short_of_stock == 5
    assert np.unique(found.pairs.horizon).tolist() == [4]
    assert len(found.pairs) == 5


def test_a_style_is_scored_alike_whoever_stands_beside_it() -> None:
    history = shop()
    other_code = replace(history.styles[0], code="OTHER")
    renamed = replace(history, styles=(other_code, *history.styles[1:]))

    def learn(_: DemandPanel) -> BrandPriors:
        return BrandPriors()

    crps = evaluate(history, [8], learn=learn).pairs.crps
    assert evaluate(renamed, [8], learn=learn).pairs.crps[1:6].tolist() == crps[1:6].tolist()


def test_a_past_that_nobody_knew_of_gives_nothing_to_score() -> None:
    found = evaluate(shop(), [29])

    assert len(found.pairs) == 0


def test_only_a_style_sold_a_year_before_has_those_weeks() -> None:
    """At the cut of four weeks the styles were 52 and 51 weeks on sale."""
    age = np.arange(60) - np.array([[4], [5]])
    history = panel(
        np.where(age >= 0, 5, 0),
        exposure=age >= 0,
        style_of=[0, 1],
        styles=[style("OLD", launched=weeks_ago(56)), style("YOUNG", launched=weeks_ago(55))],
    )

    pairs = evaluate(history, [4], learn=lambda _: BrandPriors()).pairs

    assert pairs.has_year.tolist() == [True, False]
