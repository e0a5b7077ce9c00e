"""What a decision says once it is money and days."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from app.catalog.ingest import put_styles
from app.database.database import Database
from app.parties.tables import Factory
from app.sourcing.ingest import put_offer
from tests.refresh.shop import AT, draft, offer, open_shop, refresh, sell, standing


@pytest.mark.parametrize(
    ("last_day", "order_by"),
    [
        (None, date(2026, 3, 4)),
        (date(2026, 3, 18), date(2026, 3, 4)),
        (date(2026, 3, 17), date(2026, 3, 3)),
    ],
)
def test_time_to_answer_ends_where_the_run_would_come_after_the_last_day(
    database: Database, last_day: date | None, order_by: date
) -> None:
    brand = open_shop(database, "S2")
    with database.write() as session:
        put_styles(session, brand.id, [replace(draft("S2"), end_of_life_date=last_day)], at=AT)
        sell(session, brand, "S2", a_day=40)

    refresh(database)

    with database.read() as session:
        [issued] = standing(session)
        assert (issued.order_by, (issued.need_by - issued.order_by).days) == (order_by, 14)


def test_the_cash_committed_is_the_total_cost_to_the_last_decimal(database: Database) -> None:
    brand = open_shop(database, "S2")
    with database.write() as session:
        dearer = replace(offer(), price_breaks=((1, Decimal("14.0003")),))
        put_offer(session, session.scalars(select(Factory.id)).one(), dearer, at=AT)
        sell(session, brand, "S2")

    refresh(database)

    with database.read() as session:
        [issued] = standing(session)
        assert Decimal(issued.economics["cash_committed"]) == issued.total_cost
        assert issued.total_cost == issued.quantity * Decimal("14.0003") + 50
