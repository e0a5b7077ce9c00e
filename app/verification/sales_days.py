"""Every sale counts on the calendar day that its instant had in its brand's time zone."""

from collections.abc import Generator

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock.time import zone
from app.parties.tables import Brand
from app.sales.tables import SalesRow
from app.verification.finding import Finding

ROWS_READ_TOGETHER = 10_000


def misplaced_sales(session: Session) -> Generator[Finding]:
    """Find events stored under another day than their own: their demand lies where it was not."""
    for brand in session.scalars(select(Brand).order_by(Brand.id)):
        local = zone(brand.timezone)
        query = (
            select(SalesRow.event_id, SalesRow.occurred_at, SalesRow.day)
            .where(SalesRow.brand_id == brand.id)
            .execution_options(yield_per=ROWS_READ_TOGETHER)
        )
        with session.execute(query) as events:
            for event_id, occurred_at, day in events:
                own = occurred_at.astimezone(local).date()
                if own != day:
                    yield Finding("sales", f"{brand.code}/{event_id}", f"on {day}, sold on {own}")
