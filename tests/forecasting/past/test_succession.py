import json
from datetime import timedelta

import numpy as np
import pytest

from app.demand.panel import DemandPanel, PanelStyle
from app.forecasting.past.sizes import SplitPriors, split_prior
from app.forecasting.past.succession import (
    DEFAULT_LEFT,
    SuccessionPriors,
    curve_at,
    learn_succession,
)
from app.forecasting.seen.evidence import gather
from tests.forecasting.panels import ORIGIN, panel, style, weeks_ago


def learnt(world: DemandPanel, *, rates: list[float] | None = None) -> SuccessionPriors:
    return learn_succession(
        world,
        gather(world, split_prior(world, SplitPriors())),
        np.ones((len(world.styles), world.demand.shape[1])),
        np.array(rates or [0.0] * len(world.styles)),
    )


def one_per_style(demand: list[list[int]], styles: list[PanelStyle], **more: float) -> DemandPanel:
    return panel(demand, style_of=range(len(demand)), styles=styles, **more)


def test_without_pairs_and_ends_the_default_stays() -> None:
    assert learnt(panel([[5] * 20])) == SuccessionPriors()


def test_what_a_style_keeps_after_its_successors_launch_is_learnt_from_pairs() -> None:
    followed = style("OLD", launched=weeks_ago(60), successor="NEW", successor_launch=weeks_ago(20))
    world = one_per_style([[40] * 20 + [10] * 20] * 30, [followed] * 30)

    found = learnt(world)

    assert found.pairs == 30
    assert found.left[0] == pytest.approx(0.25, abs=0.06)
    assert found.left[19] == pytest.approx(0.25, abs=0.02)
    assert found.left[20:] == DEFAULT_LEFT[20:]


def test_one_pair_moves_the_default_a_third_of_the_way() -> None:
    followed = style("OLD", launched=weeks_ago(60), successor="NEW", successor_launch=weeks_ago(20))

    found = learnt(one_per_style([[40] * 40], [followed]))

    assert found.left[19] == pytest.approx(
        DEFAULT_LEFT[19] + 0.33 * (1 - DEFAULT_LEFT[19]), abs=0.03
    )


def test_weeks_out_of_stock_after_the_launch_are_no_bend() -> None:
    followed = style("OLD", launched=weeks_ago(60), successor="NEW", successor_launch=weeks_ago(20))
    in_stock = [1.0] * 20 + [0.0] * 20
    world = panel(
        [[40] * 20 + [0] * 20] * 30,
        in_stock=[in_stock] * 30,
        style_of=range(30),
        styles=[followed] * 30,
    )

    found = learnt(world)

    assert found.left == DEFAULT_LEFT
    assert found.pairs == 0


def test_the_last_weeks_before_an_end_are_learnt_from_ended_styles() -> None:
    ended = style("GONE", launched=weeks_ago(60), end_of_life=ORIGIN - timedelta(days=15))
    sold = [20] * 34 + [10] * 4 + [0] * 2

    found = learnt(one_per_style([sold] * 40, [ended] * 40))

    assert found.ended == 40
    assert found.tail[:4] == pytest.approx([0.55] * 4, abs=0.03)
    assert found.tail[4:] == pytest.approx([1.0] * 4, abs=0.03)


def test_a_style_that_has_not_ended_teaches_no_end() -> None:
    near = style("NEAR", launched=weeks_ago(60), end_of_life=weeks_ago(-2))

    found = learnt(one_per_style([[20] * 30 + [5] * 4], [near]))

    assert found.tail == (1.0,) * 8


def test_a_successor_inherits_what_its_predecessor_sold_last_not_at_its_launch() -> None:
    old = style("OLD", launched=weeks_ago(60), successor="NEW", successor_launch=weeks_ago(-4))
    new = style("NEW", launched=weeks_ago(-4), predecessors=("OLD",))
    found = learnt(one_per_style([[90] * 10 + [12] * 30], [old]))

    log_mean, log_sd = found.inherited_rate(new, np.log(3.0), 1.5) or (0.0, 0.0)

    # The family's law has the weight that its precision gives it: 0.36 of 2.25 + 0.36.
    assert np.exp(found.levels["OLD"]) == pytest.approx(12, abs=0.1)
    assert log_mean == pytest.approx((2.25 * np.log(12.06) + 0.36 * np.log(3)) / 2.61, abs=0.01)
    assert log_sd == pytest.approx(0.557, abs=0.001)


def test_what_its_predecessor_sold_before_the_handover_counts_not_since() -> None:
    old = style("OLD", launched=weeks_ago(60), successor="NEW", successor_launch=weeks_ago(10))

    found = learnt(one_per_style([[30] * 30 + [3] * 10], [old]))

    assert np.exp(found.levels["OLD"]) == pytest.approx(30, abs=0.1)


def test_a_style_that_follows_two_takes_over_from_both() -> None:
    heir = style("NEW", predecessors=("A", "B", "GONE"))
    priors = SuccessionPriors(levels={"A": float(np.log(6)), "B": float(np.log(4))})

    inherited = priors.inherited_rate(heir, 0.0, 1e6)

    assert inherited is not None
    assert inherited[0] == pytest.approx(np.log(10))


def test_a_style_without_a_known_predecessor_inherits_nothing() -> None:
    assert SuccessionPriors().inherited_rate(style(predecessors=("GONE",)), 1.0, 1.0) is None


def test_successors_that_outsell_their_predecessors_are_expected_to() -> None:
    pairs = [
        one
        for number in range(12)
        for one in (
            style(f"O{number}", successor=f"N{number}", successor_launch=weeks_ago(10)),
            style(f"N{number}", launched=weeks_ago(10), predecessors=(f"O{number}",)),
        )
    ]
    world = panel(
        [[10] * 20, [0] * 10 + [20] * 10] * 12,
        exposure=[[1] * 20, [0] * 10 + [1] * 10] * 12,
        style_of=range(24),
        styles=pairs,
    )

    found = learnt(world, rates=[float(np.log(10)), float(np.log(20))] * 12)

    assert np.exp(found.transfer_log_mean) == pytest.approx(2 ** (12 / 16), rel=0.02)
    assert found.transfer_log_sd < 0.5


def test_a_curve_starts_at_one_and_keeps_its_last_value() -> None:
    at = curve_at(np.array([0.5, 0.25]), np.array([-3.0, 0.0, 0.5, 1.0, 9.0]))

    assert at.tolist() == [1.0, 1.0, 0.5, 0.375, 0.25]


def test_priors_survive_being_stored_as_json_to_the_last_bit() -> None:
    found = SuccessionPriors(left=(0.5, 0.1), pairs=3, levels={"A": 0.123456}, ended=1)

    assert SuccessionPriors.from_json(json.loads(json.dumps(found.to_json()))) == found
    assert SuccessionPriors.from_json({}) == SuccessionPriors()
