"""The statement that stores events once, and the question what stands under an id.

On SQLite the events' own unique key decides. On PostgreSQL, where months can be taken out, their
ids are a table of their own, with a digest of the content: repetition and conflict are told from
it, whether or not the event itself is still there.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import ARRAY, BigInteger, Column, bindparam, column, func, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from app.database.inserting import insert_new
from app.database.upsert import Row, by_key, is_sqlite, one_of, table_of
from app.sales.digests import digest
from app.sales.queries import Content, stored_contents
from app.sales.tables import EventId, SalesRow

KEY = ("brand_id", "event_id")


def store_once(session: Session, rows: Sequence[Row]) -> set[str]:
    """Store one brand's events whose ids are new, in one statement; return these ids.

    Ids within `rows` must be unique. A concurrent transaction with one of them is waited for.
    """
    if is_sqlite(session):
        return {key[1] for key in insert_new(session, SalesRow, rows, key=KEY)}
    if not rows:
        return set()
    ordered = by_key(rows, KEY)
    given = {f"new_{name}": [row[name] for row in ordered] for name in ordered[0]}
    given["new_digest"] = [digest(_content_of(row)) for row in ordered]
    statement = _storing(tuple(ordered[0]))
    return set(session.connection().scalars(statement, given))


def stored_digests(session: Session, brand_id: int, event_ids: Sequence[str]) -> dict[str, int]:
    """Return the digest of what stands under each of these ids, whatever its month."""
    if not event_ids:
        return {}
    if is_sqlite(session):
        contents = stored_contents(session, brand_id, event_ids)
        return {event_id: digest(content) for event_id, content in contents.items()}
    query = select(EventId.event_id, EventId.digest).where(
        EventId.brand_id == brand_id, one_of(session, EventId.event_id, event_ids)
    )
    return {row.event_id: row.digest for row in session.execute(query)}


def _content_of(row: Row) -> Content:
    return (
        row["sku_id"],
        row["kind"],
        row["quantity"],
        row["occurred_at"],
        row["unit_price"],
        row["channel"],
        row["order_id"],
    )


@cache
def _storing(names: tuple[str, ...]) -> Any:
    """Make PostgreSQL's statement once; it takes an array of the new values for each column."""
    events, ids = table_of(SalesRow), table_of(EventId)
    columns: list[Column[Any]] = [events.c[name] for name in names]
    arrays = [bindparam(f"new_{one.name}", type_=ARRAY(one.type)) for one in columns]
    digests = bindparam("new_digest", type_=ARRAY(BigInteger()))
    given = func.unnest(*arrays, digests).table_valued(
        *(column(one.name, one.type) for one in columns),
        column("digest", BigInteger()),
        name="given",
    )
    new = select(given.render_derived()).cte("new_rows")
    fresh = (
        postgresql.insert(ids)
        .from_select([*KEY, "digest"], select(new.c.brand_id, new.c.event_id, new.c.digest))
        .on_conflict_do_nothing(index_elements=list(KEY))
        .returning(ids.c.event_id)
        .cte("fresh")
    )
    source = select(*(new.c[name] for name in names)).join(
        fresh, fresh.c.event_id == new.c.event_id
    )
    return postgresql.insert(events).from_select(list(names), source).returning(events.c.event_id)
