"""The declarative base, naming rules, and column types that mean the same on both databases."""

import importlib
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Date,
    DateTime,
    Dialect,
    Float,
    MetaData,
    Numeric,
    String,
    Table,
    Text,
    TypeDecorator,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.schema import SchemaItem
from sqlalchemy.types import TypeEngine

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
MONEY_SCALE = 4


class Base(DeclarativeBase):
    """What every table derives from; names every constraint, so that migrations can."""

    metadata = MetaData(naming_convention=NAMING)


ONLY_ON = "only_on"
"""In the `info` of a table or constraint: the name of the one dialect whose databases have it."""


def know_every_table() -> None:
    """Import the tables of every room: a process knows those alone that it needed so far."""
    for tables in sorted(Path(__file__).parents[1].glob("*/tables.py")):
        importlib.import_module(f"app.{tables.parent.name}.tables")


def tables_on(dialect: str) -> list[Table]:
    """Return the tables that a database of this dialect has, those that others name first.

    Of those that this process knows.
    """
    return [one for one in Base.metadata.sorted_tables if is_on(one, dialect)]


def is_on(item: SchemaItem, dialect: str) -> bool:
    """Say whether a database of this dialect has this table or constraint."""
    return bool(item.info.get(ONLY_ON, dialect) == dialect)


class UtcTime(TypeDecorator[datetime]):
    """An instant: `timestamptz` on PostgreSQL, microseconds since 1970 on SQLite."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the storage of the dialect at hand."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(BigInteger())
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Refuse naive times: they are a bug of ours, never input."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored time needs an offset")
        if dialect.name == "sqlite":
            since = value - EPOCH
            return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds
        return value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Give back an aware UTC time."""
        if value is None:
            return None
        if dialect.name == "sqlite":
            return EPOCH + int(value) * MICROSECOND
        at: datetime = value
        return at.astimezone(UTC)


class Day(TypeDecorator[date]):
    """A calendar day: `date` on PostgreSQL, its ordinal number on SQLite."""

    impl = Date
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the storage of the dialect at hand."""
        return dialect.type_descriptor(BigInteger() if dialect.name == "sqlite" else Date())

    def process_bind_param(self, value: date | None, dialect: Dialect) -> Any:
        """Store the day."""
        if value is None or dialect.name != "sqlite":
            return value
        return value.toordinal()

    def process_result_value(self, value: Any, dialect: Dialect) -> date | None:
        """Give back the day."""
        if value is None or dialect.name != "sqlite":
            return value  # type: ignore[no-any-return]  # psycopg returns date
        return date.fromordinal(value)


class Money(TypeDecorator[Decimal]):
    """An amount with four decimals: `numeric` on PostgreSQL, ten-thousandths on SQLite."""

    impl = Numeric(18, MONEY_SCALE)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the storage of the dialect at hand."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(BigInteger())
        return dialect.type_descriptor(Numeric(18, MONEY_SCALE))

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Any:
        """Store it exactly; more than four decimals is a bug of ours."""
        if value is None or dialect.name != "sqlite":
            return value
        scaled = value.scaleb(MONEY_SCALE)
        if scaled != scaled.to_integral_value():
            raise ValueError("money has at most four decimals")
        return int(scaled)

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        """Give back the exact amount."""
        if value is None or dialect.name != "sqlite":
            return value  # type: ignore[no-any-return]  # psycopg returns Decimal
        return Decimal(value).scaleb(-MONEY_SCALE)


class Measure(Money):
    """A measured quantity (metres, kilograms) with four decimals, stored as exactly as money."""

    cache_ok = True


SCALARS = frozenset({str, int, float, bool, type(None)})
"""Most members of a document, told apart by their type alone: a third of the time."""


@lru_cache(maxsize=1024)
def _in_order(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names of members as `jsonb` orders them; most documents have the same ones."""
    return tuple(sorted(names, key=lambda name: (len(str(name).encode()), str(name).encode())))


def as_jsonb_orders(value: Any) -> Any:
    """Return a document with its members in the order that `jsonb` keeps: short names first.

    What is read back then looks the same whatever the database.
    """
    if type(value) in SCALARS:
        return value
    if isinstance(value, Mapping):
        return {name: as_jsonb_orders(value[name]) for name in _in_order(tuple(value))}
    if isinstance(value, list | tuple) and value and isinstance(value[0], Mapping | list | tuple):
        return [as_jsonb_orders(one) for one in value]
    return value


class Json(TypeDecorator[Any]):
    """A document kept whole: `jsonb` on PostgreSQL, text on SQLite."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the storage of the dialect at hand."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(JSONB(none_as_null=True))
        return dialect.type_descriptor(Text())

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """Serialise for SQLite; the PostgreSQL type does its own."""
        if value is None or dialect.name == "postgresql":
            return value
        document = as_jsonb_orders(value)
        return json.dumps(document, separators=(",", ":"), ensure_ascii=False, allow_nan=False)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """Parse what SQLite kept as text."""
        if value is None or dialect.name == "postgresql":
            return value
        return json.loads(value)


@compiles(Boolean, "sqlite")
def _strict_boolean(_type: Boolean, _compiler: Any, **_: Any) -> str:
    """STRICT tables know no BOOLEAN."""
    return "INTEGER"


@compiles(BigInteger, "sqlite")
def _strict_integer(_type: BigInteger, _compiler: Any, **_: Any) -> str:
    """STRICT tables know no BIGINT; an SQLite INTEGER has 64 bits."""
    return "INTEGER"


@compiles(String, "sqlite")
def _strict_text(_type: String, _compiler: Any, **_: Any) -> str:
    """STRICT tables know no VARCHAR."""
    return "TEXT"


@compiles(Text, "sqlite")
def _strict_long_text(_type: Text, _compiler: Any, **_: Any) -> str:
    """The same for text without a limit."""
    return "TEXT"


@compiles(Float, "sqlite")
def _strict_real(_type: Float[float], _compiler: Any, **_: Any) -> str:
    """STRICT tables know no FLOAT."""
    return "REAL"
