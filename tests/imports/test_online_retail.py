from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from app.errors import SetupError
from app.imports.online_retail import OnlineRetailFile
from app.imports.rows import Chunk, Item, Line, Tally
from tests.imports.files import WriteRetail

NOON = "2011-03-01T12:00"


def read(path: Path, **options: object) -> Chunk:
    [chunk] = OnlineRetailFile(path, **options).chunks()
    return chunk


def ids(lines: Sequence[Line]) -> list[str]:
    return [line.event.event_id for line in lines]


def test_a_line_is_a_sale_with_its_invoice_as_the_order(retail: WriteRetail) -> None:
    path = retail([("536365", "71053", "WHITE METAL LANTERN", 6, "2010-12-01T08:26", 3.39)])

    [line] = read(path).lines

    event = line.event
    assert (event.kind, event.sku, event.quantity) == ("sale", "71053", 6)
    assert (event.unit_price, event.order_id) == (Decimal("3.3900"), "536365")
    assert event.occurred_at == datetime(2010, 12, 1, 8, 26, tzinfo=UTC)


def test_the_digits_are_the_style_and_letters_of_any_case_the_colorway(
    retail: WriteRetail,
) -> None:
    path = retail(
        [
            ("536365", "15056BL", "PARASOL BLACK", 1, NOON, 5.95),
            ("536366", "15056bl", "PARASOL BLACK", 2, NOON, 5.95),
            ("536367", "15056", "PARASOL", 3, NOON, 5.95),
        ]
    )

    lines = read(path).lines

    assert [line.event.sku for line in lines] == ["15056BL", "15056BL", "15056"]
    assert [line.item for line in lines] == [
        Item("15056", "BL", "ONE", "PARASOL BLACK"),
        Item("15056", "BL", "ONE", "PARASOL BLACK"),
        Item("15056", "ONE", "ONE", "PARASOL"),
    ]


def test_a_line_of_a_c_invoice_is_a_return_of_as_many_units(retail: WriteRetail) -> None:
    path = retail([("C536379", "22139", "RETRO SPOT TEA SET", -4, NOON, 4.25)])

    [line] = read(path).lines

    assert (line.event.kind, line.event.quantity, line.event.order_id) == ("return", 4, "C536379")


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("POST", "not a product: postage"),
        ("DOT", "not a product: postage"),
        ("C2", "not a product: carriage"),
        ("D", "not a product: discount"),
        ("m", "not a product: manual entry"),
        ("S", "not a product: samples"),
        ("B", "not a product: bad debt adjustment"),
        ("BANK CHARGES", "not a product: bank charges"),
        ("AMAZONFEE", "not a product: marketplace fees"),
        ("CRUK", "not a product: charity commission"),
        ("PADS", "not a product: packing material"),
        ("gift_0001_40", "not a product: gift voucher"),
        ("DCGS0066P", "not a product: other code"),
        ("1234", "not a product: other code"),
        ("123456", "not a product: other code"),
        ("85123A-2", "not a product: other code"),
    ],
)
def test_a_code_that_is_not_five_digits_and_letters_is_left_out(
    retail: WriteRetail, code: str, reason: str
) -> None:
    chunk = read(retail([("536370", code, "SOMETHING", 3, NOON, 18.0)]))

    assert chunk.lines == []
    assert chunk.left_out.by_reason == {reason: Tally(1, 3)}


@pytest.mark.parametrize(
    ("invoice", "quantity", "price", "reason"),
    [
        ("536414", 56, 0.0, "price 0"),
        ("536414", 56, float("nan"), "price 0"),
        ("A563186", 1, -11062.06, "price below 0"),
        ("536589", -10, 0.0, "negative quantity outside a C invoice: a stock correction"),
        ("536589", -10, 2.1, "negative quantity outside a C invoice: a stock correction"),
        ("C536589", 10, 2.1, "positive quantity on a C invoice"),
        ("536589", 0, 2.1, "quantity is 0 or beyond 1,000,000"),
        ("536589", 1_000_001, 2.1, "quantity is 0 or beyond 1,000,000"),
        ("53 6589", 1, 2.1, "invoice number is not letters and digits"),
        ("", 1, 2.1, "invoice number is not letters and digits"),
    ],
)
def test_a_line_that_is_no_sale_is_left_out_with_the_reason(
    retail: WriteRetail, invoice: str, quantity: int, price: float, reason: str
) -> None:
    chunk = read(retail([(invoice, "22139", None, quantity, NOON, price)]))

    assert chunk.lines == []
    assert chunk.left_out.by_reason == {reason: Tally(1, quantity)}


