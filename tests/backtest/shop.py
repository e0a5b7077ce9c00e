"""A brand with eleven weeks of sales of two styles, and a backtest of its last three."""

from datetime import date, timedelta

from sqlalchemy.orm import Session

from app.backtest.reading import Stage, Wish, set_stage
from app.database.database import Database
from app.parties.refs import BrandRef
from app.sales.ingest import SalesEvent, store_sales
from tests.refresh.shop import AT, open_shop, sell

UNTIL = date(2026, 3, 2)
WEEKS = 3
STYLES = ("S1", "S2")


def shop_with_a_past(database: Database) -> BrandRef:
    brand = open_shop(database, *STYLES)
    with database.write() as session:
        for code, a_day in zip(STYLES, (4, 1), strict=True):
            sell(session, brand, code, days=77, a_day=a_day)
    return brand


def sell_more(session: Session, brand: BrandRef, sku: str, *, days_ago: int, units: int) -> None:
    event = SalesEvent(
        event_id=f"more-{sku}-{days_ago}",
        sku=sku,
        kind="sale",
        quantity=units,
        occurred_at=AT - timedelta(days=days_ago),
    )
    store_sales(session, brand, [event], at=AT)


def staged(database: Database, brand: BrandRef, *, styles: int = 10, weeks: int = WEEKS) -> Stage:
    return set_stage(database, brand, Wish(UNTIL, weeks, styles, paths=64))
