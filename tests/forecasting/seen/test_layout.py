import numpy as np

from app.forecasting.seen.layout import layout_of, on_sale_since
from tests.forecasting.panels import panel


def since(demand: list[list[int]], *, in_stock: float = 1.0, colors: str = "") -> list[int]:
    world = panel(demand, colorway_labels=tuple(colors), sizes=tuple(map(str, range(len(demand)))))
    units = world.demand.astype(float)
    return on_sale_since(layout_of(world), units, np.full(units.shape, in_stock)).tolist()


def test_a_size_is_the_same_in_every_colorway_of_its_style_and_in_no_other() -> None:
    world = panel(
        np.zeros((6, 1)),
        style_of=[0, 0, 0, 0, 1, 1],
        sizes=("S", "M", "S", "M", "S", "M"),
        colorway_labels=("a", "a", "b", "b", "a", "a"),
    )

    layout = layout_of(world)

    sizes, colorways = layout.size_of, layout.colorway_of
    assert sizes[0] == sizes[2] != sizes[4]
    assert len(set(sizes.tolist())) == 4
    assert colorways[0] == colorways[1] != colorways[2]
    assert len(set(colorways.tolist())) == 3
    assert layout.crossed.tolist() == [True] * 4 + [False] * 2


def test_a_size_added_to_an_old_style_was_not_on_sale_before_its_first_sale() -> None:
    assert since([[20] * 8, [0] * 5 + [10] * 3]) == [0, 5]


def test_a_slow_size_that_sold_late_was_on_sale_all_along() -> None:
    assert since([[20] * 8, [0] * 5 + [1] * 3]) == [0, 0]


def test_what_was_out_of_stock_did_not_wait() -> None:
    assert since([[20] * 8, [0] * 5 + [10] * 3], in_stock=0.0) == [0, 0]


def test_a_colorway_of_slow_sizes_added_late_counts_as_one() -> None:
    few = [[0] * 8 + [2] * 2 for _ in range(4)]

    assert since([[6] * 10, [6] * 10, *few], colors="aabbbb") == [0, 0, 8, 8, 8, 8]


def test_a_style_that_waited_for_its_first_sale_added_nothing() -> None:
    assert since([[0] * 6 + [9] * 2, [0] * 6 + [4] * 2]) == [0, 0]
