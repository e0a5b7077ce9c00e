"""DELFOR D.97A, read back by the standard's own counting and by pydifact."""

from datetime import date
from itertools import pairwise

import pytest
from pydifact.segmentcollection import Interchange

from app.insight.schedule.edifact import as_delfor
from app.insight.schedule.model import Schedule
from tests.insight.schedule.floor import line, schedule, work

FOLLOWS = {
    "UNH": {"BGM"},
    "BGM": {"DTM"},
    "NAD": {"NAD", "GIS", "UNT"},
    "GIS": {"LIN"},
    "LIN": {"IMD"},
    "IMD": {"SCC"},
    "SCC": {"QTY"},
    "QTY": {"DTM"},
}
"""What may come after a segment as we use D.97A; DTM is looked at by its qualifier."""


def segments_of(written: bytes) -> list[list[list[str]]]:
    """Read an interchange sign by sign, `?` releasing the next."""
    text = written.decode("latin-1")
    assert text.startswith("UNA:+.? '")
    segments: list[list[list[str]]] = [[[""]]]
    signs = iter(text[9:])
    for sign in signs:
        if sign == "'":
            segments.append([[""]])
        elif sign == "+":
            segments[-1].append([""])
        elif sign == ":":
            segments[-1][-1].append("")
        else:
            segments[-1][-1][-1] += next(signs) if sign == "?" else sign
    assert segments.pop() == [[""]]
    return segments


def checked(written: bytes) -> list[list[list[list[str]]]]:
    """Return the messages after checking every count, number, order and length."""
    unb, *body, unz = segments_of(written)
    assert (unb[0], unb[1], unz[0]) == (["UNB"], ["UNOC", "3"], ["UNZ"])
    assert unb[5] == unz[2]
    messages = []
    while body:
        end = next(at for at, one in enumerate(body) if one[0] == ["UNT"])
        message, body = body[: end + 1], body[end + 1 :]
        messages.append(message)
        assert message[0] == [["UNH"], [str(len(messages))], ["DELFOR", "D", "97A", "UN"]]
        assert message[-1] == [["UNT"], [str(end + 1)], [str(len(messages))]]
        _check_delfor(message)
    assert unz[1] == [str(len(messages))]
    return messages


def _check_delfor(message: list[list[list[str]]]) -> None:
    for one, other in pairwise(message):
        tag, follows = one[0][0], other[0][0]
        if tag == "DTM":
            in_item = one[1][0] == "2"
            expected = {"QTY", "SCC", "LIN", "UNT"} if in_item else {"DTM", "NAD"}
            assert follows in expected
        else:
            assert follows in FOLLOWS[tag]
        if tag == "LIN":
            assert len(one[3][0]) <= 35


@pytest.fixture
def shown() -> Schedule:
    other = line("S9-BLU-S", date(2026, 3, 9), 5, brand="nord", reference="run_2")
    return schedule(
        work(line("S2-BLK-M", date(2026, 3, 23), 80), line("S2-BLK-L", date(2026, 3, 30), 40)),
        work(line("S2-BLK-M", date(2026, 4, 1), 60, commitment="planned", reference="rec_7")),
        work(other, brand="nord", reference="run_2"),
        forecast=(
            line("S2-BLK-M", date(2026, 4, 6), 7, commitment="forecast", reference=None, to_make=0),
        ),
        names={"acme": "Acme: L'Été + Co?", "nord": "Nord"},
    )


def test_a_message_is_written_as_the_directory_says() -> None:
    made = schedule(work(line("S2-BLK-M", date(2026, 3, 23), 80)))

    assert as_delfor(made).decode("latin-1").split("'") == [
        "UNA:+.? ",
        "UNB+UNOC:3+SHORTRUN+fab1+260302:0000+2300",
        "UNH+1+DELFOR:D:97A:UN",
        "BGM+241+2300+5",
        "DTM+137:20260302:102",
        "DTM+158:20260302:102",
        "DTM+159:20260830:102",
        "NAD+BY+acme::92++Acme",
        "NAD+SU+fab1::92++Fab One",
        "GIS+37",
        "LIN+1++S2-BLK-M:IN",
        "IMD+F++:::S2 BLK M",
        "SCC+1",
        "QTY+113:80:PCE",
        "DTM+2:20260323:102",
        "UNT+14+1",
        "UNZ+1+2300",
        "",
    ]


def test_firm_is_1_and_planned_and_forecast_are_4(shown: Schedule) -> None:
    acme, nord = checked(as_delfor(shown))

    assert [one for one in acme if one[0][0] in {"SCC", "QTY"}] == [
        [["SCC"], ["1"]],
        [["QTY"], ["113", "40", "PCE"]],
        [["SCC"], ["1"]],
        [["QTY"], ["113", "80", "PCE"]],
        [["SCC"], ["4"]],
        [["QTY"], ["113", "60", "PCE"]],
        [["SCC"], ["4"], [""], ["W"]],
        [["QTY"], ["113", "7", "PCE"]],
    ]
    assert len(nord) == 14


@pytest.mark.parametrize("sku", ["A+B", "A:B", "A'B", "A?B", "?'+:??", "é"])
def test_no_text_can_end_a_component_an_element_or_a_segment(sku: str) -> None:
    [acme] = checked(as_delfor(schedule(work(line("S2-BLK-M", date(2026, 3, 23), 80, sku=sku)))))

    assert acme[8] == [["LIN"], ["1"], [""], [sku, "IN"]]


@pytest.mark.parametrize("sku", ["漢字", "x" * 36, "Ж" * 36])
def test_a_sku_that_does_not_fit_is_told_apart_by_a_mark(sku: str) -> None:
    def written(code: str) -> str:
        one = line("S2-BLK-M", date(2026, 3, 23), 80, sku=code)
        return checked(as_delfor(schedule(work(one))))[0][8][3][0]

    assert written(sku) != written(sku + "x")


def test_a_factory_without_work_gets_an_empty_replacement() -> None:
    [nothing] = checked(as_delfor(schedule(names={})))

    assert [one[0][0] for one in nothing] == ["UNH", "BGM", *["DTM"] * 3, "NAD", "NAD", "UNT"]


@pytest.mark.filterwarnings("ignore:segments.xml not found")
def test_pydifact_reads_what_was_written(shown: Schedule) -> None:
    read = Interchange.from_str(as_delfor(shown).decode("latin-1"))

    acme, nord = read.get_messages()
    assert (read.syntax_identifier, read.sender, read.recipient, read.control_reference) == (
        ("UNOC", 3),
        "SHORTRUN",
        "fab1",
        "2300",
    )
    assert (acme.type, acme.version) == ("DELFOR", "D.97A")
    assert next(acme.get_segments("BGM")).elements == ["241", "2300", "5"]
    assert next(acme.get_segments("NAD")).elements[3] == "Acme: L'Été + Co?"
    assert [one.elements[0][1] for one in acme.get_segments("QTY")] == ["40", "80", "60", "7"]
    assert [one.elements[0][1] for one in nord.get_segments("QTY")] == ["5"]