@pytest.mark.parametrize("missing", [0, 1, 3, 4, 5])
def test_a_line_without_a_needed_value_is_left_out(retail: WriteRetail, missing: int) -> None:
    row = ["536365", "71053", "LANTERN", 6, NOON, 3.39]
    row[missing] = None

    chunk = read(retail([tuple(row), ("536365", "71053", None, 6, NOON, 3.39)]))

    assert len(chunk.lines) == 1
    assert chunk.left_out.by_reason["a value is missing"].rows == 1


TWICE = [
    ("536409", "21866", "UNION JACK FLAG TAG", 1, NOON, 1.25),
    ("536409", "22866", "HAND WARMER", 1, NOON, 2.1),
    ("536409", "21866", "UNION JACK FLAG TAG", 1, NOON, 1.25),
]


def test_equal_lines_of_an_invoice_are_all_kept_and_have_ids_of_their_own(
    retail: WriteRetail,
) -> None:
    chunk = read(retail(TWICE))

    first, _, again = ids(chunk.lines)
    assert again == f"{first}-2"
    assert first.startswith("536409-")
    assert chunk.repeats == Tally(1, 1)


def test_equal_lines_can_be_dropped_and_the_first_keeps_its_id(retail: WriteRetail) -> None:
    path = retail(TWICE)

    kept, dropped = read(path), read(path, repeats="drop")

    assert ids(dropped.lines) == ids(kept.lines)[:2]
    assert dropped.repeats == Tally(1, 1)


@pytest.mark.parametrize(
    "other",
    [
        ("536410", "21866", "FLAG TAG", 1, NOON, 1.25),
        ("536409", "21866A", "FLAG TAG", 1, NOON, 1.25),
        ("536409", "21866", "FLAG", 1, NOON, 1.25),
        ("536409", "21866", "FLAG TAG", 2, NOON, 1.25),
        ("536409", "21866", "FLAG TAG", 1, "2011-03-01T12:01", 1.25),
        ("536409", "21866", "FLAG TAG", 1, NOON, 1.26),
    ],
)
def test_lines_that_differ_in_one_column_are_no_repeats(
    retail: WriteRetail, other: tuple[object, ...]
) -> None:
    chunk = read(retail([("536409", "21866", "FLAG TAG", 1, NOON, 1.25), other]))

    assert len(set(ids(chunk.lines))) == 2
    assert chunk.repeats == Tally(0, 0)


def test_neither_the_order_of_lines_nor_the_chunks_change_an_id(
    retail: WriteRetail, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = ids(read(retail(TWICE)).lines)

    monkeypatch.setattr("app.imports.online_retail.CHUNK_ROWS", 1)
    turned = OnlineRetailFile(retail(TWICE[::-1]))
    pieces = [line for chunk in turned.chunks() for line in chunk.lines]

    assert sorted(ids(pieces)) == sorted(whole)
    assert [line.row for line in pieces] == [1, 2, 3]


@pytest.mark.parametrize(
    ("local", "utc"),
    [
        ("2011-07-01T12:00", datetime(2011, 7, 1, 11, tzinfo=UTC)),
        # 01:30 does not exist on the day the clocks go forward, and comes twice when they go back.
        ("2011-03-27T01:30", datetime(2011, 3, 27, 1, 30, tzinfo=UTC)),
        ("2011-10-30T01:30", datetime(2011, 10, 30, 0, 30, tzinfo=UTC)),
    ],
)
def test_times_are_the_shops_wall_clock(retail: WriteRetail, local: str, utc: datetime) -> None:
    [line] = read(retail([("536365", "71053", "LANTERN", 6, local, 3.39)])).lines

    assert line.event.occurred_at == utc


def test_a_file_without_the_columns_is_refused_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "other.parquet"
    pq.write_table(pa.table({"InvoiceNo": ["1"]}), path)

    with pytest.raises(SetupError, match=r"other\.parquet has no column StockCode"):
        OnlineRetailFile(path)


def test_a_column_of_another_type_is_refused_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "other.parquet"
    columns = {"InvoiceNo": ["1"], "StockCode": ["1"], "Description": ["1"], "Quantity": ["1"]}
    pq.write_table(pa.table(columns), path)

    with pytest.raises(SetupError, match="column Quantity does not hold whole numbers"):
        OnlineRetailFile(path)


@pytest.mark.parametrize("content", [b"", b"PAR1 but no more", b"InvoiceNo,StockCode\n"])
def test_what_is_not_parquet_is_refused_in_one_line(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.parquet"
    path.write_bytes(content)

    with pytest.raises(SetupError, match="is not a Parquet file, or it is damaged"):
        OnlineRetailFile(path)


def test_a_file_that_is_not_there_is_refused_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="there is no file"):
        OnlineRetailFile(tmp_path / "absent.parquet")
