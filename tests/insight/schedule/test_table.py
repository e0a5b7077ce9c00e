"""The schedule in columns that other systems import, and as a workbook."""

import csv
import io
from datetime import date

import pytest
from openpyxl import load_workbook

from app.insight.schedule.model import Schedule
from app.insight.schedule.table import as_csv, table_of
from app.insight.schedule.workbook import as_xlsx
from tests.insight.schedule.floor import line, schedule, work


@pytest.fixture
def shown() -> Schedule:
    planned = line("S3-RED-M", date(2026, 4, 1), 60, commitment="planned", reference="rec_7")
    return schedule(
        work(
            line("S2-BLK-M", date(2026, 3, 23), 50, to_make=30, ordered=80),
            line("S2-BLK-L", date(2026, 3, 30), 40),
        ),
        work(planned),
        forecast=(
            line("S2-BLK-L", date(2026, 4, 6), 7, commitment="forecast", reference=None, to_make=0),
        ),
    )


def rows(written: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(written.decode(), newline="")))


def test_generic_has_every_line_once_under_its_week(shown: Schedule) -> None:
    assert rows(as_csv(table_of(shown, "generic"))) == [
        ["week", "due_date", "commitment", "brand", "style", "colorway", "size", "sku",
         "quantity", "to_make", "reference", "release"],
        ["2026-W14", "2026-03-30", "firm", "acme", "S2", "BLK", "L", "S2-BLK-L",
         "40", "40", "run_1", "2300"],
        ["2026-W15", "2026-04-06", "forecast", "acme", "S2", "BLK", "L", "S2-BLK-L",
         "7", "0", "", "2300"],
        ["2026-W13", "2026-03-23", "firm", "acme", "S2", "BLK", "M", "S2-BLK-M",
         "50", "30", "run_1", "2300"],
        ["2026-W14", "2026-04-01", "planned", "acme", "S3", "RED", "M", "S3-RED-M",
         "60", "60", "rec_7", "2300"],
    ]  # fmt: skip


def test_odoo_gets_a_manufacturing_order_a_line_of_accepted_work(shown: Schedule) -> None:
    assert rows(as_csv(table_of(shown, "odoo"))) == [
        ["id", "origin", "product_id", "product_qty", "date_start"],
        ["shortrun.run_1_20260323_S2_2d_BLK_2d_M", "run_1", "S2-BLK-M", "80",
         "2026-03-02 00:00:00"],
        ["shortrun.run_1_20260330_S2_2d_BLK_2d_L", "run_1", "S2-BLK-L", "40",
         "2026-03-02 00:00:00"],
    ]  # fmt: skip


def test_erpnext_gets_a_material_request_a_run_with_its_items_below(shown: Schedule) -> None:
    assert rows(as_csv(table_of(shown, "erpnext"))) == [
        ["material_request_type", "transaction_date", "schedule_date", "title", "items.item_code",
         "items.qty", "items.uom", "items.conversion_factor", "items.schedule_date",
         "items.description"],
        ["Manufacture", "2026-03-02", "2026-03-23", "run_1", "S2-BLK-M", "80", "Nos", "1",
         "2026-03-23", "acme S2 BLK M"],
        ["", "", "", "", "S2-BLK-L", "40", "Nos", "1", "2026-03-30", "acme S2 BLK L"],
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", " =1", "＝1"])  # noqa: RUF001
def test_what_a_spreadsheet_would_run_is_defused_in_every_cell(text: str) -> None:
    hostile = line("S2-BLK-M", date(2026, 3, 23), 50, sku=text, size=text, colorway=text)

    for preset in ("generic", "odoo", "erpnext"):
        [_, row] = rows(as_csv(table_of(schedule(work(hostile)), preset)))

        assert text not in row
        assert f"'{text}" in row


def test_quotes_commas_and_line_ends_are_as_rfc_4180_says() -> None:
    odd = line("S2-BLK-M", date(2026, 3, 23), 50, sku='6", wide')

    written = as_csv(table_of(schedule(work(odd)), "odoo"))

    assert b',"6"", wide",' in written
    assert written.count(b"\r\n") == 2


def test_the_workbook_holds_texts_as_texts_and_numbers_as_numbers() -> None:
    hostile = line("S2-BLK-M", date(2026, 3, 23), 50, sku="=1+1")

    book = load_workbook(io.BytesIO(as_xlsx(schedule(work(hostile)))))

    assert book.sheetnames == ["Schedule", "Line", "Materials", "Checkpoints"]
    [_, row] = book["Schedule"].iter_rows()
    assert (row[7].value, row[7].data_type) == ("=1+1", "s")
    assert (row[8].value, row[8].data_type) == (50, "n")
    assert book["Line"].max_row == 2
    assert book["Checkpoints"].max_row == 4


def test_the_same_schedule_is_the_same_workbook_whenever_it_is_written(
    shown: Schedule, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = as_xlsx(shown)
    monkeypatch.setattr("time.localtime", lambda *_: (2031, 1, 1, 1, 1, 1, 0, 1, 0))

    assert as_xlsx(shown) == first
