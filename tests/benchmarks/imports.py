"""A file of 500,000 sales imported, against a bare executemany of the same rows, in the same run.

    uv run python -m tests.benchmarks.imports [rows]

The floor writes the same rows, with the unique index, in one transaction per 10,000, on a database
of its own. The import does everything, from the file as it was received to its last row stored:
reading, guessing, ids made of what the rows say, deduplication, marking styles due. Prints rows/s
of both, and the ratio.
"""

import io
import random
import sqlite3
import sys
import time
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import psycopg
from sqlalchemy import make_url, select

from app.audit.record import CommandLine
from app.catalog.ingest import SkuDraft, StyleDraft, put_styles
from app.catalog.tables import Sku
from app.database.database import Database
from app.database.migrate import migrate
from app.imports.ask import Asked, Upload, ask, keep
from app.imports.brand import BrandSettings, find_or_make_brand
from app.imports.queries import import_of
from app.imports.work import Imports
from app.sales.tables import SalesRow
from app.settings import Settings
from tests.benchmarks.ingest import FLOOR_COLUMNS, _micros, make_plain_table
from tests.benchmarks.servers import new_database

ROWS = 500_000
ROWS_A_TRANSACTION = 10_000
STYLES, SKUS_A_STYLE = 500, 4
AT = datetime(2026, 3, 2, tzinfo=UTC)
BEGIN = datetime(2025, 1, 1, tzinfo=UTC)


def file_of(rows: int) -> bytes:
    """Return order lines as a shop exports them: in order, times to the second, no ids."""
    draw = random.Random(7)  # noqa: S311  a benchmark's rows
    to = io.StringIO()
    to.write("Order,Date,SKU,Qty,Price,Channel\r\n")
    for row in range(rows):
        at = BEGIN + timedelta(seconds=row * 30)
        sku = f"S{draw.randrange(STYLES)}-{draw.randrange(SKUS_A_STYLE)}"
        to.write(
            f"{100_000 + row // 2},{at:%Y-%m-%d %H:%M:%S},{sku},{1 + row % 3},"
            f"{draw.randrange(500, 9000) / 100:.2f},web\r\n"
        )
    return to.getvalue().encode()


def with_catalog(url: str) -> Database:
    database = Database(url)
    migrate(database)
    with database.write() as session:
        told = BrandSettings("acme", "Acme", "Europe/Paris", "EUR")
        brand = find_or_make_brand(session, told, at=AT)
        drafts = [
            StyleDraft(
                code=f"S{style}",
                name=f"Style {style}",
                currency="EUR",
                price=Decimal(40),
                skus=tuple(SkuDraft(f"S{style}-{size}") for size in range(SKUS_A_STYLE)),
            )
            for style in range(STYLES)
        ]
        put_styles(session, brand.id, drafts, at=AT)
    return database


def imported(url: str, content: bytes) -> float:
    """Return the seconds from a file received to its import done."""
    database = with_catalog(url)
    upload = Upload(io.BytesIO(content), "sales.csv", len(content), "0" * 64)
    started = time.perf_counter()
    import_id = keep(database, upload)
    with database.write() as session:
        ask(session, 1, Asked("sales"), upload, import_id=import_id, actor=CommandLine(), at=AT)
    imports = Imports(database, Settings(database_url=url))
    while imports.step():
        pass
    taken = time.perf_counter() - started
    with database.read() as session:
        done = import_of(session, import_id, brand_id=None)
    assert done is not None
    assert (done.status, done.rows_rejected) == ("done", 0), done.error
    database.close()
    return taken


def rows_of(url: str) -> list[tuple[Any, ...]]:
    """Return the rows that an import stored, as the floor writes them."""
    database = Database(url)
    names = [name.strip() for name in FLOOR_COLUMNS.split(",")]
    with database.read() as session:
        query = select(*(getattr(SalesRow, name) for name in names)).order_by(SalesRow.id)
        found = [tuple(row) for row in session.execute(query)]
        assert session.scalar(select(Sku.id).limit(1)) is not None
    database.close()
    return found


def bare_executemany(url: str, rows: list[tuple[Any, ...]]) -> float:
    with_catalog(url).close()
    portions = [
        rows[at : at + ROWS_A_TRANSACTION] for at in range(0, len(rows), ROWS_A_TRANSACTION)
    ]
    if url.startswith("sqlite"):
        return _bare_sqlite(url.removeprefix("sqlite:///"), portions)
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    marks = ", ".join(["%s"] * 8)
    statement = (
        f"INSERT INTO floor_events ({FLOOR_COLUMNS}) VALUES ({marks}) ON CONFLICT DO NOTHING"
    )
    make_plain_table(plain)
    started = time.perf_counter()
    with psycopg.connect(plain) as connection, connection.cursor() as cursor:
        for portion in portions:
            cursor.executemany(statement.encode(), portion)
            connection.commit()
    return time.perf_counter() - started


def _bare_sqlite(path: str, portions: list[list[tuple[Any, ...]]]) -> float:
    plain = [
        [(*row[:6], _micros(row[6]), row[7].toordinal()) for row in portion] for portion in portions
    ]
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA synchronous=FULL")
    marks = ", ".join(["?"] * 8)
    statement = f"INSERT OR IGNORE INTO sales_events ({FLOOR_COLUMNS}) VALUES ({marks})"
    started = time.perf_counter()
    for portion in plain:
        connection.executemany(statement, portion)
        connection.commit()
    taken = time.perf_counter() - started
    connection.close()
    return taken


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    content = file_of(count)
    print(f"{date.today()}  {count:,} rows, {len(content):,} bytes of CSV")
    for kind in ("sqlite", "postgresql"):
        with new_database(kind) as ours, new_database(kind) as bare:
            taken = imported(ours, content)
            floor = bare_executemany(bare, rows_of(ours))
        print(
            f"{kind:11} import {count / taken:9,.0f}/s  floor {count / floor:9,.0f}/s"
            f"  ratio {floor / taken:.2f}"
        )


if __name__ == "__main__":
    main()
