import json
from dataclasses import asdict

import numpy as np
import pytest

from app.forecasting.past.sizes import LabelCurve, SplitPriors, split_prior
from app.forecasting.seen.layout import layout_of
from app.forecasting.seen.split import expected
from tests.forecasting.panels import panel, style

PRIORS = SplitPriors(
    sizes={
        "": LabelCurve({"s": 0.8, "m": 1.2, "38": 1.0, "40": 1.0}, 30.0, 9),
        "tee": LabelCurve({"s": 0.5, "m": 1.5, "l": 1.0}, 50.0, 4),
    },
    colorways={"tee": LabelCurve({"black": 1.5, "sand": 0.5}, 8.0, 4)},
)


def shares(
    sizes: tuple[str, ...], *, category: str | None = "tee", priors: SplitPriors = PRIORS
) -> list[float]:
    world = panel(np.zeros((len(sizes), 1)), sizes=sizes, styles=[style(category=category)])
    return expected(layout_of(world), split_prior(world, priors)).share.tolist()


def test_a_style_is_expected_to_split_by_its_familys_curve() -> None:
    assert shares((" S", "M", "L")) == pytest.approx([0.5 / 3, 1.5 / 3, 1.0 / 3])


def test_a_style_of_another_family_splits_by_the_brands() -> None:
    assert shares(("S", "M"), category="coat") == pytest.approx([0.4, 0.6])


def test_a_range_extension_is_expected_from_its_place_in_the_order() -> None:
    extended = shares(("S", "M", "L", "XL", "XXL"))

    assert extended[2] > extended[3] > extended[4] > 0.02


def test_labels_without_an_order_count_as_a_typical_one() -> None:
    assert shares(("M", "one size")) == pytest.approx(
        [1.5 / (1.5 + 0.75 ** (1 / 3)), 0.377], abs=1e-3
    )


def test_without_a_past_ordered_sizes_follow_a_bell_and_others_are_even() -> None:
    bell = shares(("XS", "S", "M", "L", "XL"), priors=SplitPriors())

    assert bell[2] > bell[1] > bell[0] > 0.1
    assert shares(("basic", "pro"), priors=SplitPriors()) == [0.5, 0.5]


def test_without_size_labels_every_sku_is_expected_to_sell_alike() -> None:
    world = panel(np.zeros((4, 1)))

    assert expected(layout_of(world), split_prior(world, PRIORS)).share.tolist() == [0.25] * 4


def test_a_colorway_carries_its_popularity_over_to_a_new_style() -> None:
    world = panel(
        np.zeros((4, 1)),
        sizes=("S", "M") * 2,
        styles=[style(category="tee")],
        colorway_labels=("Black", "Black", "sand", "sand"),
    )

    prior = split_prior(world, PRIORS)

    assert expected(layout_of(world), prior).share.tolist() == pytest.approx(
        [0.1875, 0.5625, 0.0625, 0.1875]
    )
    assert prior.colorway_units.tolist() == [8.0]
    assert prior.size_units.tolist() == [50.0]


def test_curves_survive_being_stored_as_json_to_the_last_bit() -> None:
    stored = json.loads(json.dumps(asdict(PRIORS)))

    assert SplitPriors.from_json(stored) == PRIORS
    assert SplitPriors.from_json({}) == SplitPriors()


def test_a_label_never_sold_is_known_no_better_than_one_that_nobody_measured() -> None:
    curve = LabelCurve({"s": 1.0, "m": 1.0}, 700.0, 20, known={"s": 5000.0, "m": 90.0})
    world = panel(np.zeros((3, 1)), sizes=("S", "M", "L"))

    known = split_prior(world, SplitPriors(sizes={"": curve})).size_known

    assert known.tolist() == [5020.0, 110.0, 20.0]


def test_curves_stored_before_they_said_what_they_are_known_from_are_in_no_doubt() -> None:
    curve = LabelCurve.from_json({"popularity": {"m": 1.0}, "units": 50.0, "styles": 4})
    world = panel(np.zeros((1, 1)), sizes=("M",))

    known = split_prior(world, SplitPriors(sizes={"": curve})).size_known

    assert known.tolist() == [np.inf]
