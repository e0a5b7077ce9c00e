"""A CHECK that keeps what a database can store and nobody can read back out of a table.

PostgreSQL has NaN among its numbers, infinity among its times and years of six digits; SQLite has
infinity, and any integer where a time is meant. A migration calls this for each table it makes
with times, days, amounts or other numbers in it.
"""

from collections.abc import Mapping
from typing import Literal

from sqlalchemy import Connection, text

from app.errors import SetupError

Kind = Literal["time", "day", "number", "money"]

FIRST_DAY, LAST_DAY = "1900-01-01", "2200-12-31"
"""What is asked for lies in 2000 to 2100; what follows from it may lie some years beyond."""

LIMITS: Mapping[str, Mapping[Kind, tuple[str, str]]] = {
    "postgresql": {
        "time": (f"'{FIRST_DAY}+00'", f"'{LAST_DAY}+00'"),
        "day": (f"'{FIRST_DAY}'", f"'{LAST_DAY}'"),
        "number": ("-1e300", "1e300"),
        "money": ("-99999999999999.9999", "99999999999999.9999"),
    },
    "sqlite": {
        "time": ("-2208988800000000", "7289568000000000"),
        "day": ("693596", "803533"),
        "number": ("-1e300", "1e300"),
        "money": ("-999999999999999999", "999999999999999999"),
    },
}
"""As each database stores them (`app/database/base.py`); NaN is above every number there is."""


def bound_values(connection: Connection, table: str, columns: Mapping[str, Kind]) -> None:
    """Refuse from now on what lies beyond the limits of its kind, in any of these columns.

    What PostgreSQL holds already is not looked at: `validate_bounds` does, and lets others write
    meanwhile.

    Raises:
        SetupError: If SQLite holds such a value.
    """
    limits = LIMITS[connection.dialect.name]
    condition = " AND ".join(
        f"{column} BETWEEN {limits[kind][0]} AND {limits[kind][1]}"
        for column, kind in columns.items()
    )
    named = f"CONSTRAINT {_name(table)} CHECK ({condition})"
    if connection.dialect.name == "sqlite":
        _add_to_sqlite(connection, table, condition, named)
    else:
        connection.exec_driver_sql(f"ALTER TABLE {table} ADD {named} NOT VALID")


def validate_bounds(connection: Connection, table: str) -> None:
    """Look through what PostgreSQL held before; others read and write meanwhile."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"ALTER TABLE {table} VALIDATE CONSTRAINT {_name(table)}")


def _name(table: str) -> str:
    return f"ck_{table}_values_readable"


def _add_to_sqlite(connection: Connection, table: str, condition: str, named: str) -> None:
    """Add the constraint to the table's stored words.

    SQLite cannot add one to a table; to copy the table would take minutes where there are millions
    of events. Its manual gives this way for changes that leave what is stored as it is:
    https://www.sqlite.org/lang_altertable.html#otheralter
    """
    beyond = f"SELECT 1 FROM {table} WHERE NOT ({condition}) LIMIT 1"  # noqa: S608  our own names
    if connection.exec_driver_sql(beyond).first():
        raise SetupError(f"the table {table} holds a time or number that cannot be")
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    words = text("SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = :table")
    before, _, options = connection.execute(words, {"table": table}).scalar_one().rpartition(")")
    connection.execute(
        text("UPDATE sqlite_schema SET sql = :words WHERE type = 'table' AND name = :table"),
        {"words": f"{before.rstrip()},\n\t{named}\n){options}", "table": table},
    )
    connection.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema = OFF")
