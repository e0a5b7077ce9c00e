"""Every time, day, amount and other number is refused where it could not be read back.

The columns are those of the code's own tables: one that is added without limits fails here.
"""

import importlib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Connection,
    Float,
    LargeBinary,
    String,
    Table,
)
from sqlalchemy.exc import DBAPIError

import app
from app.database.base import Day, Json, Money, UtcTime, tables_on
from app.database.bounds import bound_values
from app.database.database import Database
from app.errors import SetupError

for tables in sorted(Path(app.__file__).parent.glob("*/tables.py")):
    importlib.import_module(f"app.{tables.parent.name}.tables")

NUMBERS = {"sqlite": ["9e999", "-9e999"], "postgresql": ["'NaN'", "'Infinity'", "'-Infinity'"]}
WHOLE = {"sqlite": ["9223372036854775807", "-9223372036854775808"]}
UNREADABLE = {
    UtcTime: WHOLE | {"postgresql": ["'infinity'", "'-infinity'", "'10000-01-01 00:00+00'"]},
    Day: WHOLE | {"postgresql": ["'infinity'", "'-infinity'", "'10000-01-01'", "'0044-03-15 BC'"]},
    Money: WHOLE | {"postgresql": ["'NaN'"]},
    Float: NUMBERS,
}


ORDINARY = {
    "sqlite": {UtcTime: "1780000000000000", Day: "740000"},
    "postgresql": {UtcTime: "'2026-05-28 00:00+00'", Day: "'2026-05-28'"},
}
FIRST_ALLOWED = re.compile(r"(\w+) IN \(('\w+')")


def test_what_cannot_be_read_back_is_refused_in_every_column(database: Database) -> None:
    backend = "sqlite" if database.is_sqlite else "postgresql"
    stored, refused = [], 0

    with database.engine.connect() as connection:
        _without_foreign_keys(connection)
        for table in tables_on(backend):
            row = _ordinary(table, backend)
            assert _refusal(connection, table, row) == ""
            for column, bad in _unreadable(table, backend):
                refusal = _refusal(connection, table, row | {column: bad})
                refused += "CHECK" in refusal or "check constraint" in refusal
                if not refusal:
                    stored.append(f"{table.name}.{column} = {bad}")

    assert stored == []
    assert refused > 200


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_table_that_holds_such_a_value_gets_no_limits(database: Database) -> None:
    with database.engine.connect() as connection:
        connection.exec_driver_sql("CREATE TABLE totals (name TEXT, value REAL) STRICT")
        connection.exec_driver_sql("INSERT INTO totals VALUES ('sold', 9e999)")

        with pytest.raises(SetupError, match="totals holds a time or"):
            bound_values(connection, "totals", {"value": "number"})


def _unreadable(table: Table, backend: str) -> Iterator[tuple[str, str]]:
    for column in table.columns:
        for kind, values in UNREADABLE.items():
            if isinstance(column.type, kind):
                yield from ((column.name, bad) for bad in values[backend])


def _ordinary(table: Table, backend: str) -> dict[str, str]:
    """Return a row that the table's constraints allow, as SQL."""
    rules = [str(one.sqltext) for one in table.constraints if isinstance(one, CheckConstraint)]
    allowed = dict(found for rule in rules for found in FIRST_ALLOWED.findall(rule))
    return {
        column.name: allowed.get(column.name) or _value(column, backend)
        for column in table.columns
        if not column.nullable
    }


def _value(column: Column[object], backend: str) -> str:
    for kind, value in ORDINARY[backend].items():
        if isinstance(column.type, kind):
            return value
    if isinstance(column.type, Json):
        return "'{}'"
    if isinstance(column.type, Boolean) and backend == "postgresql":
        return "true"
    if isinstance(column.type, LargeBinary):
        return "x''" if backend == "sqlite" else "''"
    return "'x'" if isinstance(column.type, String) else "1"


def _without_foreign_keys(connection: Connection) -> None:
    sqlite = connection.dialect.name == "sqlite"
    off = "PRAGMA foreign_keys = OFF" if sqlite else "SET session_replication_role = replica"
    connection.exec_driver_sql(off)
    connection.commit()


def _refusal(connection: Connection, table: Table, row: Mapping[str, str]) -> str:
    """Try to store a row, and take it back; return what the database said against it."""
    names = ", ".join(f'"{name}"' for name in row)
    statement = f"INSERT INTO {table.name} ({names}) VALUES ({', '.join(row.values())})"  # noqa: S608
    try:
        connection.exec_driver_sql("BEGIN" if connection.dialect.name == "sqlite" else "SELECT 1")
        connection.exec_driver_sql(f"DELETE FROM {table.name}")  # noqa: S608  a row is there from the start
        connection.exec_driver_sql(statement)
    except DBAPIError as error:
        return str(error.orig)
    finally:
        connection.rollback()
    return ""
