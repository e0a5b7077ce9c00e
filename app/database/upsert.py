"""The statements that the two databases spell differently, but for those made once and kept.

Those are `touching`'s and `inserting`'s.
"""

import json
from collections.abc import Sequence
from datetime import date
from operator import itemgetter
from typing import Any, Literal, TypeVar

from sqlalchemy import (
    ARRAY,
    BindParameter,
    Column,
    ColumnElement,
    Float,
    Integer,
    Select,
    Table,
    Text,
    bindparam,
    cast,
    func,
    select,
    text,
    type_coerce,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.types import TypeEngine

from app.database.base import Base, Json

Row = dict[str, Any]
Model = type[Base]


def is_sqlite(session: Session) -> bool:
    """Say which of the two databases this session talks to."""
    return session.get_bind().dialect.name == "sqlite"


def one_of(
    session: Session, attribute: InstrumentedAttribute[Any], values: Sequence[Any]
) -> ColumnElement[bool]:
    """Return the condition `attribute IN values` with one bound parameter, for any count.

    SQLite allows 32,766 parameters a statement and PostgreSQL plans each length of a list
    anew; a JSON array and a typed array avoid both. For a statement that is made once, `among`.
    """
    type_ = attribute.property.columns[0].type
    given = as_list(session, values, type_)
    if is_sqlite(session):
        return attribute.in_(_members(bindparam(None, given, type_=Text(), unique=True)))
    return attribute == func.any(bindparam(None, given, type_=ARRAY(type_), unique=True))


def among(column: Column[Any], name: str, *, on_sqlite: bool) -> ColumnElement[bool]:
    """Return the condition that a column is one of what `as_list` makes, given under a name."""
    if on_sqlite:
        return column.in_(_members(bindparam(name, type_=Text())))
    return column == func.any(bindparam(name, type_=ARRAY(column.type)))


def as_list(session: Session, values: Sequence[Any], type_: TypeEngine[Any]) -> Any:
    """Return values of a column as one parameter: JSON on SQLite, else an array."""
    if not is_sqlite(session):
        return list(values)
    stored = type_.bind_processor(session.get_bind().dialect)
    return json.dumps([stored(value) for value in values] if stored else list(values))


def _members(array: BindParameter[Any]) -> Select[Any]:
    return select(func.json_each(array).table_valued("value").c.value)


def json_member(
    session: Session, document: InstrumentedAttribute[Any], name: str
) -> ColumnElement[Any]:
    """Return one member of a stored JSON document, an object or array, without reading the rest."""
    if is_sqlite(session):
        return type_coerce(func.json_extract(document, f"$.{name}"), Json)
    return type_coerce(func.jsonb_extract_path(document, name), Json)


def json_number(
    session: Session, document: InstrumentedAttribute[Any], name: str
) -> ColumnElement[float]:
    """Return a number that a stored JSON document holds as text or number; NULL for none."""
    if is_sqlite(session):
        return cast(func.json_extract(document, f"$.{name}"), Float)
    return cast(func.jsonb_extract_path_text(document, name), Float)


def is_monday(session: Session, day: InstrumentedAttribute[date]) -> ColumnElement[bool]:
    """Return the condition that a stored day is a Monday."""
    if is_sqlite(session):
        return cast(day, Integer) % 7 == 1  # its ordinal
    return func.extract("isodow", day) == 1


def upsert(session: Session, model: Model, rows: Sequence[Row], *, key: Sequence[str]) -> None:
    """Insert the rows; where the key exists, the new values win."""
    if not rows:
        return
    changed = [name for name in rows[0] if name not in key]
    statement = _insert(session, model)
    statement = statement.on_conflict_do_update(
        index_elements=list(key), set_={name: statement.excluded[name] for name in changed}
    )
    session.connection().execute(statement, by_key(rows, key))


def accumulate(
    session: Session, model: Model, rows: Sequence[Row], *, key: Sequence[str], amount: str
) -> None:
    """Insert the rows; where the key exists, add to what is stored."""
    if not rows:
        return
    statement = _insert(session, model)
    added = table_of(model).c[amount] + statement.excluded[amount]
    statement = statement.on_conflict_do_update(index_elements=list(key), set_={amount: added})
    session.connection().execute(statement, by_key(rows, key))


Query = TypeVar("Query", bound=Select[*tuple[Any, ...]])


def skip_locked(session: Session, query: Query) -> Query:
    """Lock the rows that nobody else holds; on SQLite the one writer holds everything."""
    return query if is_sqlite(session) else query.with_for_update(skip_locked=True)


TURNS = {"brand": 7203118, "factory": 7203119}
"""Numbers that nobody else in the database uses, one for each kind of thing to take turns on."""


def take_turn(session: Session, kind: Literal["brand", "factory"], key: int) -> None:
    """Let one transaction at a time go on for this key; SQLite has one writer anyway."""
    if not is_sqlite(session):
        statement = text("SELECT pg_advisory_xact_lock(:kind, :key)")
        session.execute(statement, {"kind": TURNS[kind], "key": key})


def notify(session: Session, channel: str, payload: str) -> None:
    """Tell whoever listens once this is committed; on SQLite they see the file change."""
    if not is_sqlite(session):
        statement = text("SELECT pg_notify(:channel, :payload)")
        session.execute(statement, {"channel": channel, "payload": payload})


def _insert(session: Session, model: Model) -> Any:
    dialect = sqlite if is_sqlite(session) else postgresql
    return dialect.insert(table_of(model))


def table_of(model: Model) -> Table:
    """Return the table of a model."""
    table = model.__table__
    assert isinstance(table, Table)
    return table


def by_key(rows: Sequence[Row], key: Sequence[str]) -> list[Row]:
    """Return rows in the order of their key, in which everybody writes them."""
    return sorted(rows, key=itemgetter(*key))
