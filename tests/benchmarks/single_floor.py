"""A `def` route that commits one insert: what `tests.benchmarks.single` is compared with."""

import itertools
import sqlite3
import sys
import threading
from typing import Any

import psycopg
import uvicorn
from fastapi import FastAPI

from app.serving import listen
from tests.benchmarks.ingest import FLOOR_COLUMNS

app = FastAPI()
numbers = itertools.count()
own = threading.local()
writer = threading.Lock()  # SQLite has one at a time, and to be refused costs a pause
target = sys.argv[2]


def write_sqlite(row: tuple[Any, ...]) -> None:
    with writer:
        if not hasattr(own, "connection"):
            own.connection = sqlite3.connect(target, isolation_level=None)
            own.connection.execute("PRAGMA synchronous=FULL")
        own.connection.execute(f"INSERT INTO sales_events ({FLOOR_COLUMNS}) VALUES {row}")


def write_postgres(row: tuple[Any, ...]) -> None:
    if not hasattr(own, "connection"):
        own.connection = psycopg.connect(target, autocommit=True)
    own.connection.execute(
        f"INSERT INTO floor_events ({FLOOR_COLUMNS})"
        " VALUES (%s, %s, %s, %s, %s, %s, to_timestamp(%s / 1e6), date '0001-01-01' - 1 + %s)",
        row,
    )


@app.post("/")
def post() -> dict[str, str]:
    number = next(numbers)
    row = (
        1,
        f"f{number:09d}",
        1 + number % 2000,
        "sale",
        1,
        f"o{number}",
        1780000000000000,
        739764,
    )
    (write_postgres if target.startswith("postgresql") else write_sqlite)(row)
    return {}


if __name__ == "__main__":
    config = uvicorn.Config(app, log_config=None, access_log=False, server_header=False)
    uvicorn.Server(config).run(sockets=[listen("127.0.0.1", int(sys.argv[1]))])
