"""Small files in the shape of the real ones."""

import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from app.database.database import Database
from tests.imports.files import RetailRow, WriteRetail, WriteText
from tests.imports.site import Site, open_site

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture
def retail(tmp_path: Path) -> WriteRetail:
    """Write rows of invoice, code, description, quantity, local time and price as Parquet."""

    def write(rows: Sequence[RetailRow]) -> Path:
        invoices, codes, names, quantities, times, prices = zip(*rows, strict=True)
        table = pa.table(
            {
                "InvoiceNo": pa.array(invoices, pa.string()),
                "StockCode": pa.array(codes, pa.string()),
                "Description": pa.array(names, pa.string()),
                "Quantity": pa.array(quantities, pa.int64()),
                "InvoiceDate": pa.array(
                    [at and datetime.fromisoformat(at) for at in times], pa.timestamp("ns")
                ),
                "UnitPrice": pa.array(prices, pa.float64()),
                "Country": pa.array(["United Kingdom"] * len(rows), pa.string()),
            }
        )
        path = tmp_path / "retail.parquet"
        pq.write_table(table, path)
        return path

    return write


@pytest.fixture
def text_file(tmp_path: Path) -> WriteText:
    """Write lines as a file of that name."""

    def write(*lines: str, name: str = "sales.csv") -> Path:
        path = tmp_path / name
        path.write_bytes("".join(f"{line}\n" for line in lines).encode("utf-8", "surrogateescape"))
        return path

    return write


@pytest.fixture(scope="session")
def real_file() -> Path:
    """The 541,909 real order lines, which are not part of the repository."""
    shared = Path(os.environ.get("SHORTRUN_SHARED", REPOSITORY.parent / "shared"))
    path = shared / "data" / "online_retail.parquet"
    if not path.is_file():
        pytest.skip(f"{path} is not here")
    return path


@pytest.fixture
def site(database: Database, database_url: str) -> Site:
    """A brand with a key, and a worker to step."""
    return open_site(database, database_url)
