import numpy as np
import pytest

from app.forecasting.seen.layout import layout_of
from app.forecasting.seen.split import Split, SplitPrior, estimate, expected
from tests.forecasting.panels import panel

SIZES = ("S", "M", "L")


def split(units: list[float], reach: list[float], *, colors: str, labels: tuple[str, ...]) -> Split:
    world = panel(np.zeros((len(units), 1)), sizes=labels, colorway_labels=tuple(colors))
    prior = SplitPrior(
        colorways=np.ones(len(units)),
        sizes=np.ones(len(units)),
        colorway_units=np.array([6.0]),
        size_units=np.array([30.0]),
        colorway_known=np.full(len(units), np.inf),
        size_known=np.full(len(units), np.inf),
    )
    return estimate(layout_of(world), prior, np.array(units, float), np.array(reach, float))


def test_one_colorway_always_in_stock_is_the_textbook_dirichlet() -> None:
    found = split([8, 14, 8], [30, 30, 30], colors="aaa", labels=SIZES)

    assert found.share.tolist() == pytest.approx([18 / 60, 24 / 60, 18 / 60])
    assert found.concentration.tolist() == pytest.approx([18, 24, 18])


def test_a_size_out_of_stock_keeps_its_share_and_is_known_less() -> None:
    open_all_along = split([20, 20, 20], [60, 60, 60], colors="aaa", labels=SIZES)
    closed = split([20, 20, 0], [60, 60, 0], colors="aaa", labels=SIZES)

    assert closed.share[2] == pytest.approx(1 / 3, abs=0.01)
    assert closed.concentration.sum() < 0.75 * open_all_along.concentration.sum()


def test_a_size_curve_is_learnt_from_all_colorways_of_a_style() -> None:
    # The second colorway was never in stock: it has the first one's sizes.
    found = split(
        [10, 60, 20, 0, 0, 0], [180, 180, 180, 0, 0, 0], colors="aaabbb", labels=SIZES * 2
    )

    first, second = (part / part.sum() for part in (found.share[:3], found.share[3:]))
    assert 0.5 < second[1] < first[1] < 60 / 90
    assert second[0] < second[2] < second[1]


def test_a_colorways_popularity_is_its_own() -> None:
    found = split([20, 20, 20, 4, 4, 4], [72] * 6, colors="aaabbb", labels=SIZES * 2)

    assert found.share[:3].sum() == pytest.approx((3 + 60) / (6 + 72), abs=0.01)
    assert found.share[0] == pytest.approx(found.share[1], abs=1e-9)


def test_a_colorway_out_of_its_best_size_is_no_less_popular() -> None:
    found = split(
        [100, 300, 100, 100, 0, 100],
        [1000, 1000, 1000, 1000, 0, 1000],
        colors="aaabbb",
        labels=SIZES * 2,
    )

    # By what it sold it would have 200 of 700.
    assert found.share[3:].sum() == pytest.approx(0.5, abs=0.05)


def test_what_may_be_a_colorways_own_sizes_is_not_all_taken_for_the_styles() -> None:
    found = split([90, 10, 0, 0], [200, 200, 0, 0], colors="aabb", labels=("S", "M") * 2)

    sold, unseen = found.share[:2], found.share[2:]
    assert sold[0] / sold.sum() == pytest.approx(0.843, abs=0.01)
    assert unseen[0] / unseen.sum() == pytest.approx(0.788, abs=0.01)


def test_a_colorway_without_a_size_sells_its_own_share_in_the_sizes_it_has() -> None:
    # Half of the demand each; sizes 1 : 2 : 1, of which the second colorway lacks the first.
    found = split([125, 250, 125, 333, 167], [1000] * 5, colors="aaabb", labels=(*SIZES, "M", "L"))

    assert found.share[:3].tolist() == pytest.approx([0.125, 0.25, 0.125], abs=0.006)
    assert found.share[3:].tolist() == pytest.approx([0.333, 0.167], abs=0.006)


def test_sizes_that_hang_on_the_colorway_show_once_enough_is_sold() -> None:
    crossing = [50, 10, 10, 50]
    few = split([n / 10 for n in crossing], [12] * 4, colors="aabb", labels=("S", "M") * 2)
    many = split([n * 20 for n in crossing], [2400] * 4, colors="aabb", labels=("S", "M") * 2)

    assert few.share[0] == pytest.approx(0.25, abs=0.03)
    assert many.share[0] == pytest.approx(50 / 120, abs=0.02)


def test_a_split_is_never_surer_than_tastes_are_stable() -> None:
    found = split([9000, 9000, 9000], [27000] * 3, colors="aaa", labels=SIZES)

    assert found.concentration.sum() == pytest.approx(300.0)


def test_colorways_make_a_split_less_sure_than_sizes_do() -> None:
    world = panel(np.zeros((4, 1)), sizes=("S", "M") * 2, colorway_labels=("a", "a", "b", "b"))
    ones = np.ones(4)
    sure = np.full(len(ones), np.inf)
    prior = SplitPrior(ones, ones, np.array([6.0]), np.array([30.0]), sure, sure)

    both = expected(layout_of(world), prior)

    # Relative variances: colorways 1/6, sizes 1/30, SKUs beyond both 1/40; 0.75 is 1 - sum of
    # squared shares, 0.25 the sum itself.
    assert both.concentration.sum() == pytest.approx(0.75 / (0.25 * (1 / 6 + 1 / 30 + 1 / 40)))


def test_a_size_that_little_is_known_of_takes_what_it_sells_from_the_others() -> None:
    world = panel(np.zeros((4, 1)), sizes=(*SIZES, "XL"))
    prior = SplitPrior(
        colorways=np.ones(4),
        sizes=np.array([3.0, 3.0, 3.0, 1.0]),
        colorway_units=np.array([6.0]),
        size_units=np.array([700.0]),
        colorway_known=np.full(4, np.inf),
        size_known=np.array([np.inf, np.inf, np.inf, 20.0]),
    )

    found = estimate(
        layout_of(world),
        prior,
        np.array([200.0, 200, 200, 80]),
        np.array([1000.0, 1000, 1000, 200]),
    )

    # Known from 20 units beside 700: (0.1 * 19.4 + 80) / (19.4 + 200).
    assert found.share[3] == pytest.approx(0.373, abs=0.005)
    assert found.share[:3].tolist() == pytest.approx([0.209] * 3, abs=0.003)


def test_a_style_unlike_styles_that_all_split_alike_is_believed() -> None:
    def largest(units: list[float]) -> float:
        world = panel(np.zeros((3, 1)), sizes=SIZES)
        ones, sure = np.ones(3), np.full(3, np.inf)
        prior = SplitPrior(ones, ones, np.array([6.0]), np.array([700.0]), sure, sure)
        reach = np.full(3, sum(units))
        return float(estimate(layout_of(world), prior, np.array(units), reach).share[1])

    assert largest([40, 120, 40]) == pytest.approx(0.6, abs=0.03)
    assert largest([60, 80, 60]) == pytest.approx(0.348, abs=0.01)
