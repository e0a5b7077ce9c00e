"""Insert what is not stored yet: spelled differently by the two databases, made once and kept."""

from collections.abc import Sequence
from functools import cache
from itertools import chain
from typing import Any

from sqlalchemy import ARRAY, Column, Select, Table, bindparam, column, func, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from app.database.upsert import Model, Row, among, as_list, by_key, is_sqlite, table_of


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
    ordered = by_key(rows, key)
    if is_sqlite(session):
        return _insert_new_sqlite(session, model, ordered, key)
    statement = _inserting(model, tuple(ordered[0]), tuple(key))
    given = {f"new_{name}": [row[name] for row in ordered] for name in ordered[0]}
    return {tuple(row) for row in session.connection().execute(statement, given)}


@cache
def _inserting(model: Model, names: tuple[str, ...], key: tuple[str, ...]) -> Any:
    """Make the statement for PostgreSQL; it takes an array of the new values for each column."""
    table = table_of(model)
    columns: list[Column[Any]] = [table.c[name] for name in names]
    arrays = [
        # a list in a JSON column is one value, and so the array has one dimension
        bindparam(f"new_{one.name}", type_=ARRAY(one.type, dimensions=1))
        for one in columns
    ]
    source = func.unnest(*arrays).table_valued(
        *(column(one.name, one.type) for one in columns), name="new_rows"
    )
    return (
        postgresql.insert(table)
        .from_select(list(names), select(source.render_derived()))
        .on_conflict_do_nothing(index_elements=list(key))
        .returning(*(table.c[name] for name in key))
    )


def _insert_new_sqlite(
    session: Session, model: Model, rows: Sequence[Row], key: Sequence[str]
) -> set[tuple[Any, ...]]:
    """Look first, then insert: the transaction already holds SQLite's only write lock."""
    *fixed, varying = key
    table = table_of(model)
    given = {name: rows[0][name] for name in fixed}
    given["values"] = as_list(session, [row[varying] for row in rows], table.c[varying].type)
    stored = set(session.connection().scalars(_stored(model, tuple(fixed), varying), given))
    fresh = [row for row in rows if row[varying] not in stored]
    _insert_many_sqlite(session, table, fresh)
    return {tuple(row[name] for name in key) for row in fresh}


@cache
def _stored(model: Model, fixed: tuple[str, ...], varying: str) -> Select[Any]:
    """Make the question for SQLite: which of some values are stored beside the fixed ones?"""
    columns = table_of(model).c
    same = (columns[name] == bindparam(name) for name in fixed)
    return select(columns[varying]).where(among(columns[varying], "values", on_sqlite=True), *same)


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
