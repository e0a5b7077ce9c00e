"""A brand with a past, stored in bulk: the rows that posting its events one by one would leave.

    uv run python -m tests.benchmarks.growth_past URL styles events [ordered | random]

Into a new, migrated database. Events come in the order of time, over SKUs at random, so that
indexes look as they would. Ids of events and orders either grow with time, as shops number orders,
or are random, as a system's that makes a UUID of each. What every row must hold, whoever wrote it,
`shortrun verify` recounts.
"""

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta

from sqlalchemy import Connection, text

from app.catalog.queries import active_style_ids
from app.database.database import Database
from app.database.upsert import table_of
from app.jobs.work import mark_due
from app.sales.digests import DIGEST_SQL
from app.sales.months import make_month, month_of, months_after, months_made
from app.sales.tables import SalesRow
from tests.benchmarks.refresh import AT, SKUS_A_STYLE, seed_catalog

DAYS = 300
NEXT_MIDNIGHT = AT + timedelta(hours=16)
FIRST_ORDER = 5_000_000_000

NUMBERED = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < :last)",
    "postgresql": "WITH n AS (SELECT generate_series(0, :last)::bigint AS i)",
}
SINCE_BEGIN = "i / :a_day * 86400000000 + i % :a_day * 43200000000 / :a_day"
"""Microseconds: every day from 6 to 18 UTC, which is the same day where the brand is."""

INSTANT = {
    "sqlite": f":begin + {SINCE_BEGIN}",
    "postgresql": f"to_timestamp((:begin + {SINCE_BEGIN}) / 1e6)",
}
DAY = {
    "sqlite": ":first + i / :a_day",
    "postgresql": "date '0001-01-01' - 1 + (:first + i / :a_day)::int",
}
NOW = {"sqlite": ":now", "postgresql": "to_timestamp(:now / 1e6)"}
EVENT_ID, ORDER_ID = (
    {
        ("sqlite", "ordered"): f"printf('web-%d{line}', {FIRST_ORDER} + i)",
        ("postgresql", "ordered"): f"'web-' || ({FIRST_ORDER} + i)::text || '{line}'",
        ("sqlite", "random"): "lower(hex(randomblob(16)))",
        ("postgresql", "random"): "replace(gen_random_uuid()::text, '-', '')",
    }
    for line in ("-1", "")
)

CACHE_KIB = 4 * 1024 * 1024
"""The whole file, so that random places of an index cost no reading while it is filled."""


def store_past(database: Database, styles: int, events: int, ids: str) -> None:
    """Store a brand's catalog, offers, events, stock levels, and when its styles are due."""
    brand = seed_catalog(database, styles)
    begin = AT - timedelta(days=DAYS)
    values = {
        "last": events - 1,
        "skus": styles * SKUS_A_STYLE,
        "begin": int(begin.timestamp()) * 1_000_000,
        "a_day": -(-events // DAYS),
        "first": begin.toordinal(),
        "now": int(AT.timestamp()) * 1_000_000,
    }
    kind = "sqlite" if database.is_sqlite else "postgresql"
    sales = (
        "INSERT INTO sales_events"
        " (brand_id, event_id, order_id, sku_id, kind, quantity, occurred_at, day)"
        f" {NUMBERED[kind]} SELECT 1, {EVENT_ID[kind, ids]}, {ORDER_ID[kind, ids]},"
        f" {SKUS_A_STYLE} + (i * 7919 + i / :skus) % :skus, 'sale', 1 + i % 3,"
        f" {INSTANT[kind]}, {DAY[kind]} FROM n"
    )
    levels = (
        "INSERT INTO stock_levels (sku_id, as_of, on_hand)"
        f" SELECT id, {NOW[kind]}, id % 20 FROM skus"
    )
    if database.is_sqlite:
        _fill_sqlite(database, (sales, levels), values)
    else:
        _make_months(database)
        _fill_postgresql(database, (sales, levels), values)
    with database.write() as session:  # as every style is, by its next midnight
        mark_due(session, brand.id, active_style_ids(session, brand.id), at=NEXT_MIDNIGHT)
    with database.outside_transactions() as connection:
        connection.exec_driver_sql("ANALYZE" if database.is_sqlite else "VACUUM ANALYZE")


def _fill_sqlite(database: Database, statements: tuple[str, ...], values: dict[str, int]) -> None:
    database.close()
    with closing(sqlite3.connect(str(database.url.database))) as connection:
        connection.execute("PRAGMA journal_mode=OFF")
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute(f"PRAGMA cache_size=-{CACHE_KIB}")
        for statement in statements:
            connection.execute(statement, values)
        connection.commit()


def _make_months(database: Database) -> None:
    """Make the months of the past, as a worker does ahead of each."""
    first = month_of((AT - timedelta(days=DAYS)).date())
    for index in range(DAYS // 28 + 1):
        with database.write() as session:
            if months_after(first, index) not in months_made(session):
                make_month(session, months_after(first, index))


def _fill_postgresql(
    database: Database, statements: tuple[str, ...], values: dict[str, int]
) -> None:
    with database.engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))  # no foreign keys
        connection.execute(text("SET LOCAL maintenance_work_mem = '512MB'"))
        with _without_indexes(connection):
            for statement in statements:
                connection.execute(text(statement), values)
        ids = f"SELECT brand_id, event_id, {DIGEST_SQL} FROM sales_events ORDER BY 1, 2"
        connection.execute(text(f"INSERT INTO sales_event_ids {ids}"))


@contextmanager
def _without_indexes(connection: Connection) -> Iterator[None]:
    """Make the indexes of sales anew behind the block: row by row they take far longer to fill."""
    indexes = sorted(table_of(SalesRow).indexes, key=lambda index: str(index.name))
    for index in indexes:
        index.drop(connection)
    yield
    for index in indexes:
        index.create(connection)


def main() -> None:
    url, styles, events, ids = sys.argv[1:]
    database = Database(url)
    store_past(database, int(styles), int(events), ids)
    database.close()


if __name__ == "__main__":
    main()
