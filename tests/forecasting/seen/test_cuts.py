from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from app.demand.panel import DemandPanel, KnownLine
from app.forecasting.seen.cuts import before
from tests.forecasting.panels import ORIGIN, panel, style, weeks_ago


def two_styles(second_launched: date | None) -> DemandPanel:
    """One style sold for four weeks, one whose two SKUs sold in the last two of them."""
    return panel(
        [[1, 2, 3, 4], [0, 0, 5, 6], [0, 0, 0, 7]],
        exposure=[[1, 1, 1, 1], [0, 0, 1, 1], [0, 0, 0, 1]],
        style_of=[0, 1, 1],
        styles=[style("OLD", launched=weeks_ago(4)), style("NEW", launched=second_launched)],
        sizes=("M", "S", "L"),
    )


def test_a_cut_leaves_the_weeks_before_it_and_moves_the_origin() -> None:
    history = two_styles(weeks_ago(2))

    cut = before(history, 1)

    assert cut.origin == weeks_ago(1)
    assert cut.demand.tolist() == [[1, 2, 3], [0, 0, 5]]
    assert cut.exposure.shape == cut.in_stock_share.shape == cut.returned.shape == (2, 3)


def test_a_cut_at_the_origin_changes_nothing() -> None:
    cut = before(two_styles(weeks_ago(2)), 0)

    assert cut.demand.tolist() == [[1, 2, 3, 4], [0, 0, 5, 6], [0, 0, 0, 7]]
    assert [found.code for found in cut.styles] == ["OLD", "NEW"]


def test_a_sku_first_on_sale_after_the_cut_is_dropped() -> None:
    cut = before(two_styles(weeks_ago(2)), 1)

    assert cut.sku_codes == ("K1", "K2")
    assert cut.sku_ids == (0, 1)
    assert cut.sizes == ("M", "S")


@pytest.mark.parametrize("launched", [weeks_ago(2), None])
def test_a_style_launched_on_the_day_of_the_cut_or_later_is_dropped(launched: date | None) -> None:
    cut = before(two_styles(launched), 2)

    assert [found.code for found in cut.styles] == ["OLD"]
    assert cut.style_of.tolist() == [0]


def test_the_styles_left_are_numbered_anew() -> None:
    history = panel(
        [[0, 1], [2, 3]],
        exposure=[[0, 1], [1, 1]],
        style_of=[0, 1],
        styles=[style("NEW", launched=weeks_ago(1)), style("OLD", launched=weeks_ago(2))],
    )

    cut = before(history, 1)

    assert cut.style_of.tolist() == [0]
    assert cut.demand.tolist() == [[2]]


def test_a_style_without_a_launch_date_is_known_once_it_was_on_sale() -> None:
    cut = before(two_styles(None), 1)

    assert [found.code for found in cut.styles] == ["OLD", "NEW"]


def test_an_announced_launch_stays_with_all_its_skus_and_no_sale() -> None:
    cut = before(two_styles(weeks_ago(2)), 2, announced_weeks=1)

    assert cut.sku_codes == ("K1", "K2", "K3")
    assert cut.demand.tolist() == [[1, 2], [0, 0], [0, 0]]
    assert cut.exposure[1:].sum() == 0.0


def test_a_launch_after_the_announced_weeks_is_dropped() -> None:
    cut = before(two_styles(weeks_ago(2)), 3, announced_weeks=1)

    assert [found.code for found in cut.styles] == ["OLD"]


def test_the_launch_day_of_a_successor_is_not_known_before_it_came() -> None:
    heir = replace(style("OLD", launched=weeks_ago(4)), successor_launch=weeks_ago(2))
    history = panel([[1, 2, 3, 4]], styles=[heir])

    assert before(history, 2).styles[0].successor_launch is None
    assert before(history, 1).styles[0].successor_launch == weeks_ago(2)


def test_known_demand_is_left_out_and_the_counts_of_orders_are_cut_with_the_demand() -> None:
    history = replace(
        panel([[1, 2, 3, 4]]), known=(KnownLine(0, "hire", 20, ORIGIN, probability=1.0),)
    )

    cut = before(history, 1)

    assert cut.known == ()
    assert cut.orders.shape == cut.largest.shape == cut.contracted.shape == (1, 3)


def test_a_cut_does_not_change_its_panel() -> None:
    history = two_styles(weeks_ago(2))

    before(history, 2).demand[:] = 99

    assert np.array_equal(history.demand, [[1, 2, 3, 4], [0, 0, 5, 6], [0, 0, 0, 7]])


def test_a_cut_further_back_than_the_panel_is_refused() -> None:
    with pytest.raises(ValueError, match="4 periods of 7 days, cut 5 weeks"):
        before(two_styles(None), 5)


def test_only_weeks_can_be_cut() -> None:
    with pytest.raises(ValueError, match="4 periods of 1 days"):
        before(panel([[1, 2, 3, 4]], period_days=1), 1)
