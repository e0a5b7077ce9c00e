"""What is behind a forecast, as figures and as sentences."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from app.forecasting.explained.explain import Explained, explanation
from app.forecasting.model import KnownUnits, StyleForecast
from app.forecasting.paths import draw_paths
from tests.forecasting.panels import ORIGIN, forecast

MADE = datetime(2026, 6, 1, 4, tzinfo=UTC)
FACTS = {
    "sold_units": 120,
    "periods_on_sale": 6,
    "returns": {
        "rate": 0.25,
        "stated": False,
        "mean_delay_weeks": 2.5,
        "sold_units": 100.0,
        "paired_units": 20,
        "units_to_come": 14.0,
    },
}


def explained(
    made: StyleForecast, *, previous: StyleForecast | None = None, sku: int | None = None
) -> dict[str, Any]:
    drawn, base = (
        draw_paths(one, periods=13, paths=64, seed=3) for one in (made, replace(made, known=()))
    )
    return explanation(Explained(made, MADE, drawn, base, previous), sku)


def noted(*notes: dict[str, Any], **changes: Any) -> StyleForecast:
    return replace(forecast(), notes=notes, **changes)


def test_an_old_forecast_without_facts_is_explained_by_what_it_has() -> None:
    shown = explained(forecast())

    assert shown["layer"] == "launch"
    assert shown["notes"] == [{"code": "prior_weight", "value": 0.25}]
    assert shown["made_at"] == "2026-06-01T04:00:00Z"
    assert (shown["prior_share"], shown["sales_share"]) == (0.25, 0.75)
    assert (shown["sold_units"], shown["known_demand"], shown["changed"]) == (None, None, None)
    assert shown["text"] == [
        "There is little history: other styles and its own sales speak together.",
        "25% of it rests on other styles and 75% on the style's own sales.",
    ]


def test_sales_and_returns_are_told() -> None:
    text = explained(replace(forecast(), facts=FACTS))["text"]

    assert text[1] == (
        "25% of it rests on other styles and 75% on the style's own sales: 120 units in 6 weeks."
    )
    assert text[2] == (
        "25% of what sells comes back, as learned, after 2.5 weeks on average; 14 units of the "
        "style already sold are still to come back."
    )


def test_returns_that_are_nothing_are_not_told() -> None:
    law = FACTS["returns"]
    assert isinstance(law, dict)
    none, none_to_come = (
        explained(replace(forecast(), facts={**FACTS, "returns": {**law, **changed}}))["text"]
        for changed in ({"rate": 0.004, "units_to_come": 0.0}, {"units_to_come": 0.0})
    )

    assert len(none) == 2
    assert none_to_come[2] == (
        "25% of what sells comes back, as learned, after 2.5 weeks on average."
    )


def test_censored_periods_are_listed() -> None:
    period = {"start": "2026-05-25", "end": "2026-06-01", "skus_out": 1}
    note = {
        "code": "censored_periods",
        "periods": 1,
        "sold_units": 3,
        "assumed_units": 8.5,
        "latest": [{**period, "sold_units": 3, "assumed_units": 8.5}],
        "more": 0,
    }

    shown = explained(noted(note))

    assert shown["censored"]["latest"][0]["start"] == "2026-05-25"
    assert shown["text"][-1] == (
        "In 1 week some of the style was out of stock: all of the style sold 3 units there, and "
        "a demand of 8.5 was assumed instead."
    )


def test_a_sku_has_its_own_stock_outs_beside_the_styles() -> None:
    note = {
        "code": "censored_periods",
        "periods": 6,
        "sold_units": 69,
        "assumed_units": 90.0,
        "latest": [],
        "more": 0,
        "skus": {"K2": {"periods": 6, "sold_units": 0}},
    }

    style, never, throughout = (explained(noted(note), sku=sku) for sku in (None, 0, 1))

    assert "sku" not in style["censored"]
    assert throughout["censored"]["sku"] == {"periods": 6, "sold_units": 0}
    assert throughout["text"][-2:] == [
        "This SKU was out of stock in 6 weeks and sold 0 units in them.",
        (
            "In 6 weeks some of the style was out of stock: all of the style sold 69 units in "
            "them, and a demand of 90 was assumed instead."
        ),
    ]
    assert never["text"][-2] == "This SKU was never out of stock."


def test_known_demand_is_what_came_and_what_gave_way_to_it() -> None:
    steady = replace(
        forecast(mean=0.0),
        known=(
            KnownUnits(0, "PRE-1", 2, 40, 1.0),
            KnownUnits(1, "PRE-1", 2, 10, 1.0),
            KnownUnits(1, "LATER", 60, 10, 1.0),
        ),
    )

    style, sku = explained(steady), explained(steady, sku=1)

    assert style["known_demand"] == {
        "expected_units": 50.0,
        "consumed_units": 0.0,
        "added_units": 50.0,
        "lines": [
            {
                "reference": "PRE-1",
                "sku": code,
                "period": "2026-06-15",
                "quantity": units,
                "probability": 1.0,
                "consumes": 1.0,
            }
            for code, units in (("K1", 40), ("K2", 10))
        ],
        "more": 0,
    }
    assert sku["known_demand"]["expected_units"] == 10.0
    assert style["text"][-1] == (
        "2 lines of known demand make 50 expected units; 0 of them take the place of forecast "
        "and 50 are added."
    )


def test_units_that_took_the_place_of_forecast_are_counted() -> None:
    busy = replace(
        forecast(mean=100.0, scale_cv=0.0, shares=(300.0,)),
        known=(KnownUnits(0, "PRE-1", 2, 40, 1.0),),
    )

    shown = explained(busy)["known_demand"]

    assert (shown["consumed_units"], shown["added_units"]) == (40.0, 0.0)


def test_no_more_than_twelve_lines_are_listed() -> None:
    many = tuple(KnownUnits(0, f"R{number}", 1, 1, 1.0) for number in range(15))

    shown = explained(replace(forecast(), known=many))["known_demand"]

    assert (len(shown["lines"]), shown["more"]) == (12, 3)


def test_what_changed_is_told_of_the_days_both_forecasts_share() -> None:
    before = replace(
        forecast(mean=10.0),
        origin=ORIGIN - timedelta(days=7),
        layer="prior",
        facts={"sold_units": 100},
    )
    rising = replace(before, mean=np.arange(104.0))
    now = replace(forecast(mean=12.0), facts={"sold_units": 107})

    changed = explained(now, previous=before)["changed"]
    of_rising = explained(now, previous=rising)["changed"]
    of_sku = explained(now, previous=before, sku=0)["changed"]

    assert changed == {
        "previous_origin": "2026-05-25",
        "shared_days": 91,
        "mean_per_week_before": 10.0,
        "mean_per_week_now": 12.0,
        "reasons": [
            {"code": "layer", "before": "prior", "now": "launch"},
            {"code": "new_sales", "units": 7},
        ],
    }
    assert of_rising["mean_per_week_before"] == 7.0
    assert (of_sku["mean_per_week_before"], of_sku["mean_per_week_now"]) == (5.0, 6.0)
    assert explained(now, previous=before)["text"][-1] == (
        "The forecast of 2026-05-25 expected 10.0 units a week, this one 12.0: the launch "
        "model instead of what other styles did; 7 more units of the style sold since."
    )


def test_known_demand_that_is_new_or_another_is_a_reason() -> None:
    old, other, new = (
        KnownUnits(0, "OLD", 5, 10, 1.0),
        KnownUnits(0, "OTHER", 6, 10, 1.0),
        KnownUnits(0, "NEW", 6, 10, 1.0),
    )
    before = replace(forecast(), origin=ORIGIN - timedelta(days=7), known=(old, other))
    now = replace(
        forecast(), known=(replace(old, period=4), replace(other, quantity=20, period=5), new)
    )

    shown = explained(now, previous=before)

    assert shown["changed"]["reasons"] == [{"code": "known_demand", "lines": 2}]
    assert shown["text"][-1].endswith("2 lines of known demand changed.")


def test_days_and_weeks_compare_by_the_week() -> None:
    before = replace(forecast(mean=10.0), origin=ORIGIN - timedelta(days=3))
    daily = replace(forecast(mean=2.0), period_days=1)

    changed = explained(daily, previous=before)["changed"]

    assert (changed["mean_per_week_before"], changed["mean_per_week_now"]) == (10.0, 14.0)
    assert changed["shared_days"] == 13
    assert changed["reasons"] == [{"code": "frequency", "before": 7, "now": 1}]


def test_forecasts_that_share_no_day_are_not_compared() -> None:
    ancient = replace(forecast(), origin=ORIGIN - timedelta(weeks=104))

    assert explained(forecast(), previous=ancient)["changed"] is None


def test_the_models_that_a_fit_combined_are_named_with_their_weights() -> None:
    weights = {"B": 0.25, "A": 0.75}

    shown = explained(noted(layer="statsforecast", model="A+B", fit_state={"weights": weights}))

    assert list(shown["models"].items()) == [("A", 0.75), ("B", 0.25)]
    assert shown["text"][2] == (
        "Models were combined by what their errors would have cost: A 75%, B 25%."
    )
