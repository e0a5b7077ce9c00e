import numpy as np
import pytest

from app.demand.panel import DemandPanel
from app.forecasting.past.curves import learn_splits
from app.forecasting.past.sizes import SplitPriors, split_prior
from app.forecasting.seen.evidence import gather
from tests.forecasting.launches import launches
from tests.forecasting.panels import panel, style


def learnt(world: DemandPanel, *, lived: bool = True) -> SplitPriors:
    evidence = gather(world, split_prior(world, SplitPriors()))
    return learn_splits(world, evidence, np.full(len(world.styles), lived))


def test_curves_and_how_far_styles_stray_from_them_are_learnt_through_stock_outs() -> None:
    curves = learnt(launches(60, 20, seed=3).panel)

    sizes, colorways = curves.sizes["tee"], curves.colorways["tee"]
    assert sizes.popularity["m"] / sizes.popularity["xs"] == pytest.approx(0.33 / 0.07, rel=0.2)
    assert sizes.popularity["xl"] / sizes.popularity["l"] == pytest.approx(0.14 / 0.26, rel=0.15)
    assert 25 < sizes.units < 60
    assert colorways.popularity["black"] > 2 * colorways.popularity["sand"]
    assert 4 < colorways.units < 14
    assert sizes.styles == 60


@pytest.mark.parametrize(("weeks", "off", "even"), [(1, 0.09, 2.2), (3, 0.06, 2.5), (8, 0.05, 3.0)])
def test_shares_are_known_early_and_from_stock_in_time_only(
    weeks: int, off: float, even: float
) -> None:
    curves = learnt(launches(40, 20, seed=3).panel)
    young = launches(60, weeks, seed=weeks)

    found = gather(young.panel, split_prior(young.panel, curves)).split.share.reshape(60, 10)
    blind = young.panel.demand.sum(axis=1).reshape(60, 10) + 1.0

    def loss(weight: np.ndarray) -> float:
        share = weight / weight.sum(axis=1, keepdims=True)
        return float((young.shares * np.log(young.shares / share)).sum(axis=1).mean())

    assert loss(found) < off
    assert loss(found) < loss(blind) / even


def test_styles_with_other_sizes_are_compared_by_those_they_share() -> None:
    # 4 : 2 : 1, though no style sold all three, and half of them sold little of anything.
    world = panel(
        [[400] * 10, [200] * 10, [20] * 10, [10] * 10] * 6,
        style_of=np.repeat(np.arange(12), 2).tolist(),
        sizes=("M", "L", "L", "XL") * 6,
    )

    popularity = learnt(world).sizes[""].popularity

    assert popularity["m"] / popularity["l"] == pytest.approx(2.0, rel=0.15)
    assert popularity["l"] / popularity["xl"] == pytest.approx(2.0, rel=0.15)


def test_a_bestseller_speaks_for_one_style() -> None:
    world = panel(
        [[10], [10], [10], [10], [10], [10], [9000], [1000]],
        style_of=[0, 0, 1, 1, 2, 2, 3, 3],
        sizes=("S", "M") * 4,
    )

    popularity = learnt(world).sizes[""].popularity

    assert popularity["s"] < 1.45


def test_styles_alike_are_seen_to_be_alike_though_a_size_ran_out() -> None:
    out = [1.0] * 5 + [0.0] * 5
    world = panel(
        [[20] * 10, [20] * 5 + [0] * 5] * 30,
        in_stock=[[1.0] * 10, out] * 30,
        style_of=np.repeat(np.arange(30), 2).tolist(),
        sizes=("S", "M") * 30,
    )

    curve = learnt(world).sizes[""]

    assert curve.popularity["s"] == pytest.approx(1.0, abs=0.03)
    assert curve.units > 150


def test_styles_that_have_not_lived_teach_nothing() -> None:
    world = panel([[90], [10]], sizes=("S", "M"), styles=[style(category="tee")])

    assert learnt(world, lived=False) == SplitPriors()


def test_a_family_has_its_own_curve_and_the_brand_one_for_the_rest() -> None:
    world = panel(
        [[80] * 4, [20] * 4] * 3 + [[20] * 4, [80] * 4] * 3,
        style_of=np.repeat(np.arange(6), 2).tolist(),
        styles=[style("T", category="tee")] * 3 + [style("C", category="coat")] * 3,
        sizes=("S", "M") * 6,
    )

    sizes = learnt(world).sizes

    assert sizes["tee"].popularity["s"] > 1.3
    assert sizes["coat"].popularity["s"] < 0.7
    assert sizes[""].popularity["s"] == pytest.approx(1.0, abs=0.05)


def test_labels_of_many_styles_are_kept_before_those_of_one() -> None:
    own = tuple(f"print {number}" for number in range(600))
    world = panel(
        [[5] * 4] * 604,
        style_of=[0] * 600 + [1, 1, 2, 2],
        sizes=(*own, "S", "M", "S", "M"),
    )

    popularity = learnt(world).sizes[""].popularity

    assert len(popularity) == 500
    assert {"s", "m"} <= popularity.keys()


def test_a_label_is_known_from_what_its_own_styles_sold() -> None:
    # Twelve styles of 400 units, one of which has a third size.
    world = panel(
        [[20] * 10] * 24 + [[20] * 10],
        style_of=[*np.repeat(np.arange(12), 2).tolist(), 11],
        sizes=("M", "L") * 12 + ("XL",),
    )

    known = learnt(world).sizes[""].known

    assert known["m"] == known["l"] > 10 * known["xl"]


@pytest.mark.parametrize(
    ("sold", "share"),
    [((4, 6, 24, 6, 0), 0.6), ((6, 14, 12, 8, 20), 1 / 3), ((6, 14, 12, 8, 2), 2 / 42)],
)
def test_eight_weeks_of_a_style_outweigh_a_brand_whose_styles_all_split_alike(
    sold: tuple[int, ...], share: float
) -> None:
    """One size sells as in no other style; the last one no other style ever had."""
    alike = panel(
        np.tile([[6], [14], [12], [8]], (24, 26)),
        style_of=np.repeat(np.arange(24), 4).tolist(),
        sizes=("S", "M", "L", "XL") * 24,
    )
    labels = ("S", "M", "L", "XL", "XXL")
    own = panel(np.tile(np.array(sold)[:, None], (1, 8)), sizes=labels)

    curves = learnt(alike)
    found = gather(own, split_prior(own, curves)).split.share

    assert curves.sizes[""].units > 300
    size = 2 if share > 0.5 else 4
    assert found[size] == pytest.approx(share, abs=0.02)
