"""How an explanation reads: no jargon, nothing that contradicts itself."""

from dataclasses import replace
from typing import Any

import pytest

from app.forecasting.explained.phrases import note_sentence, percent, reason_phrase
from app.forecasting.explained.words import sentences
from app.forecasting.explanation_schemas import EXAMPLE
from app.forecasting.schemas import SkuForecastOut, StyleForecastOut
from tests.forecasting.panels import forecast

BASIS: dict[str, Any] = {
    "code": "prior_basis",
    "styles": 18,
    "category": "tee",
    "category_styles": 7,
    "attributes": ["fabric"],
    "price": True,
    "like": ["S0", "S1"],
    "unknown_like": ["S9"],
    "predecessors": ["OLD"],
}
DEFAULT = {
    **BASIS,
    "styles": 0,
    "category": None,
    "attributes": [],
    "price": False,
    "like": [],
    "predecessors": [],
}
NOTHING: dict[str, Any] = {
    "prior_share": 0.0,
    "models": {},
    "sold_units": 3134,
    "periods_on_sale": 62,
    "censored": None,
    "known_demand": None,
    "returns": None,
    "changed": None,
}


def read(layer: Any, *notes: dict[str, Any], **facts: Any) -> list[str]:
    return sentences(
        replace(forecast(), layer=layer, notes=notes, model="SES+Naive"), NOTHING | facts
    )


def test_the_first_day_says_what_was_compared() -> None:
    assert read("prior", BASIS, prior_share=1.0, sold_units=0) == [
        (
            "Nothing was sold before 2026-06-01 (sales of that day count from the next on), so "
            "nothing of its own can speak."
        ),
        (
            "It starts from 18 styles of the brand, by its category tee (7 styles); its fabric; "
            "its price; S0 and S1, which it is said to be like; what its predecessor OLD sold. "
            "Nothing is known yet of S9, which it is said to be like."
        ),
    ]


def test_a_brand_that_taught_nothing_says_that_it_is_a_default() -> None:
    first, later = read("prior", DEFAULT), read("launch", DEFAULT, prior_share=0.6)

    assert first[1] == (
        "No style of the brand has been on sale long enough to teach anything, so it starts from "
        "the same default as any brand's style: 15 units a week, which may be far off. Nothing is "
        "known yet of S9, which it is said to be like."
    )
    assert later[2] == (
        "60% of it rests on a default and 40% on the style's own sales: 3134 units in 62 weeks."
    )


def test_a_style_like_no_other_starts_as_any_of_them() -> None:
    plain = {**DEFAULT, "styles": 1, "unknown_like": []}

    assert note_sentence(plain) == "It starts from 1 style of the brand, as one like any of them."


def test_a_launch_model_that_speaks_alone_is_not_contradicted() -> None:
    models = {"SES": 0.6, "Naive": 0.4}

    said = read("statsforecast", {"code": "launch_share", "value": 1.0}, models=models)

    assert said == [
        (
            "Time series models could be fitted, but at this age the launch model erred less on "
            "the brand's past and speaks alone: how demand moves with age is from other styles, "
            "how much is sold from its own sales."
        ),
        "How much it sells rests on the style's own sales: 3134 units in 62 weeks.",
    ]


def test_a_mixture_names_both_parts_and_its_models() -> None:
    models = {"SES": 0.6, "Naive": 0.4}

    said = read(
        "statsforecast",
        {"code": "launch_share", "value": 0.25},
        models=models,
        prior_share=0.004,
    )

    assert said == [
        (
            "Time series models fitted to its history have 75% of the say, and the launch model, "
            "which knows how demand moves with age, 25%."
        ),
        (
            "Less than 1% of it rests on other styles and over 99% on the style's own sales: 3134 "
            "units in 62 weeks."
        ),
        "Models were combined by what their errors would have cost: SES 60%, Naive 40%.",
    ]


