from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from app.errors import SetupError
from app.imports.rows import Chunk, Item, Tally
from app.imports.sales_file import ContractFile
from app.sales.ingest import SalesEvent
from tests.imports.files import WriteText

HEADER = "event_id,sku,kind,quantity,occurred_at"
SALE = "e1,S2-BLK-M,sale,2,2026-03-01T10:00:00+01:00"


def read(path: Path) -> Chunk:
    [chunk] = ContractFile(path).chunks()
    return chunk


def test_a_row_of_csv_is_an_event(text_file: WriteText) -> None:
    path = text_file(
        f"{HEADER},unit_price,channel,order_id",
        f"{SALE},39.00,web,10001",
        "e2,S2,return,1,2026-03-01T10:00:00Z,,,",
    )

    chunk = read(path)

    ten, nine = (datetime(2026, 3, 1, hour, tzinfo=UTC) for hour in (10, 9))
    assert [line.event for line in chunk.lines] == [
        SalesEvent("e1", "S2-BLK-M", "sale", 2, nine, Decimal("39.00"), "web", "10001"),
        SalesEvent("e2", "S2", "return", 1, ten),
    ]
    assert [line.item for line in chunk.lines] == [None, None]


def test_a_byte_order_mark_and_the_order_of_columns_do_not_matter(text_file: WriteText) -> None:
    path = text_file(
        "\ufeffsku,event_id,occurred_at,quantity,kind", "S,e1,2026-03-01T10:00:00Z,2,cancellation"
    )

    [line] = read(path).lines

    assert (line.event.sku, line.event.kind) == ("S", "cancellation")


def test_tsv_keeps_commas(text_file: WriteText) -> None:
    path = text_file(
        HEADER.replace(",", "\t"), "e1\tS,M\tsale\t2\t2026-03-01T10:00:00Z", name="sales.tsv"
    )

    [line] = read(path).lines

    assert line.event.sku == "S,M"


def test_parquet_keeps_its_types(tmp_path: Path) -> None:
    path = tmp_path / "sales.parquet"
    columns = {
        "event_id": ["e1"],
        "sku": ["S"],
        "kind": ["sale"],
        "quantity": [2],
        "occurred_at": pa.array([datetime(2026, 3, 1, 10, tzinfo=UTC)], pa.timestamp("ns", "UTC")),
        "unit_price": [39.5],
    }
    pq.write_table(pa.table(columns), path)

    [line] = read(path).lines

    assert line.event.occurred_at == datetime(2026, 3, 1, 10, tzinfo=UTC)
    assert line.event.unit_price == Decimal("39.5")


def test_a_style_column_says_where_the_sku_belongs(text_file: WriteText) -> None:
    path = text_file(f"{HEADER},style,colorway,size", f"{SALE},S2,BLK,M", f"{SALE},S2,,")

    first, other = read(path).lines, read(path).errors

    assert first[0].item == Item("S2", "BLK", "M", "")
    assert (other[0].row, other[0].code) == (3, "sku_differs")


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        (",S,sale,2,2026-03-01T10:00:00Z", "event_id", "missing"),
        ("e 1,S,sale,2,2026-03-01T10:00:00Z", "event_id", "bad_text"),
        ("e1,S\u200bX,sale,2,2026-03-01T10:00:00Z", "sku", "bad_text"),
        ("e1,S\udce9,sale,2,2026-03-01T10:00:00Z", "sku", "bad_text"),
        ("e1,S,sold,2,2026-03-01T10:00:00Z", "kind", "unknown_value"),
        ("e1,S,sale,0,2026-03-01T10:00:00Z", "quantity", "too_small"),
        ("e1,S,sale,1000001,2026-03-01T10:00:00Z", "quantity", "too_large"),
        ("e1,S,sale,2.0,2026-03-01T10:00:00Z", "quantity", "not_an_integer"),
        ("e1,S,sale,two,2026-03-01T10:00:00Z", "quantity", "not_an_integer"),
        ("e1,S,sale,2,2026-03-01T10:00:00", "occurred_at", "bad_time"),
        ("e1,S,sale,2,2026-02-30T10:00:00Z", "occurred_at", "bad_time"),
        ("e1,S,sale,2,1999-02-03T10:00:00Z", "occurred_at", "time_out_of_range"),
        ("e1,S,sale,2", "", "malformed"),
        ("e1,S,sale,2,2026-03-01T10:00:00Z,more", "", "malformed"),
        ('e1,"S"M,sale,2,2026-03-01T10:00:00Z', "", "malformed"),
    ],
)
def test_a_bad_row_is_named_and_the_others_are_read(
    text_file: WriteText, row: str, column: str, code: str
) -> None:
    chunk = read(text_file(HEADER, SALE, row, "e3,S,sale,1,2026-03-01T10:00:00Z"))

    assert [line.event.event_id for line in chunk.lines] == ["e1", "e3"]
    [error] = chunk.errors
    assert (error.row, error.column, error.code) == (3, column, code)
    assert chunk.left_out.by_reason[code].rows == 1


def test_a_quote_that_is_never_closed_loses_no_row_before_it(text_file: WriteText) -> None:
    chunk = read(text_file(HEADER, SALE, 'e2,"S,sale,2,2026-03-01T10:00:00Z'))

    assert len(chunk.lines) == 1
    assert [error.code for error in chunk.errors] == ["malformed"]


def test_left_out_rows_count_their_units_with_returns_against_sales(text_file: WriteText) -> None:
    chunk = read(text_file(HEADER, "e 1,S,sale,5,2026-03-01T10:00:00Z", "e2,S,return,2,never"))

    assert chunk.left_out.by_reason == {"bad_text": Tally(1, 5), "bad_time": Tally(1, -2)}


def test_blank_lines_are_no_rows(text_file: WriteText) -> None:
    chunk = read(text_file(HEADER, "", SALE, ""))

    assert (chunk.rows, len(chunk.lines)) == (1, 1)


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("event_id,sku,kind,quantity", "has no column occurred_at"),
        (f"{HEADER},price", "has columns that are not known: 'price'"),
        (f"{HEADER},sku", "names a column twice"),
        ("", "has no column event_id, sku, kind, quantity, occurred_at"),
    ],
)
def test_wrong_columns_are_refused_in_one_line(
    text_file: WriteText, header: str, message: str
) -> None:
    path = text_file(header, SALE)

    with pytest.raises(SetupError, match=message):
        ContractFile(path)


def test_a_file_that_cannot_be_opened_is_refused_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="cannot be opened: No such file"):
        ContractFile(tmp_path / "absent.csv")


def test_another_kind_of_file_is_refused_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match=r"ends in none of \.csv, \.tsv, \.parquet"):
        ContractFile(tmp_path / "sales.docx")
