"""X12 830, read back by the standard's own counting, not by the code that writes it."""

import io
from datetime import date

import pytest
from pyx12.x12file import X12Reader

from app.insight.schedule.model import Schedule
from app.insight.schedule.x12 import as_x12
from tests.insight.schedule.floor import line, schedule, work

LOOP = {"LIN": 0, "UIT": 1, "PID": 2, "FST": 3}


def segments_of(written: bytes) -> list[list[str]]:
    """Read an interchange by the positions of ISA alone: 106 characters, its signs at the end."""
    text = written.decode("ascii")
    element, component, terminator = text[3], text[104], text[105]
    assert text.startswith("ISA") and text.endswith(terminator)  # noqa: PT018  # one envelope
    assert len({element, component, terminator}) == 3
    return [one.split(element) for one in text[:-1].split(terminator)]


def checked(written: bytes) -> list[list[list[str]]]:
    """Return the transaction sets' own segments after checking every count and number."""
    segments = segments_of(written)
    isa, gs, *body, ge, iea = segments
    assert [len(value) for value in isa] == [3, 2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1, 1]
    assert (gs[0], gs[1], gs[7], gs[8]) == ("GS", "PS", "X", "004010")
    assert iea == ["IEA", "1", isa[13]]
    assert ge[0] == "GE"
    assert ge[2] == gs[6] == str(int(isa[13]))
    assert all(value[-1] for value in segments)
    sets: list[list[list[str]]] = []
    while body:
        end = next(at for at, one in enumerate(body) if one[0] == "SE")
        head, *inner, se = body[: end + 1]
        assert head == ["ST", "830", f"{len(sets) + 1:04d}"]
        assert se == ["SE", str(end + 1), head[2]]
        sets.append(inner)
        body = body[end + 1 :]
    assert int(ge[1]) == len(sets)
    for inner in sets:
        _check_830(inner)
    return sets


def _check_830(inner: list[list[str]]) -> None:
    assert [one[0] for one in inner[:3]] == ["BFR", "N1", "N1"]
    assert inner[0][1] == "05"
    items = [one for one in inner if one[0] == "LIN"]
    scheduled = [one for one in inner if one[0] == "FST"]
    assert inner[-1] == ["CTT", str(len(items)), str(sum(int(one[1]) for one in scheduled))]
    place = 3
    for one in inner[3:-1]:
        assert one[0] in {"FST", "LIN"} if place == 3 else LOOP[one[0]] == place + 1
        place = LOOP[one[0]]
    for one in items:
        assert len(one[3]) <= 48
    for one in scheduled:
        assert (one[2] in "CD", one[3] in "DW", len(one[4])) == (True, True, 8)


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
        names={"acme": "Acme", "nord": "Nord"},
    )


def test_each_brand_has_a_set_of_its_own_that_replaces_the_one_before(shown: Schedule) -> None:
    acme, nord = checked(as_x12(shown))

    assert acme[:3] == [
        ["BFR", "05", "", "2300", "DL", "A", "20260302", "20260830", "20260302"],
        ["N1", "BY", "Acme", "92", "acme"],
        ["N1", "SU", "Fab One", "92", "fab1"],
    ]
    assert [one for one in acme if one[0] in {"LIN", "FST"}] == [
        ["LIN", "1", "BP", "S2-BLK-L"],
        ["FST", "40", "C", "D", "20260330"],
        ["LIN", "2", "BP", "S2-BLK-M"],
        ["FST", "80", "C", "D", "20260323"],
        ["FST", "60", "D", "D", "20260401"],
        ["FST", "7", "D", "W", "20260406"],
    ]
    assert ["N1", "BY", "Nord", "92", "nord"] in nord


def test_an_envelope_says_who_and_which_release(shown: Schedule) -> None:
    assert as_x12(shown).startswith(
        b"ISA*00*          *00*          *ZZ*SHORTRUN       *ZZ*fab1           "
        b"*260302*0000*U*00401*000002300*0*P*>~GS*PS*SHORTRUN*fab1*20260302*0000*2300*X*004010~"
    )


def test_two_runs_of_a_sku_on_one_day_are_one_quantity() -> None:
    one = line("S2-BLK-M", date(2026, 3, 23), 80)
    other = line("S2-BLK-M", date(2026, 3, 23), 20, reference="run_2")

    [acme] = checked(as_x12(schedule(work(one), work(other))))

    assert [part for part in acme if part[0] == "FST"] == [["FST", "100", "C", "D", "20260323"]]


@pytest.mark.parametrize("sku", ["A*B", "A~B", "A>B", "A*|^~'><:B", "?+:'"])
def test_no_text_can_end_an_element_or_a_segment(sku: str) -> None:
    [acme] = checked(as_x12(schedule(work(line("S2-BLK-M", date(2026, 3, 23), 80, sku=sku)))))

    assert acme[3] == ["LIN", "1", "BP", sku]


@pytest.mark.parametrize("sku", ["é" * 30, "漢字", "Ж" * 50, "x" * 49, " lead", "trail "])
def test_a_sku_that_does_not_fit_is_told_apart_by_a_mark(sku: str) -> None:
    def written(code: str) -> str:
        one = line("S2-BLK-M", date(2026, 3, 23), 80, sku=code)
        return checked(as_x12(schedule(work(one))))[0][3][3]

    assert written(sku) != written(sku + "x")
    assert written(sku) == written(sku)


def test_a_factory_without_work_gets_an_empty_replacement() -> None:
    [nothing] = checked(as_x12(schedule(names={})))

    assert nothing[-1] == ["CTT", "0", "0"]


def test_an_independent_reader_finds_nothing_wrong(shown: Schedule) -> None:
    reader = X12Reader(io.StringIO(as_x12(shown).decode()))
    seen, errors = [], []
    for segment in reader:
        seen.append(segment.get_seg_id())
        errors += reader.pop_errors()
    reader.cleanup()
    errors += reader.pop_errors()

    assert errors == []
    assert (seen[0], seen[-1], seen.count("ST"), seen.count("FST")) == ("ISA", "IEA", 2, 5)
