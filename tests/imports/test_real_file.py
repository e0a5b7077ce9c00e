"""The whole real file, counted a second time by other means."""

import os
from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from app.database.database import Database
from app.imports.queries import units_by_sku
from tests.imports.files import take_in


def recount(path: Path) -> Mapping[tuple[str, str], int]:
    """Units by SKU and kind, by whole columns and without any code of the importer."""
    table = pq.read_table(path)
    code, quantity = table["StockCode"], table["Quantity"]
    is_return = pc.starts_with(table["InvoiceNo"], "C")
    kept = pc.and_(
        pc.match_substring_regex(code, "^[0-9]{5}[A-Za-z]*$"),
        pc.and_(pc.greater(table["UnitPrice"], 0.0), pc.equal(is_return, pc.less(quantity, 0))),
    )
    lines = pa.table(
        {
            "sku": pc.utf8_upper(code),
            "kind": pc.if_else(is_return, "return", "sale"),
            "units": pc.abs(quantity),
        }
    ).filter(kept)
    sums = lines.group_by(["sku", "kind"]).aggregate([("units", "sum")])
    return {(row["sku"], row["kind"]): row["units_sum"] for row in sums.to_pylist()}


@pytest.mark.skipif("SHORTRUN_WHOLE_FILE" not in os.environ, reason="half a minute: on demand")
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_units_of_each_sku_equal_those_of_the_file(database: Database, real_file: Path) -> None:
    report = take_in(database, real_file, preset="online-retail")

    with database.read() as session:
        assert units_by_sku(session, 1) == recount(real_file)
    assert report.differing == ()
    assert (report.rows_read, report.events_stored) == (541_909, 536_429)
    assert (report.units_sold, report.units_returned) == (5_576_996, 272_030)
    assert (report.styles, report.skus) == (3_294, 3_805)
    assert report.repeats_found == (5_257, 13_703)
    assert report.left_out == {
        "not a product: postage": (1_966, 8_060),
        "negative quantity outside a C invoice: a stock correction": (1_324, -206_898),
        "price 0": (1_161, 68_024),
        "not a product: manual entry": (572, 3_165),
        "not a product: carriage": (144, 290),
        "not a product: discount": (77, -1_194),
        "not a product: samples": (63, -59),
        "not a product: other code": (45, 45),
        "not a product: bank charges": (37, -13),
        "not a product: gift voucher": (34, 103),
        "not a product: marketplace fees": (34, -30),
        "not a product: charity commission": (16, -16),
        "not a product: packing material": (4, 4),
        "not a product: bad debt adjustment": (3, 3),
    }


def test_a_tenth_of_it_reconciles_and_goes_in_once(
    database: Database, real_file: Path, tmp_path: Path
) -> None:
    whole = pq.read_table(real_file)
    tenth = tmp_path / "tenth.parquet"
    pq.write_table(whole.take(pa.array(range(0, whole.num_rows, 10))), tenth)

    first = take_in(database, tenth, preset="online-retail")
    again = take_in(database, tenth, preset="online-retail")

    with database.read() as session:
        assert units_by_sku(session, 1) == recount(tenth)
    assert again.events_stored == 0
    assert again.events_already_there == first.events_stored
