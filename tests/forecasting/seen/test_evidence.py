import numpy as np
import pytest

from app.demand.panel import DemandPanel
from app.forecasting.past.sizes import SplitPriors, split_prior
from app.forecasting.seen.evidence import Evidence, corrected, gather
from tests.forecasting.panels import panel, style, weeks_ago


def seen(world: DemandPanel) -> Evidence:
    return gather(world, split_prior(world, SplitPriors()))


def test_a_week_out_of_stock_is_expected_at_the_level_of_the_weeks_around_it() -> None:
    world = panel([[10, 10, 0, 10, 10]], in_stock=[[1, 1, 0, 1, 1]])

    history = corrected(seen(world))

    assert history[0].tolist() == pytest.approx([10, 10, 10, 10, 10])


def test_half_a_week_in_stock_counts_for_half_a_week() -> None:
    world = panel([[10, 10, 5, 10, 10]], in_stock=[[1, 1, 0.5, 1, 1]])

    history = corrected(seen(world))

    assert history[0, 2] == pytest.approx(10.0)


def test_what_sold_while_out_of_stock_is_the_least_that_was_wanted() -> None:
    world = panel([[10, 10, 25, 10, 10]], in_stock=[[1, 1, 0, 1, 1]])

    history = corrected(seen(world))

    assert 25.0 <= history[0, 2] < 27.0


def test_a_size_out_of_stock_keeps_its_share_of_the_split() -> None:
    sold_out = panel(
        [[10, 10, 10, 10], [10, 10, 0, 0]],
        in_stock=[[1, 1, 1, 1], [1, 1, 0, 0]],
    )
    unwanted = panel([[10, 10, 10, 10], [10, 10, 0, 0]])

    kept = seen(sold_out).split.share
    lost = seen(unwanted).split.share

    assert kept[1] / kept.sum() == pytest.approx(0.5, abs=0.01)
    assert lost[1] / lost.sum() == pytest.approx((10 + 20) / (20 + 60), abs=0.005)


def test_a_size_added_late_is_judged_by_the_time_since() -> None:
    evidence = seen(panel([[20] * 20, [0] * 16 + [20] * 4]))

    assert evidence.split.share[1] == pytest.approx(0.5, abs=0.03)
    assert evidence.seen_share[0, 0] == pytest.approx(0.5, abs=0.03)
    assert evidence.seen_share[0, -1] == pytest.approx(1.0)


def test_recent_tastes_count_more_than_old_ones() -> None:
    evidence = seen(panel([[10] * 52 + [30] * 52, [30] * 52 + [10] * 52]))

    assert evidence.split.share[0] == pytest.approx((30 + 10 / 2) / 60, abs=0.02)


def test_a_size_never_sold_keeps_a_part_of_its_prior_share() -> None:
    evidence = seen(panel([[5, 5, 5], [0, 0, 0]]))

    shares = evidence.split.share

    assert 0.1 < shares[1] < 0.4


def test_age_counts_from_the_launch_day_else_from_the_first_period_on_sale() -> None:
    world = panel(
        [[0, 0, 4], [0, 4, 4], [0, 0, 0]],
        exposure=[[1, 1, 1], [0, 1, 1], [0, 0, 0]],
        style_of=[0, 1, 2],
        styles=[style("A", launched=weeks_ago(10)), style("B"), style("C", launched=weeks_ago(-2))],
    )

    ages = seen(world).age_weeks

    assert ages.tolist() == [[7.5, 8.5, 9.5], [-0.5, 0.5, 1.5], [-4.5, -3.5, -2.5]]


def test_shares_that_are_not_numbers_read_as_in_stock() -> None:
    world = panel([[3, 3]], in_stock=[[np.nan, 1]], exposure=[[1, np.nan]])

    assert corrected(seen(world))[0].tolist() == [3, 3]


def test_a_style_never_seen_in_stock_is_expected_to_sell_what_it_sold_regardless() -> None:
    history = corrected(seen(panel([[4, 4]], in_stock=[[0, 0]])))

    assert (history >= 4).all()
    assert (history < 8).all()


def test_styles_without_skus_show_nothing_and_leave_the_others_as_they_are() -> None:
    world = panel([[6, 6], [2, 2]], style_of=[1, 1], styles=[style("A"), style("B"), style("C")])

    evidence = seen(world)

    assert evidence.seen_units.tolist() == [[0, 0], [8, 8], [0, 0]]
    assert evidence.split.colorway_units.shape == (3,)


def test_a_panel_without_periods_shows_nothing() -> None:
    evidence = seen(panel(np.zeros((1, 0))))

    assert corrected(evidence).shape == (1, 0)
    assert evidence.split.concentration.tolist() == [20.0]


def test_a_week_in_stock_that_sold_nothing_stays_a_week_without_demand() -> None:
    units = np.random.default_rng(0).poisson(0.1, (200, 60))
    world = panel(units, style_of=np.repeat(range(40), 5).tolist())

    history = corrected(seen(world))

    silent = units.reshape(40, 5, 60).sum(axis=1) == 0
    assert (history[silent] == 0).all()


def test_a_size_that_joins_a_falling_style_is_measured_against_its_own_weeks() -> None:
    """The level around its first weeks remembers better ones that it could not sell in."""
    falling = [400, 350, 300, 260, 220, 190, 160, 140, 120, 100, 90, 80, 70, 60]
    world = panel(
        [*[falling] * 4, [0] * 6 + falling[6:]],
        exposure=[*[[1.0] * 14] * 4, [0.0] * 6 + [1.0] * 8],
        sizes=("S", "M", "L", "XL", "XXL"),
    )

    share = seen(world).split.share

    assert share[4] == pytest.approx(0.2, abs=0.01)
