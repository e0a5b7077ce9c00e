"""The statement that stores events once, and the question what stands under an id.

On SQLite the events' own unique key decides. On PostgreSQL, where months can be taken out, their
ids are a table of their own, with a digest of the content: repetition and conflict are told from
it, whether or not the event itself is still there.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Column, Text, bindparam, cast, column, exists, func, select, true
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from app.catalog.signals import styles_changed
from app.catalog.tables import Sku
from app.database.inserting import insert_new
from app.database.upsert import Row, by_key, is_sqlite, one_of, table_of
from app.jobs.work import marking_due, marks_due
from app.parties.tables import Brand
from app.sales.digests import digest
from app.sales.queries import Content, stored_contents
from app.sales.tables import EventId, SalesRow

KEY = ("brand_id", "event_id")


class ZoneChanged(Exception):
    """The brand's time zone, by which the events got their days, is another one by now."""


def store_once(
    session: Session,
    brand_id: int,
    rows: Sequence[Row],
    *,
    timezone: str | None,
    styles: Mapping[int, int],
    at: datetime,
) -> set[str]:
    """Store one brand's events whose ids are new and mark their styles due; return these ids.

    One statement on PostgreSQL, so that it may be a transaction of its own. A concurrent
    transaction with one of the ids is waited for.

    Args:
        session: On SQLite in the transaction that the time zone was read in.
        brand_id: Whose events they are.
        rows: The events; ids within must be unique.
        timezone: The zone that gave them their days; it stays until they are stored.
        styles: The style of each SKU, by ids.
        at: The service's time.

    Raises:
        ZoneChanged: If the brand has another time zone; nothing is stored.
    """
    if not rows:
        return set()
    if is_sqlite(session):
        stored = {key[1] for key in insert_new(session, SalesRow, rows, key=KEY)}
        sold = {styles[row["sku_id"]] for row in rows if row["event_id"] in stored}
        styles_changed(session, brand_id, sold, at=at)
        return stored
    ordered = [
        {**row, "digest": digest(_content_of(row)), "style_id": styles[row["sku_id"]]}
        for row in by_key(rows, KEY)
    ]
    given = {
        "new_rows": json.dumps(ordered, default=str),
        "held_id": brand_id,
        "timezone": timezone,
    }
    given |= marks_due(brand_id, at=at, signal_at=at)
    found = session.connection().scalars(_storing(tuple(rows[0])), given).all()
    if not found:
        raise ZoneChanged
    return {event_id for event_id in found if event_id is not None}


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
    """Make PostgreSQL's statement once; it takes the new rows as one document of JSON.

    An array for each column takes psycopg, which walks them in Python, three times as long.

    It returns a row for each event that was stored, or one without an id, and none at all where
    the time zone is another one.
    """
    events, ids, brands = table_of(SalesRow), table_of(EventId), table_of(Brand)
    columns: list[Column[Any]] = [events.c[name] for name in names]
    columns += [ids.c.digest, table_of(Sku).c.style_id]
    document = cast(bindparam("new_rows", type_=Text()), postgresql.JSON)
    given = func.json_to_recordset(document).table_valued(
        *(column(one.name, one.type) for one in columns), name="given"
    )
    new = select(given.render_derived(with_types=True)).cte("new_rows")
    held = (
        select(brands.c.id)
        .where(brands.c.id == bindparam("held_id"), brands.c.timezone == bindparam("timezone"))
        .with_for_update(read=True, key_share=True)
        .cte("held")
    )
    fresh = (
        postgresql.insert(ids)
        .from_select(
            [*KEY, "digest"],
            # EXISTS, not a join, which could lose the order in which everybody writes ids.
            select(new.c.brand_id, new.c.event_id, new.c.digest).where(exists(select(held.c.id))),
        )
        .on_conflict_do_nothing(index_elements=list(KEY))
        .returning(ids.c.event_id)
        .cte("fresh")
    )
    is_fresh = new.c.event_id == fresh.c.event_id
    source = select(*(new.c[name] for name in names)).join(fresh, is_fresh)
    stored = postgresql.insert(events).from_select(list(names), source).cte("stored")
    sold = select(new.c.style_id).join(fresh, is_fresh).distinct().subquery("sold")
    marked = marking_due(sold.c.style_id).cte("marked")
    return (
        select(fresh.c.event_id).select_from(held.outerjoin(fresh, true())).add_cte(stored, marked)
    )
