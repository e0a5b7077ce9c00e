"""The summary: honest in both directions, and readable on 80 columns."""

import dataclasses
import io
from decimal import Decimal
from typing import Any, cast

import pytest
from rich.console import Console

from app.client.answers import Recommendation
from app.demo.accounts import StyleAccount
from app.demo.line import Line, Style
from app.demo.report import print_report
from app.demo.summary import LargeRun, LineSummary, StyleSummary


def account_of(profit: str) -> StyleAccount:
    return StyleAccount(90, 95, 5, 7, Decimal(profit), Decimal(0), Decimal(0), Decimal(0))


def recommendation(**given: Any) -> Recommendation:
    return cast(
        "Recommendation",
        {
            "status": "accepted",
            "mode": "small_batch",
            "quantity": 60,
            "total_cost": "820.00",
            "currency": "EUR",
            "issued_at": "2026-03-15T23:30:00Z",
            "reasons": [{"code": "size_depleting", "text": "Size M runs out.", "values": {}}],
            **given,
        },
    )


@pytest.fixture
def summary(style: Style) -> StyleSummary:
    return StyleSummary(
        style=style,
        true_units=100,
        seen_units=96,
        censored_share=0.1,
        played=account_of("1000.40"),
        guessed=LargeRun(400, account_of("700.00")),
        best=LargeRun(150, account_of("1200.00")),
        recommendations=[recommendation()],
    )


def printed(line: Line, *styles: StyleSummary, gapless: bool = True) -> str:
    output = io.StringIO()
    print_report(Console(file=output, width=80), [LineSummary(line, styles, gapless_feeds=gapless)])
    return output.getvalue()


def test_it_shows_each_run_with_its_mode_units_cost_day_and_reason(
    line: Line, summary: StyleSummary
) -> None:
    text = printed(line, summary)

    assert "2026-03-15  small batch     60 units       820 EUR  accepted" in text
    assert "Size M runs out." in text
    assert "1 small, 60 u" in text


def test_it_says_how_much_more_was_earned(line: Line, summary: StyleSummary) -> None:
    text = " ".join(printed(line, summary).split())

    assert "Shortrun earned 1,000 EUR, 300 EUR more than one large run" in text
    assert "The large run wins" not in text


def test_it_says_so_where_the_large_run_wins(line: Line, summary: StyleSummary) -> None:
    worse = dataclasses.replace(summary, guessed=LargeRun(400, account_of("1500.00")))

    text = " ".join(printed(line, worse).split())

    assert "Shortrun earned 1,000 EUR, 500 EUR less than one large run" in text
    assert "The large run wins for Tee." in text


def test_only_the_largest_runs_are_told_in_full(line: Line, summary: StyleSummary) -> None:
    many = dataclasses.replace(
        summary, recommendations=[recommendation(quantity=units) for units in (60, 70, 80, 90, 50)]
    )

    text = printed(line, many)

    assert "Tee, and 2 smaller" in text
    assert " 50 units" not in text
    assert " 90 units" in text


def test_a_run_that_was_declined_is_not_counted_as_made(line: Line, summary: StyleSummary) -> None:
    declined = dataclasses.replace(summary, recommendations=[recommendation(status="declined")])

    text = printed(line, declined)

    assert "1 small" not in text
    assert "declined" in text


def test_a_feed_with_gaps_does_not_go_unmentioned(line: Line, summary: StyleSummary) -> None:
    assert "feed had gaps" in printed(line, summary, gapless=False)


def test_nothing_is_cut_off_on_80_columns(line: Line, summary: StyleSummary) -> None:
    assert "…" not in printed(line, summary)
