"""A result as a picture and as tables: complete, and readable without seeing it."""

import xml.etree.ElementTree as ET
from io import StringIO
from typing import Any

import numpy as np
from rich.console import Console

from app.backtest.picture import picture_of
from app.backtest.report import print_report
from app.backtest.result import LABELS, difference

SVG = "{http://www.w3.org/2000/svg}"


def rule(name: str, profit: float) -> dict[str, Any]:
    return {
        "rule": name,
        "label": LABELS[name],
        "hindsight": name == "s_s_hindsight",
        "profit": profit,
        "ours_above": 900.0 - profit,
        "ours_above_error": 12.0,
        "told_apart": name == "base_stock",
        "fill_rate": 0.875,
        "lost": 5.0,
        "leftover": 1234.0,
        "runs": 7.0,
        "setups": 8.0,
        "setup_cost": 90.0,
        "series": [{"profit_to_date": profit / 2}, {"profit_to_date": profit}],
    }


def result(brand: str = "acme") -> dict[str, Any]:
    rules = [rule(name, 900.0 - 200 * index) for index, name in enumerate(LABELS)]
    return {
        "brand": brand,
        "currency": "EUR",
        "first_day": "2026-02-09",
        "last_day": "2026-03-01",
        "weeks": 2,
        "review_days": 7,
        "styles": 30,
        "of_styles": 40,
        "failed_styles": [{"style": "S9", "message": "ValueError: odd"}],
        "assumptions": ["True demand is what sold."],
        "rules": rules,
        "groups": [{"on_sale": "at the start", "volume": "low", "styles": 9, "rules": rules}],
    }


def test_the_picture_has_a_title_words_axes_units_and_a_line_for_each_rule() -> None:
    drawn = ET.fromstring(picture_of(result()))  # noqa: S314  our own text

    texts = [text.text for text in drawn.iter(f"{SVG}text")]
    assert drawn.attrib["role"] == "img"
    assert drawn.findtext(f"{SVG}title") == "acme: what each rule would have earned"
    described = drawn.findtext(f"{SVG}desc") or ""
    assert "Shortrun: profit 900 EUR, fill rate 88%, 1,234 units left, 7 runs" in described
    assert "One large run: profit \N{MINUS SIGN}300 EUR" in described
    assert {"profit, EUR", "profit to date, EUR", "weeks decided"} <= set(texts)
    assert len(list(drawn.iter(f"{SVG}polyline"))) == len(LABELS)
    assert all(texts.count(label) == 2 for label in LABELS.values())


def test_the_picture_runs_nothing_and_reads_nothing() -> None:
    drawn = picture_of(result(brand="<script>alert(1)</script>"))

    assert "<script" not in drawn
    assert "href" not in drawn
    ET.fromstring(drawn)  # noqa: S314  our own text


def test_a_result_in_which_nothing_was_earned_can_be_drawn() -> None:
    nothing = result()
    for one in nothing["rules"]:
        one |= {"profit": 0.0, "fill_rate": None, "series": [{"profit_to_date": 0.0}]}

    ET.fromstring(picture_of(nothing))  # noqa: S314  our own text


def test_the_tables_name_every_rule_and_what_went_wrong() -> None:
    console = Console(file=StringIO(), width=200)

    print_report(result(), console)

    said = console.file.getvalue()  # type: ignore[attr-defined]
    assert all(label in said for label in LABELS.values())
    assert "+200 ± 12" in said
    assert "9 styles" in said
    assert "+1,400" in said
    assert "style S9 was not decided on some day: ValueError: odd" in said


def test_the_error_of_a_difference_is_over_styles() -> None:
    gap, error = difference(np.array([3.0, 5.0, 1.0]), np.array([1.0, 1.0, 1.0]))

    assert gap == 6.0
    assert error == 2.0 * 3**0.5
    assert difference(np.array([3.0]), np.array([1.0])) == (2.0, None)
