"""Plots: valid, named, in units, their words apart and inside, whatever the data."""

import xml.etree.ElementTree as ET
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.console.plots.alternatives import Priced, alternatives_plot
from app.console.plots.columns import accuracy_by_age, line_load, size_curve
from app.console.plots.frame import CHARACTER, NARROW, WIDE, Plot
from app.console.plots.outlook import Expected, Outlook, Wanted, outlook_plot

SVG = "{http://www.w3.org/2000/svg}"
MONDAY = date(2026, 3, 2)
AMOUNTS = st.floats(0, 1e12, allow_nan=False)


def texts(svg: str) -> list[tuple[float, float, float, str]]:
    """Return each text's left and right end, its height and its words."""
    found = []
    for each in ET.fromstring(svg).iter(f"{SVG}text"):  # noqa: S314  our own text
        words, place = each.text or "", float(each.attrib["x"])
        length = len(words) * CHARACTER * 0.9
        back = {"start": 0.0, "middle": length / 2, "end": length}
        left = place - back[each.attrib.get("text-anchor", "start")]
        found.append((left, left + length, float(each.attrib["y"]), words))
    return found


def is_readable(svg: str, width: int) -> None:
    shown = texts(svg)
    for left, right, _, words in shown:
        assert left >= -12, words
        assert right <= width + 12, words
    for index, (left, right, height, words) in enumerate(shown):
        for left_2, right_2, height_2, words_2 in shown[index + 1 :]:
            meet = left < right_2 and left_2 < right and abs(height - height_2) < 10
            assert not meet, f"{words!r} stands on {words_2!r}"


def check(plot: Plot) -> None:
    is_readable(plot.wide, WIDE)
    is_readable(plot.narrow, NARROW)
    assert "style=" not in plot.wide + plot.narrow
    assert 'role="img"' in plot.wide
    assert all(len(row) == len(plot.table.head) for row in plot.table.rows)


def outlook(units: list[float], fan: list[float], stock: list[float]) -> Outlook:
    weeks = [MONDAY + timedelta(weeks=index) for index in range(100)]
    history = [
        Wanted(day, each, 0.5 if index % 3 == 1 else 1.0)
        for index, (day, each) in enumerate(zip(weeks, units, strict=False))
    ]
    later = weeks[len(units) :]
    forecast = [
        Expected(day, each, each / 2, each, each * 2) for day, each in zip(later, fan, strict=False)
    ]
    levels = list(zip(weeks, stock, strict=False))
    return Outlook("S2 & <more>", history, forecast, levels, levels[-1:])


def test_an_outlook_says_its_units_its_censored_weeks_and_its_forecast() -> None:
    plot = outlook_plot(outlook([5, 8, 3], [6, 7], [90, 80, 70]))

    drawn = ET.fromstring(plot.wide)  # noqa: S314  our own text
    words = [each.text for each in drawn.iter(f"{SVG}text")]
    assert drawn.findtext(f"{SVG}title") == "S2 & <more>: demand, forecast and stock"
    assert drawn.findtext(f"{SVG}desc") == (
        "3 weeks of demand, 16 units in all, 1 of them with a size out of stock; then a forecast"
        " of 2 weeks: 6.0 units in the first (8 of 10 times between 3 and 12), 7.0 in the last;"
        " 70 units on hand; 70 units on their way."
    )
    assert "demand, units a week" in words
    assert "stock, units" in words
    assert "a size was out of stock: maybe more wanted" in words
    assert plot.table.rows[1] == ("2026-03-09", "8", "50%", "", "", "")
    assert plot.table.rows[3] == ("2026-03-23", "", "", "6.0", "6", "3 to 12")


@settings(max_examples=40, deadline=None)
@given(
    st.lists(AMOUNTS, max_size=30), st.lists(AMOUNTS, max_size=30), st.lists(AMOUNTS, max_size=30)
)
def test_an_outlook_is_readable_whatever_was_sold(
    units: list[float], fan: list[float], stock: list[float]
) -> None:
    check(outlook_plot(outlook(units, fan, stock)))


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.text(st.characters(min_codepoint=32, max_codepoint=500), max_size=80),
            st.floats(-1e9, 1e9),
            st.floats(0, 1e9),
        ),
        max_size=8,
    )
)
def test_alternatives_are_readable_whatever_they_are_called_and_earn(
    rows: list[tuple[str, float, float]],
) -> None:
    words = "".join(name for name, _, _ in rows)
    if any(not each.isprintable() for each in words):
        return
    priced = [
        Priced(name, 10, gain, error, index == 0) for index, (name, gain, error) in enumerate(rows)
    ]

    plot = alternatives_plot("S2", priced, "EUR")

    assert "style=" not in plot.wide
    ET.fromstring(plot.wide)  # noqa: S314  our own text
    ET.fromstring(plot.narrow)  # noqa: S314  our own text


def test_the_chosen_alternative_is_told_apart_by_words_too() -> None:
    priced = [
        Priced("small batch", 120, 812.4, 30.0, is_chosen=True),
        Priced("hold", 0, 0.0, None, is_chosen=False),
    ]

    plot = alternatives_plot("S2", priced, "EUR")

    check(plot)
    assert "small batch, 120 units, chosen" in plot.wide
    assert "expected profit above holding, EUR" in plot.wide
    assert plot.table.rows[0] == ("small batch (chosen)", "120", "812", "30")


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 10**9), st.integers(0, 10**9)), max_size=40))
def test_the_weeks_of_a_line_are_readable_however_many(loads: list[tuple[int, int]]) -> None:
    weeks = [
        (f"{MONDAY + timedelta(weeks=index):%d %b}", float(firm), float(asked))
        for index, (firm, asked) in enumerate(loads)
    ]

    check(line_load("fab1", weeks, is_rated=False))
    check(
        line_load(
            "fab1", [(day, firm / 1e9, asked / 1e9) for day, firm, asked in weeks], is_rated=True
        )
    )


@pytest.mark.parametrize("known", [0.5, None])
def test_sizes_and_ages_are_shown_as_shares(known: float | None) -> None:
    sizes = size_curve("S2", [("M", known, 0.6), ("L", 0.5, 0.4)])
    ages = accuracy_by_age([("0 to 4 weeks", 0.42, 0.75), ("older", known, known)])

    check(sizes)
    check(ages)
    assert sizes.table.rows[0] == ("M", "-" if known is None else "50", "60")
    assert ages.table.rows[0] == ("0 to 4 weeks", "42", "75", "80")
