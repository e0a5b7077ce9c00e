"""When what was known of a style before a day counts as unchanged."""

from datetime import date, timedelta

import pytest

from app.database.database import Database
from app.demand.build import build_panels
from app.parties.refs import BrandRef
from app.sales.ingest import SalesEvent, store_sales
from app.stock.report import ReportedLevel, store_levels
from tests.sales.shop import AT, add_style, open_brand, utc

ORIGIN = date(2026, 4, 1)
FITTED_ON = date(2026, 3, 28)


def store(database: Database, brand: BrandRef, *events: tuple[str, str, int]) -> None:
    with database.write() as session:
        sales = [
            SalesEvent(f"{sku}-{day}", sku, "sale", units, utc(f"{day} 12:00"))
            for sku, day, units in events
        ]
        store_sales(session, brand, sales, at=AT)


def of_style(
    database: Database, brand: BrandRef, *styles: int, origin: date = ORIGIN
) -> tuple[str, str]:
    """Return the fingerprints of the first style at the origin and on the day it was fitted."""
    with database.read() as session:
        [panel] = build_panels(
            session, brand, styles, origin=origin, period_days=7, fitted_on={styles[0]: FITTED_ON}
        )
    [one] = [style for style in panel.styles if style.id == styles[0]]
    return one.fingerprint, one.earlier_fingerprint


@pytest.fixture
def shop(database: Database) -> tuple[BrandRef, int, int]:
    """A brand with a style of the last weeks, and one of the last two years."""
    with database.write() as session:
        brand = open_brand(session)
        young = add_style(session, brand, "S2", ["A"])
        old = add_style(session, brand, "S1", ["C"], launch_date=ORIGIN - timedelta(weeks=90))
    store(database, brand, ("A", "2026-03-10", 3), ("A", "2026-03-27", 2), ("C", "2024-08-01", 1))
    return brand, young, old


def test_it_is_the_same_whatever_else_is_read_with_it(
    database: Database, shop: tuple[BrandRef, int, int]
) -> None:
    brand, young, old = shop

    assert of_style(database, brand, young, old) == of_style(database, brand, young)


def test_what_was_known_on_a_day_is_the_same_on_a_later_one(
    database: Database, shop: tuple[BrandRef, int, int]
) -> None:
    brand, _, old = shop
    with database.read() as session:
        [panel] = build_panels(session, brand, [old], origin=FITTED_ON, period_days=7, fitted_on={})

    _, earlier = of_style(database, brand, old)

    assert earlier == panel.styles[0].fingerprint


def test_news_of_later_days_leaves_it_and_late_news_changes_it(
    database: Database, shop: tuple[BrandRef, int, int]
) -> None:
    brand, young, _ = shop
    now, earlier = of_style(database, brand, young)

    store(database, brand, ("A", "2026-03-29", 5))
    after_news, unmoved = of_style(database, brand, young)
    store(database, brand, ("A", "2026-03-20", 1))
    _, moved = of_style(database, brand, young)

    assert unmoved == earlier
    assert after_news != now
    assert moved != earlier


def test_a_stock_out_reported_late_changes_it(
    database: Database, shop: tuple[BrandRef, int, int]
) -> None:
    brand, young, _ = shop
    _, earlier = of_style(database, brand, young)

    with database.write() as session:
        store_levels(session, brand, [ReportedLevel("A", 0, utc("2026-03-15 08:00"))], at=AT)

    assert of_style(database, brand, young)[1] != earlier
