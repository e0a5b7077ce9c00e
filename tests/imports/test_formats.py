"""The same sales in every format that is read, each recognised by what is in it."""

import gzip
import io
import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from app.sales.tables import SalesRow
from tests.imports.site import Site

ROWS = [
    ("1001", "S1-M", 2, "2026-03-01T10:15:00+01:00", "39.00"),
    ("1001", "S1-L", 1, "2026-03-01T10:15:00+01:00", "39.00"),
    ("1002", "S2", 3, "2026-03-02T23:30:00+01:00", "12.50"),
]
NAMES = ("order_id", "sku", "quantity", "occurred_at", "unit_price")


def csv_of(delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    lines = [delimiter.join(NAMES), *(delimiter.join(map(str, row)) for row in ROWS)]
    return "\r\n".join(lines).encode(encoding)


def ndjson() -> bytes:
    return "\n".join(json.dumps(dict(zip(NAMES, row, strict=True))) for row in ROWS).encode()


def xlsx() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(NAMES)
    for order, sku, quantity, at, price in ROWS:
        local = datetime.fromisoformat(at).replace(tzinfo=None)
        sheet.append((int(order), sku, quantity, local, float(price)))
    to = io.BytesIO()
    book.save(to)
    return to.getvalue()


def parquet() -> bytes:
    order, sku, quantity, at, price = zip(*ROWS, strict=True)
    times = [datetime.fromisoformat(one).astimezone(UTC) for one in at]
    table = pa.table(
        {
            "order_id": order,
            "sku": sku,
            "quantity": pa.array(quantity, pa.int32()),
            "occurred_at": pa.array(times, pa.timestamp("ns", "UTC")),
            "unit_price": pa.array([Decimal(one) for one in price], pa.decimal128(8, 2)),
        }
    )
    to = io.BytesIO()
    pq.write_table(table, to)
    return to.getvalue()


FORMATS: dict[str, Callable[[], bytes]] = {
    "CSV": csv_of,
    "CSV with semicolons": lambda: csv_of(";"),
    "CSV with a mark": lambda: csv_of(encoding="utf-8-sig"),
    "CSV in UTF-16": lambda: csv_of("\t", encoding="utf-16"),
    "TSV": lambda: csv_of("\t"),
    "NDJSON": ndjson,
    "XLSX": xlsx,
    "Parquet": parquet,
    "packed": lambda: gzip.compress(csv_of()),
    "packed in two members": lambda: gzip.compress(csv_of()[:50]) + gzip.compress(csv_of()[50:]),
    "packed behind padding": lambda: gzip.compress(b"") + bytes(40_000) + gzip.compress(csv_of()),
    "packed behind 30,000 empty members": lambda: (
        30_000 * gzip.compress(b"") + gzip.compress(csv_of())
    ),
    "packed XLSX": lambda: gzip.compress(xlsx()),
}


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_same_sales_are_read_from_every_format(site: Site, name: str) -> None:
    done = site.take(FORMATS[name](), name="what.ever")

    assert (done["status"], done["error"]) == ("done", None)
    counts = {"read": 3, "stored": 3, "duplicate": 0, "rejected": 0, "left_out": {}}
    assert done["rows"] == counts
    stored = site.rows(SalesRow, "order_id", "quantity", "occurred_at", "day", "unit_price")
    assert stored == [
        ("1001", 1, datetime(2026, 3, 1, 9, 15, tzinfo=UTC), date(2026, 3, 1), Decimal(39)),
        ("1001", 2, datetime(2026, 3, 1, 9, 15, tzinfo=UTC), date(2026, 3, 1), Decimal(39)),
        ("1002", 3, datetime(2026, 3, 2, 22, 30, tzinfo=UTC), date(2026, 3, 2), Decimal("12.5")),
    ]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_same_sales_in_another_format_are_the_same_sales(site: Site) -> None:
    site.take(csv_of())

    again = site.take(ndjson())

    assert (again["rows"]["stored"], again["rows"]["duplicate"]) == (0, 3)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_how_a_file_was_understood_is_told(site: Site) -> None:
    text = "Datum;Artikel;Menge;Preis\n1.3.2026;S1-M;2;1.039,50 €\n"

    done = site.take(gzip.compress(text.encode("cp1252")), dry_run="true")

    told = done["read_as"]
    assert told["warnings"] == [
        "the text is not UTF-8 and was read as Windows-1252 (Latin-1): check names with accents"
    ]
    facts = ("format", "packed", "encoding", "delimiter", "decimal")
    assert [told[name] for name in facts] == ["CSV", "gzip", "Windows-1252", "semicolon", "comma"]
    assert told["mapping_used"] == {
        "sku": "Artikel",
        "quantity": "Menge",
        "occurred_at": "Datum",
        "unit_price": "Preis",
    }
    assert done["preview"][0]["occurred_at"] == "2026-03-01T11:00:00Z"
    assert done["preview"][0]["unit_price"] == "1039.50"


BOMB = gzip.compress(b"sku\n" + b"0" * 3_000_000)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\n\n", "empty"),
        (b"sku\n\x00\x01\x02" * 50, "not_a_table"),
        (b"%PDF-1.7", "not_a_table"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "not_a_table"),
        (b"PK\x03\x04 and nothing more", "bad_workbook"),
        (b"PAR1 and nothing more PAR1", "bad_parquet"),
        (gzip.compress(csv_of())[:-9], "bad_gzip"),
        (gzip.compress(gzip.compress(csv_of())), "not_a_table"),
        (b'[{"sku": "S2"}]', "not_a_table"),
        (BOMB, "too_large_unpacked"),
        (b"when,what,how many\n2026-03-01,S2,1\n", "columns_missing"),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_is_no_table_fails_in_words(site: Site, content: bytes, code: str) -> None:
    site.settings = site.settings.model_copy(update={"import_unpacked_limit_bytes": 1_000_000})

    done = site.take(content)

    assert (done["status"], done["error"]["code"]) == ("failed", code)
    assert len(done["error"]["message"]) > 20
    assert done["rows"]["stored"] == 0
