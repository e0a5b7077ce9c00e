"""The statements that the two databases spell differently, but for `touching`'s."""

import json
from collections.abc import Sequence
from datetime import date
from itertools import chain
from operator import itemgetter
from typing import Any, Literal, TypeVar

from sqlalchemy import (
    ARRAY,
    Column,
    ColumnElement,
    Float,
    Integer,
    Select,
    Table,
    bindparam,
    cast,
    column,
    func,
    select,
    text,
    type_coerce,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import InstrumentedAttribute, Session

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
    anew; a JSON array and a typed array avoid both.
    """
    stored = attribute.property.columns[0]
    if is_sqlite(session):
        return attribute.in_(select(_listed(session, values, stored)))
    array = bindparam(None, list(values), type_=ARRAY(stored.type), unique=True)
    return attribute == func.any(array)


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
    session.connection().execute(statement, _sorted(rows, key))


def accumulate(
    session: Session, model: Model, rows: Sequence[Row], *, key: Sequence[str], amount: str
) -> None:
    """Insert the rows; where the key exists, add to what is stored."""
    if not rows:
        return
    statement = _insert(session, model)
    added = _table(model).c[amount] + statement.excluded[amount]
    statement = statement.on_conflict_do_update(index_elements=list(key), set_={amount: added})
    session.connection().execute(statement, _sorted(rows, key))


def _listed(session: Session, values: Sequence[Any], of: Column[Any]) -> ColumnElement[Any]:
    """Return the values as rows, bound as one parameter."""
    if is_sqlite(session):
        return func.json_each(_json(session, values, of)).table_valued("value").c.value
    array = bindparam(None, list(values), type_=ARRAY(of.type), unique=True)
    return func.unnest(array).column_valued("value")


def _json(session: Session, values: Sequence[Any], of: Column[Any]) -> str:
    """Write values as SQLite stores them."""
    stored = of.type.bind_processor(session.get_bind().dialect)
    return json.dumps([stored(value) for value in values] if stored else list(values))


def insert_new(
    session: Session, model: Model, rows: Sequence[Row], *, key: Sequence[str]
) -> set[tuple[Any, ...]]:
    """Insert the rows whose key is not stored; return the keys that were inserted.

    Rows are written in key order, so that two transactions with the same rows wait for each
    other and do not deadlock. A concurrent transaction with the same key is waited for; after
    that, a SELECT of the caller sees what it stored. Keys within `rows` must be unique; the last
    part of the key may vary, the others must be the same in all rows on SQLite.
    """
    if not rows:
        return set()
    ordered = _sorted(rows, key)
    if is_sqlite(session):
        return _insert_new_sqlite(session, model, ordered, key)
    table = _table(model)
    columns: list[Column[Any]] = [table.c[name] for name in ordered[0]]
    arrays = [
        bindparam(
            None,
            [row[c.name] for row in ordered],
            type_=ARRAY(c.type, dimensions=1),  # a list in a JSON column is one value
            unique=True,
        )
        for c in columns
    ]
    source = func.unnest(*arrays).table_valued(
        *(column(c.name, c.type) for c in columns), name="new_rows"
    )
    statement = (
        postgresql.insert(table)
        .from_select([c.name for c in columns], select(source.render_derived()))
        .on_conflict_do_nothing(index_elements=list(key))
        .returning(*(table.c[name] for name in key))
    )
    return {tuple(row) for row in session.connection().execute(statement)}


def _insert_new_sqlite(
    session: Session, model: Model, rows: Sequence[Row], key: Sequence[str]
) -> set[tuple[Any, ...]]:
    """Look first, then insert: the transaction already holds SQLite's only write lock."""
    *fixed, varying = key
    attribute = getattr(model, varying)
    query = select(attribute).where(one_of(session, attribute, [row[varying] for row in rows]))
    for name in fixed:
        query = query.where(getattr(model, name) == rows[0][name])
    stored = set(session.scalars(query))
    fresh = [row for row in rows if row[varying] not in stored]
    _insert_many_sqlite(session, _table(model), fresh)
    return {tuple(row[name] for name in key) for row in fresh}


ROWS_A_STATEMENT = 500
"""SQLite takes 32,766 parameters a statement; twice as many rows were no faster."""


def _insert_many_sqlite(session: Session, table: Table, rows: Sequence[Row]) -> None:
    """Insert rows as plain tuples, hundreds a statement.

    SQLAlchemy needs 11 ms more for 1,000 rows to make a dictionary of parameters for each, which
    no statement here uses. A statement for each row gives the interpreter away and takes it back
    a thousand times: with other requests being parsed meanwhile, that took half as long again.
    """
    dialect = session.get_bind().dialect
    columns = []
    for name in rows[0] if rows else ():
        stored = table.c[name].type.bind_processor(dialect)
        given = [row[name] for row in rows]
        columns.append([stored(value) for value in given] if stored else given)
    plain = list(zip(*columns, strict=True))
    for first in range(0, len(plain), ROWS_A_STATEMENT):
        part = plain[first : first + ROWS_A_STATEMENT]
        quoted = ", ".join(dialect.identifier_preparer.quote(name) for name in rows[0])
        marks = ", ".join([f"({', '.join('?' * len(columns))})"] * len(part))
        statement = f"INSERT INTO {table.name} ({quoted}) VALUES {marks}"  # noqa: S608  our own names
        session.connection().exec_driver_sql(statement, tuple(chain.from_iterable(part)))


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
    return dialect.insert(_table(model))


def _table(model: Model) -> Table:
    table = model.__table__
    assert isinstance(table, Table)
    return table


def _sorted(rows: Sequence[Row], key: Sequence[str]) -> list[Row]:
    return sorted(rows, key=itemgetter(*key))
