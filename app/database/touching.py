"""The statement that marks rows, spelled differently by the two databases; made once and kept."""

import json
from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import ARRAY, BindParameter, ColumnElement, bindparam, func, select, true
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

from app.database.upsert import Model, Row, is_sqlite, table_of


def given(name: str, type_: TypeEngine[Any]) -> BindParameter[Any]:
    """Return what a row that is touched was given for a column, for the values that it sets."""
    return bindparam(f"given_{name}", type_=type_)


def touch(
    session: Session,
    model: Model,
    keys: Sequence[int],
    *,
    key: str,
    row: Row,
    values: tuple[tuple[str, ColumnElement[Any]], ...],
) -> None:
    """Insert a row for each key; where it exists, set `values` (which may read the stored row).

    One statement for all keys, in their order.

    Args:
        session: In a write transaction.
        model: The table.
        keys: Values of the integer column `key`.
        key: The name of that column.
        row: The other columns, the same for every new row.
        values: What changes in a row that exists; made once, with `given()` for what is new.
    """
    if not keys:
        return
    ordered = sorted(set(keys))
    parameters = given_values(row)
    parameters["keys"] = json.dumps(ordered) if is_sqlite(session) else ordered
    statement = _touching(is_sqlite(session), model, key, tuple(row), values)
    session.connection().execute(statement, parameters)


def given_values(row: Row) -> Row:
    """Return the parameters of a statement of `touching` for the other columns of a new row."""
    return {f"given_{name}": value for name, value in row.items()}


def touching(
    model: Model,
    listed: ColumnElement[Any],
    *,
    key: str,
    others: Sequence[str],
    values: tuple[tuple[str, ColumnElement[Any]], ...],
    on_sqlite: bool = False,
) -> Any:
    """Return the statement of `touch` for keys that are listed, each once, by another one.

    It takes `given_values`.
    """
    table = table_of(model)
    columns = [given(name, table.c[name].type).label(name) for name in others]
    # SQLite reads ON CONFLICT after a SELECT as a join's ON, unless there is a WHERE.
    source = select(listed, *columns).where(true()).order_by(listed)
    dialect = sqlite if on_sqlite else postgresql
    return (
        dialect.insert(table)
        .from_select([key, *others], source, include_defaults=False)
        .on_conflict_do_update(index_elements=[key], set_=dict(values))
    )


@cache
def _touching(
    on_sqlite: bool,
    model: Model,
    key: str,
    others: tuple[str, ...],
    values: tuple[tuple[str, ColumnElement[Any]], ...],
) -> Any:
    """Make the statement once: to make it anew took half of a sale's time in the database layer."""
    listed: ColumnElement[Any]
    if on_sqlite:
        listed = func.json_each(bindparam("keys")).table_valued("value").c.value
    else:
        array = bindparam("keys", type_=ARRAY(table_of(model).c[key].type))
        listed = func.unnest(array).column_valued("value")
    return touching(model, listed, key=key, others=others, values=values, on_sqlite=on_sqlite)