def test_old_styles_rest_on_their_models() -> None:
    assert read("statsforecast", models={"SES": 1.0})[0] == (
        "There is history enough: a time series model (SES+Naive) fitted to it speaks."
    )


@pytest.mark.parametrize(
    ("note", "sentence"),
    [
        (
            {"code": "calibrated", "styles": 40, "bias": 0.95, "spread": 0.5136},
            (
                "Held against how forecasts of 40 styles turned out, its expected demand was "
                "lowered by 5% and its range was narrowed by 49%."
            ),
        ),
        (
            {"code": "calibrated", "styles": 1, "bias": 1.0, "spread": 1.004},
            "Held against how forecasts of 1 style turned out, nothing had to be changed.",
        ),
        ({"code": "calibrated", "of": "another version"}, "Calibrated (of another version)."),
        (
            {"code": "gone_quiet", "chance": 0.85},
            "It has gone quiet: with a chance of 85% demand for it is over.",
        ),
        (
            {"code": "theme", "word": "christmas"},
            "Its name says christmas: such styles have a season of their own.",
        ),
        (
            {"code": "large_orders", "units": 500, "counted_as": 40},
            "Large orders count for less than their units: 500 as 40.",
        ),
        (
            {
                "code": "outliers",
                "starts": ["2026-03-02"],
                "days": 7,
                "units": 100_000,
                "counted_as": 155,
            },
            (
                "Sales far beyond all others (of the week of 2026-03-02) count for less than their "
                "units: 100000 as 155."
            ),
        ),
        (
            {"code": "successor_without_launch", "successor": "S2"},
            "Its successor S2 has no launch day yet, so it takes nothing over.",
        ),
        (
            {"code": "moon_phase", "half": [1, 2], "strength": 0.5},
            "Moon phase (half 1, 2, strength 0.5).",
        ),
        ({"code": "bare"}, "Bare."),
    ],
)
def test_notes_have_sentences_and_unknown_ones_are_told_plainly(
    note: dict[str, Any], sentence: str
) -> None:
    assert note_sentence(note) == sentence


def test_a_successor_that_is_no_style_is_named() -> None:
    assert (
        read("launch", unknown_successor="S7")[-1] == "Its successor S7 is no style of the brand."
    )


def test_one_line_makes_and_two_make() -> None:
    known = {"expected_units": 5.0, "consumed_units": 1.0, "added_units": 4.0, "more": 0}

    said = [read("launch", known_demand={**known, "lines": [{}] * n})[-1] for n in (1, 2)]

    assert said[0].startswith("1 line of known demand makes 5 expected units")
    assert said[1].startswith("2 lines of known demand make 5 expected units")


def test_what_is_not_quite_nothing_or_all_is_not_said_to_be() -> None:
    assert [percent(share) for share in (0.0, 0.004, 0.25, 0.996, 1.0)] == [
        "0%",
        "less than 1%",
        "25%",
        "over 99%",
        "100%",
    ]


def test_reasons_of_another_version_are_told_plainly() -> None:
    assert reason_phrase({"code": "noted", "note": "moon"}) == "noted (note moon)"
    assert reason_phrase({"code": "moon", "phase": 2}) == "moon (phase 2)"


def test_the_documented_example_reads_as_it_would_be_served() -> None:
    made = replace(forecast(), layer="launch", notes=tuple(EXAMPLE["notes"]))

    assert sentences(made, EXAMPLE) == EXAMPLE["text"]


@pytest.mark.parametrize("model", [SkuForecastOut, StyleForecastOut])
def test_the_documented_examples_are_answers(model: Any) -> None:
    [example] = model.model_config["json_schema_extra"]["examples"]

    answer = model.model_validate(example)

    assert answer.model_dump(mode="json") == example
    assert answer.periods[0].start < answer.periods[0].end
    assert answer.periods[0].p10 < answer.periods[0].mean < answer.periods[0].p90
