"""Every sale counts on the calendar day that its instant had in its brand's time zone."""

from collections.abc import Generator
from datetime import date

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app.clock.time import local_day
from app.parties.tables import Brand
from app.sales.tables import SalesRow
from app.verification.finding import Finding

EVENTS_AT_ONCE = 200_000
"""By their ids, so that the database needs room to group so many and no more."""


def misplaced_sales(session: Session) -> Generator[Finding]:
    """Find events stored under another day than their own: their demand lies where it was not.

    Where the first and the last event of a day are its own, so are all between.
    """
    brands = {brand.id: brand for brand in session.scalars(select(Brand))}
    first = session.scalar(select(func.min(SalesRow.id)))
    while first is not None:
        last = first + EVENTS_AT_ONCE
        part = SalesRow.id.between(first, last)
        query = (
            select(
                SalesRow.brand_id,
                SalesRow.day,
                func.min(SalesRow.occurred_at),
                func.max(SalesRow.occurred_at),
            )
            .where(part)
            .group_by(SalesRow.brand_id, SalesRow.day)
            .order_by(SalesRow.brand_id, SalesRow.day)
        )
        for brand_id, day, earliest, latest in session.execute(query).all():
            zone = brands[brand_id].timezone
            if {local_day(earliest, zone), local_day(latest, zone)} != {day}:
                yield from _misplaced_on(session, brands[brand_id], day, part)
        first = session.scalar(select(func.min(SalesRow.id)).where(SalesRow.id > last))


def _misplaced_on(
    session: Session, brand: Brand, day: date, part: ColumnElement[bool]
) -> Generator[Finding]:
    query = select(SalesRow.event_id, SalesRow.occurred_at).where(
        part, SalesRow.brand_id == brand.id, SalesRow.day == day
    )
    for event_id, occurred_at in session.execute(query.order_by(SalesRow.id)).all():
        own = local_day(occurred_at, brand.timezone)
        if own != day:
            yield Finding("sales", f"{brand.code}/{event_id}", f"on {day}, sold on {own}")
