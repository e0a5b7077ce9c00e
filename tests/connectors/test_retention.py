"""Ids of deliveries are forgotten in time; what they told is not told twice by that."""

from datetime import timedelta

from sqlalchemy import select

from app.connectors.retention import prune_deliveries
from app.connectors.tables import Delivery
from tests.connectors.shop import Shop, line, order
from tests.sales.shop import AT


def test_a_delivery_repeated_after_it_was_forgotten_changes_nothing(shop: Shop) -> None:
    sold = order([line(1, "A", 5)])
    shop.told("orders/create", sold, delivery_id="first")
    shop.told("orders/create", order([line(1, "A", 1)], id=2), delivery_id="last")
    with shop.database.write() as session:
        first = session.scalars(select(Delivery).where(Delivery.delivery_id == "first")).one()
        first.received_at = AT - timedelta(days=40)

    pruned = prune_deliveries(shop.database, before=AT - timedelta(days=30))

    assert pruned == 1
    assert shop.told("orders/create", sold, delivery_id="first") == "applied"
    assert shop.units("A") == (6, 0)


def test_the_last_delivery_of_a_connection_stays(shop: Shop) -> None:
    shop.told("orders/create", order([line(1, "A", 5)]))

    pruned = prune_deliveries(shop.database, before=AT + timedelta(days=365))

    shown = shop.client.get("/v1/connections/web-shop").json()
    assert pruned == 0
    assert shown["last_delivery_at"] is not None
