import json
from io import StringIO

import numpy as np
from rich.console import Console

from app.forecasting.accuracy.pairs import Evaluation, Pairs, joined
from app.forecasting.accuracy.report import all_scores, print_report, to_json
from tests.forecasting.panels import ORIGIN

EASY = (
    "run-rate",
    "run-rate x decay",
    "cohort mean",
    "seasonal naive",
    "HistoricAverage",
    "SES",
    "AutoETS",
    "Theta",
    "CrostonSBA",
)


def many(styles: int, *, old: int = 0) -> Evaluation:
    """So many styles of which 40 units were sold where 30 were forecast, each in the interval."""
    ones = np.ones(styles)
    pairs = Pairs(
        style=np.arange(styles),
        cut=8 * np.ones(styles, dtype=np.int64),
        age=13 * np.ones(styles, dtype=np.int64),
        layer=np.array(["statsforecast"] * styles),
        horizon=4 * np.ones(styles, dtype=np.int64),
        actual=40 * ones,
        mean=30 * ones,
        median=30 * ones,
        crps=6 * ones,
        pinball=3 * ones,
        covered=0.5 * ones,
        within=ones,
        has_year=np.arange(styles) < old,
        baselines=dict.fromkeys(EASY, 20 * ones),
    )
    return Evaluation((8,), pairs, short_of_stock=0)


def printed(evaluated: Evaluation) -> str:
    console = Console(width=80, file=StringIO())
    print_report(evaluated, "acme", ORIGIN, console)
    return _shown(console)


def evaluation(sold: float = 40.0) -> Evaluation:
    """Two styles, two weeks and twenty weeks old, forecast 30 and 20 of 40 and 0 units sold."""
    actual = np.array([sold, 0.0])
    pairs = Pairs(
        style=np.array([0, 1]),
        cut=np.array([8, 8]),
        age=np.array([2, 13]),
        layer=np.array(["launch", "statsforecast"]),
        horizon=np.array([4, 4]),
        actual=actual,
        mean=np.array([30.0, 20.0]),
        median=np.array([25.0, 15.0]),
        crps=np.array([6.0, 2.0]),
        pinball=np.array([3.0, 1.0]),
        covered=np.array([1.0, 0.5]),
        within=np.array([1.0, 1.0]),
        has_year=np.array([False, True]),
        baselines={name: np.array([20.0 + index, 20.0]) for index, name in enumerate(EASY)},
    )
    return Evaluation((8, 4), pairs, short_of_stock=3)


def test_scores_are_of_all_of_each_age_and_of_each_layer() -> None:
    scores = all_scores(evaluation())

    assert [(row.horizon_weeks, row.group, row.forecasts) for row in scores] == [
        (4, "all", 2),
        (4, "age 2", 1),
        (4, "age 13", 1),
        (4, "launch", 1),
        (4, "statsforecast", 1),
    ]


def test_scores_are_shares_of_the_units_sold() -> None:
    everything = all_scores(evaluation())[0]

    assert everything.sold_units == 40.0
    assert everything.styles == 2
    assert everything.wape["shortrun"].value == 0.75
    assert everything.bias["shortrun"].value == 0.25
    assert everything.median_wape.value == 0.75
    assert everything.wape["run-rate"].value == 1.0
    assert everything.crps.value == 0.2
    assert everything.pinball.value == 0.1
    assert everything.coverage.value == 0.75
    assert everything.coverage_inclusive.value == 1.0


def test_the_json_names_its_cuts_and_has_null_for_what_does_not_exist() -> None:
    document = to_json(evaluation(), "acme", ORIGIN)

    assert json.loads(json.dumps(document, allow_nan=False)) == document
    assert document["cuts"] == ["2026-04-06", "2026-05-04"]
    assert document["as_of"] == "2026-06-01"
    assert document["left_out_short_of_stock"] == 3
    assert document["scores"][0]["wape"]["shortrun"]["value"] == 0.75
    assert document["scores"][2]["group"] == "age 13"
    assert document["scores"][2]["wape"]["shortrun"] == {"value": None, "error": None}


def _shown(console: Console) -> str:
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


def test_the_table_has_a_row_for_each_group_and_fits_into_a_terminal() -> None:
    console = Console(width=80, file=StringIO())

    print_report(evaluation(), "acme", ORIGIN, console)

    text = _shown(console)
    assert "WAPE of the units of the next 4 weeks" in text
    assert "age 13" in text
    assert "all                2 0.750 (few)" in text
    assert max(map(len, text.splitlines())) <= 80
    assert "3 totals left out" in " ".join(text.split())


def test_nothing_sold_is_said_in_a_line() -> None:
    text = printed(evaluation(sold=0.0))

    assert " ".join(text.split()) == (
        "acme: there is nothing to look at yet: no style sold anything in the weeks after "
        "2026-04-06, 2026-05-04 (3 totals short of stock)"
    )


def test_nothing_forecast_is_said_in_a_line() -> None:
    text = printed(Evaluation((8,), joined([]), short_of_stock=0))

    assert " ".join(text.split()) == (
        "acme: there is nothing to look at yet: no style sold anything in the weeks after "
        "2026-04-06"
    )


def test_an_error_needs_twenty_styles() -> None:
    [few, *_], [enough, *_] = all_scores(many(19)), all_scores(many(20))

    assert few.wape["shortrun"].value == enough.wape["shortrun"].value == 0.25
    assert np.isnan([few.wape["shortrun"].error, few.bias["SES"].error, few.crps.error]).all()
    assert enough.wape["shortrun"].error == 0.0
    assert "0.250 (few)" in printed(many(19))
    assert "0.250 ± 0.000" in printed(many(20))


def test_the_interval_is_shown_without_and_with_its_ends() -> None:
    assert "0.250 ± 0.000 -0.25 50% 100% 0.150" in printed(many(20))


def test_a_last_year_that_nobody_has_is_left_out() -> None:
    none, some = (all_scores(many(20, old=old))[0].wape for old in (0, 1))

    assert np.isnan(none["seasonal naive"].value)
    assert none["run-rate"].value == 0.5
    assert some["seasonal naive"].value == 0.5
    assert "0.500 0.500    - 0.500" in printed(many(20))
