import numpy as np
import pytest

from app.forecasting.evidence import corrected, gather
from tests.forecasting.panels import panel, style, weeks_ago


def test_a_week_out_of_stock_is_expected_at_the_level_of_the_weeks_around_it() -> None:
    world = panel([[10, 10, 0, 10, 10]], in_stock=[[1, 1, 0, 1, 1]])

    history = corrected(gather(world, np.array([1.0])))

    assert history[0].tolist() == pytest.approx([10, 10, 10, 10, 10])


def test_half_a_week_in_stock_counts_for_half_a_week() -> None:
    world = panel([[10, 10, 5, 10, 10]], in_stock=[[1, 1, 0.5, 1, 1]])

    history = corrected(gather(world, np.array([1.0])))

    assert history[0, 2] == pytest.approx(10.0)


def test_what_sold_while_out_of_stock_is_the_least_that_was_wanted() -> None:
    world = panel([[10, 10, 25, 10, 10]], in_stock=[[1, 1, 0, 1, 1]])

    history = corrected(gather(world, np.array([1.0])))

    assert 25.0 <= history[0, 2] < 27.0


def test_a_size_out_of_stock_keeps_its_share_of_the_split() -> None:
    sold_out = panel(
        [[10, 10, 10, 10], [10, 10, 0, 0]],
        in_stock=[[1, 1, 1, 1], [1, 1, 0, 0]],
    )
    unwanted = panel([[10, 10, 10, 10], [10, 10, 0, 0]])

    kept = gather(sold_out, np.array([0.5, 0.5])).concentration
    lost = gather(unwanted, np.array([0.5, 0.5])).concentration

    assert kept[1] / kept.sum() == pytest.approx(0.5, abs=0.01)
    assert lost[1] / lost.sum() == pytest.approx(1 / 3, abs=0.03)


def test_a_size_never_sold_keeps_a_part_of_its_prior_share() -> None:
    evidence = gather(panel([[5, 5, 5], [0, 0, 0]]), np.array([0.5, 0.5]))

    shares = evidence.concentration / evidence.concentration.sum()

    assert 0.1 < shares[1] < 0.4


def test_age_counts_from_the_launch_day_else_from_the_first_period_on_sale() -> None:
    world = panel(
        [[0, 0, 4], [0, 4, 4], [0, 0, 0]],
        exposure=[[1, 1, 1], [0, 1, 1], [0, 0, 0]],
        style_of=[0, 1, 2],
        styles=[style("A", launched=weeks_ago(10)), style("B"), style("C", launched=weeks_ago(-2))],
    )

    ages = gather(world, np.ones(3)).age_weeks

    assert ages.tolist() == [[7.5, 8.5, 9.5], [-0.5, 0.5, 1.5], [-4.5, -3.5, -2.5]]


def test_shares_that_are_not_numbers_read_as_in_stock() -> None:
    world = panel([[3, 3]], in_stock=[[np.nan, 1]], exposure=[[1, np.nan]])

    assert corrected(gather(world, np.array([1.0])))[0].tolist() == [3, 3]


def test_a_style_never_seen_in_stock_is_expected_to_sell_what_it_sold_regardless() -> None:
    history = corrected(gather(panel([[4, 4]], in_stock=[[0, 0]]), np.array([1.0])))

    assert (history >= 4).all()
    assert (history < 8).all()


def test_a_panel_without_periods_shows_nothing() -> None:
    evidence = gather(panel(np.zeros((1, 0))), np.array([1.0]))

    assert corrected(evidence).shape == (1, 0)
    assert evidence.concentration.tolist() == [10.0]
