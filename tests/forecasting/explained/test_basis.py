"""What a prior was made of, as far as the brand has taught anything of it."""

from dataclasses import replace
from typing import Any

import pytest

from app.forecasting.explained.basis import prior_basis, prior_share
from app.forecasting.forecast import forecast_styles
from app.forecasting.past.priors import BrandPriors
from app.forecasting.past.rates import RateLaw, RatePrior
from app.forecasting.past.succession import SuccessionPriors
from tests.forecasting.panels import panel, style, weeks_ago

TAUGHT = BrandPriors(
    rate_law=RateLaw(
        brand=RatePrior(2.0, 0.5, 18),
        effects={"category=tee": 0.2, "fabric=linen": -0.1, "fit=slim": 0.0, "price": -0.3},
        counts={"tee": 7},
    ),
    rates={"S0": 2.5, "S8": 2.0},
    succession=SuccessionPriors(levels={"OLD": 1.5}),
)
WHOLLY: list[dict[str, Any]] = [{"code": "prior_weight", "value": 1.0}]


@pytest.mark.parametrize(
    ("layer", "notes", "share"),
    [
        ("prior", [{"code": "prior_weight", "value": 1.0}], 1.0),
        ("launch", [{"code": "prior_weight", "value": 0.4}], 0.4),
        ("statsforecast", [], 0.0),
        ("statsforecast", [{"code": "launch_share", "value": 0.5}], 0.5),
        (
            "statsforecast",
            [{"code": "launch_share", "value": 0.5}, {"code": "prior_weight", "value": 0.2}],
            0.1,
        ),
        ("fallback", [{"code": "forecast_failed", "error": "x"}], 1.0),
    ],
)
def test_what_is_not_sales_is_prior(layer: Any, notes: Any, share: float) -> None:
    assert prior_share(layer, notes) == share


def test_only_what_taught_something_is_said_to_be_used() -> None:
    new = replace(
        style("NEW", category="tee", like=("S9", "S0"), predecessors=("OLD", "YOUNG")),
        attributes={"fit": "slim", "fabric": "linen", "wheel": "28"},
    )

    [note] = prior_basis(new, TAUGHT, "prior", WHOLLY)

    assert note == {
        "code": "prior_basis",
        "styles": 18,
        "category": "tee",
        "category_styles": 7,
        "attributes": ["fabric"],
        "price": True,
        "like": ["S0"],
        "unknown_like": ["S9"],
        "predecessors": ["OLD"],
    }


def test_a_family_of_which_nothing_is_known_and_a_style_without_a_price_use_neither() -> None:
    [note] = prior_basis(replace(style(category="hat"), price=0.0), TAUGHT, "prior", WHOLLY)

    assert (note["category"], note["category_styles"], note["price"]) == (None, 0, False)


@pytest.mark.parametrize(("weight", "notes"), [(0.1, 1), (0.09, 0)])
def test_it_is_told_while_a_tenth_of_the_forecast_rests_on_it(weight: float, notes: int) -> None:
    found = prior_basis(style(), TAUGHT, "launch", [{"code": "prior_weight", "value": weight}])

    assert len(found) == notes


def test_a_successor_without_a_launch_is_named() -> None:
    waiting, dated = (
        prior_basis(style(successor="S2", successor_launch=day), TAUGHT, "statsforecast", [])
        for day in (None, weeks_ago(-3))
    )

    assert waiting == ({"code": "successor_without_launch", "successor": "S2"},)
    assert dated == ()


def test_a_forecast_has_it_on_its_first_day() -> None:
    [made] = forecast_styles(panel([[0]], exposure=0.0, styles=[style(like=("S0",))]), TAUGHT)

    [note] = [note for note in made.notes if note["code"] == "prior_basis"]
    assert (note["styles"], note["like"]) == (18, ["S0"])
