from dataclasses import replace
from io import StringIO

from rich.console import Console

from app.imports.report import ImportReport, KindUnits, SkuUnits, render_report
from app.imports.rows import RowError, Tally

REPORT = ImportReport(
    rows_read=1200,
    left_out={"price 0": Tally(100, 300), "negative quantity": Tally(50, -80)},
    errors=(),
    repeats_found=Tally(7, 9),
    repeats_dropped=Tally(0, 0),
    styles=2,
    skus=2,
    events_stored=1000,
    events_already_there=50,
    units_sold=4000,
    units_cancelled=0,
    units_returned=200,
    reconciliation=(
        SkuUnits("A", KindUnits(3000, 0, 200), KindUnits(3000, 0, 200)),
        SkuUnits("B", KindUnits(1000, 0, 0), KindUnits(1000, 0, 0)),
    ),
)


def printed(report: ImportReport) -> list[str]:
    console = Console(width=120, file=StringIO())
    with console.capture() as captured:
        console.print(render_report(report))
    return [" ".join(line.split()) for line in captured.get().splitlines()]


def test_the_rows_and_units_of_the_file_add_up_to_the_events() -> None:
    lines = printed(REPORT)

    assert "in the file 1,200 4,020" in lines
    assert "left out: price 0 -100 -300" in lines
    assert "left out: negative quantity -50 80" in lines
    assert "events 1,050 3,800" in lines
    assert "of these repeated, and kept 7 9" in lines
    assert "Units in the database equal those of the file for 2 of 2 SKUs." in lines


def test_dropped_repeats_are_told_as_dropped() -> None:
    lines = printed(replace(REPORT, repeats_dropped=Tally(7, 9)))

    assert "in the file 1,200 4,029" in lines
    assert "dropped: repeated -7 -9" in lines


def test_bad_rows_are_listed_as_they_are() -> None:
    error = RowError(3, "quantity", "too_small", "must be 1 [not markup]")

    lines = printed(replace(REPORT, errors=(error,)))

    assert "3 quantity too_small must be 1 [not markup]" in lines


def test_skus_that_differ_are_named_with_both_sides() -> None:
    more = SkuUnits("[B]", KindUnits(1000, 0, 0), KindUnits(1001, 2, 3))

    lines = printed(replace(REPORT, reconciliation=(more,)))

    assert "[B] 1,000 1,001 0 2 0 3" in lines
