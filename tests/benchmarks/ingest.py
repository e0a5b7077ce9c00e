"""`POST /v1/sales` against a bare executemany of the same rows, in the same run.

    uv run python -m tests.benchmarks.ingest

The floor writes the same rows, with the unique index, in one transaction per 1,000; the service
does everything: keys, strict parsing, deduplication, marking due, an answer per row. 1,000 events
a call over 4 connections. Prints events/s of both, and the ratio.
"""

import json
import sqlite3
import threading
import time
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import psycopg
from sqlalchemy import make_url, select

from app.catalog.tables import Sku
from app.client import ShortrunClient
from app.database.database import Database
from app.parties.tables import Brand
from tests.benchmarks.servers import new_database, running_service

CALLS = 60
EVENTS_A_CALL = 1_000
CONNECTIONS = 4
STYLES, SKUS_A_STYLE = 500, 4
FLOOR_COLUMNS = "brand_id, event_id, sku_id, kind, quantity, order_id, occurred_at, day"


def catalog() -> list[dict[str, Any]]:
    return [
        {
            "style": f"S{style}",
            "name": f"Style {style}",
            "currency": "EUR",
            "price": "40.00",
            "skus": [
                {"sku": f"S{style}-{size}", "colorway": "BLK", "size": str(size)}
                for size in range(SKUS_A_STYLE)
            ],
        }
        for style in range(STYLES)
    ]


def batch(call: int) -> list[dict[str, Any]]:
    begin = datetime(2026, 3, 1, tzinfo=UTC)
    return [
        {
            "event_id": f"{call:05d}-{row:05d}",
            "sku": f"S{(call * 37 + row * 7) % STYLES}-{row % SKUS_A_STYLE}",
            "kind": "sale",
            "quantity": 1 + row % 3,
            "occurred_at": (begin + timedelta(seconds=call * 700 + row)).isoformat(),
            "order_id": f"o{call}-{row // 2}",
        }
        for row in range(EVENTS_A_CALL)
    ]


def seed(address: str, key: str) -> None:
    with ShortrunClient(address, key, brand="acme") as ops:
        ops.put_brand("acme", {"name": "Acme", "timezone": "Europe/Paris", "currency": "EUR"})
        ops.post_catalog(catalog())


def through_the_service(address: str, key: str) -> float:
    bodies = [json.dumps({"events": batch(call)}).encode() for call in range(CALLS)]
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}

    def send(own: list[bytes]) -> None:
        with httpx.Client(base_url=address, headers=headers, timeout=120) as client:
            for body in own:
                client.post("/v1/sales?brand=acme", content=body).raise_for_status()

    threads = [
        threading.Thread(target=send, args=(bodies[start::CONNECTIONS],))
        for start in range(CONNECTIONS)
    ]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return CALLS * EVENTS_A_CALL / (time.perf_counter() - started)


def floor_rows(url: str) -> list[list[tuple[Any, ...]]]:
    database = Database(url)
    with database.read() as session:
        brand = session.scalars(select(Brand.id)).one()
        ids = {row.code: row.id for row in session.execute(select(Sku.code, Sku.id))}
    database.close()
    rows = []
    for call in range(CALLS):
        made = []
        for event in batch(call):
            at = datetime.fromisoformat(event["occurred_at"])
            made.append(
                (
                    brand,
                    "f" + event["event_id"],
                    ids[event["sku"]],
                    "sale",
                    event["quantity"],
                    event["order_id"],
                    at,
                    at.date(),
                )
            )
        rows.append(made)
    return rows


def bare_executemany(url: str) -> float:
    calls = floor_rows(url)
    if url.startswith("sqlite"):
        return _bare_sqlite(url.removeprefix("sqlite:///"), calls)
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    statement = (
        f"INSERT INTO floor_events ({FLOOR_COLUMNS}) VALUES (%s, %s, %s, %s, %s, %s, %s, %s)"
        " ON CONFLICT DO NOTHING"
    )
    make_plain_table(plain)
    started = time.perf_counter()
    with psycopg.connect(plain) as connection, connection.cursor() as cursor:
        for rows in calls:
            cursor.executemany(statement.encode(), rows)
            connection.commit()
    return CALLS * EVENTS_A_CALL / (time.perf_counter() - started)


def make_plain_table(url: str) -> None:
    """Make a table for events on PostgreSQL with every key and index, and no partitions."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "CREATE TABLE floor_events (LIKE sales_events INCLUDING ALL, PRIMARY KEY (id),"
            " UNIQUE (brand_id, event_id), FOREIGN KEY (brand_id) REFERENCES brands (id),"
            " FOREIGN KEY (sku_id) REFERENCES skus (id))"
        )


def _bare_sqlite(path: str, calls: list[list[tuple[Any, ...]]]) -> float:
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA synchronous=FULL")
    statement = (
        f"INSERT OR IGNORE INTO sales_events ({FLOOR_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
    )
    plain = [[(*row[:6], _micros(row[6]), row[7].toordinal()) for row in rows] for rows in calls]
    started = time.perf_counter()
    for rows in plain:
        connection.executemany(statement, rows)
        connection.commit()
    taken = time.perf_counter() - started
    connection.close()
    return CALLS * EVENTS_A_CALL / taken


def _micros(at: datetime) -> int:
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def main() -> None:
    print(f"{date.today()}  {CALLS} calls of {EVENTS_A_CALL} events, {CONNECTIONS} connections")
    for kind in ("sqlite", "postgresql"):
        with new_database(kind) as url:
            with running_service(url) as (address, key):
                seed(address, key)
                ours = through_the_service(address, key)
            floor = bare_executemany(url)
        print(f"{kind:11} service {ours:9,.0f}/s  floor {floor:9,.0f}/s  ratio {ours / floor:.2f}")


if __name__ == "__main__":
    main()
