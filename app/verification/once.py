"""Every event counts once: its id is known, and closed months stand at what they came to."""

from collections.abc import Generator

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from app.database.upsert import is_sqlite
from app.demand.closed_queries import units
from app.demand.tables import ClosedDay
from app.sales.months import closed_months, months_after
from app.sales.tables import ClosedMonth, EventId, SalesRow
from app.verification.finding import Finding


def miscounted_events(session: Session) -> Generator[Finding]:
    """Find events without an id, ids without an event, and closed months that changed.

    Ids of closed months are only counted: what they name is not there any more. On SQLite the
    events' unique key holds by itself.
    """
    if is_sqlite(session):
        return
    is_known = exists().where(
        EventId.brand_id == SalesRow.brand_id, EventId.event_id == SalesRow.event_id
    )
    for event_id in session.scalars(select(SalesRow.event_id).where(~is_known)):
        yield Finding("sales", event_id, "has no id that keeps it from counting again")
    ids = session.scalar(select(func.count()).select_from(EventId)) or 0
    there = session.scalar(select(func.count()).select_from(SalesRow)) or 0
    closed = session.scalar(select(units(ClosedMonth.events))) or 0
    if ids != there + closed:
        detail = f"{ids} ids, {there} events and {closed} of closed months"
        yield Finding("sales", "events", detail)
    for month in closed_months(session):
        told = (ClosedDay.told_on >= month.month, ClosedDay.told_on < months_after(month.month, 1))
        every = ClosedDay.sold + ClosedDay.cancelled + ClosedDay.returned
        kept = session.scalar(select(units(every)).where(*told))
        if kept != month.units:
            detail = f"{month.units} units were taken out, its days add up to {kept}"
            yield Finding("sales", f"{month.month:%Y-%m}", detail)
