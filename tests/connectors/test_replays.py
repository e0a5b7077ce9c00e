"""What waited for a SKU or a mapping is used by itself once it is there."""

from sqlalchemy import update

from app.connectors.replays import Replays
from app.connectors.tables import ShopOrder
from tests.connectors.shop import Shop, level, line, order, standard_headers
from tests.sales.shop import AT, add_style

KEY = b"0123456789abcdef0123456789abcdef"
WHSEC = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="


def looked(shop: Shop) -> bool:
    return Replays(shop.database, sandbox=True).step()


def test_an_order_is_used_once_its_sku_is_in_the_catalog(shop: Shop) -> None:
    shop.told("orders/create", order([line(1, "A", 5), line(2, "C", 2)]))
    before = looked(shop)
    with shop.database.write() as session:
        add_style(session, shop.brand, "S3", ["C"])

    after = looked(shop)

    assert (before, after) == (False, True)
    assert (shop.units("A"), shop.units("C")) == ((5, 0), (2, 0))
    assert shop.waiting() == []
    assert looked(shop) is False


def test_an_order_and_a_level_are_used_once_their_items_are_mapped(shop: Shop) -> None:
    shop.told("orders/create", order([line(1, None, 5)]))
    shop.told("inventory_levels/update", level(7, "2026-03-02T09:00:00Z"))
    items = [{"item": "7001", "sku": "B"}, {"item": "808950810", "sku": "A"}]
    shop.client.put("/v1/sku-map/web", {"items": items})

    looked(shop)

    assert shop.units("B") == (5, 0)
    assert shop.waiting() == []


def test_what_still_lacks_a_sku_goes_on_waiting_for_that_one(shop: Shop) -> None:
    shop.told("orders/create", order([line(1, "C", 5), line(2, "D", 2)]))
    with shop.database.write() as session:
        add_style(session, shop.brand, "S3", ["C"])

    used = [looked(shop), looked(shop)]

    [entry] = shop.waiting()
    assert used == [True, False]
    assert shop.units("C") == (5, 0)
    assert [one["pointer"] for one in entry["errors"]] == ["/line_items/1/sku"]


def test_an_event_of_ones_own_is_used_once_its_sku_is_in_the_catalog(shop: Shop) -> None:
    shop.connect(platform="standard", secrets=[WHSEC])
    event = {"event_id": "e1", "sku": "C", "kind": "sale", "quantity": 3}
    body = {"events": [{**event, "occurred_at": "2026-03-02T09:00:00Z"}]}
    told = shop.send(body, standard_headers(body, KEY, AT))
    with shop.database.write() as session:
        add_style(session, shop.brand, "S3", ["C"])

    looked(shop)

    assert told.json() == {"status": "quarantined"}
    assert shop.units("C") == (3, 0)
    assert shop.waiting() == []


def test_one_that_cannot_be_tried_keeps_no_other_from_it(shop: Shop) -> None:
    shop.told("orders/create", order([line(1, "C", 5)]))
    shop.told("orders/create", order([line(1, "C", 2)], id=450789470))
    with shop.database.write() as session:
        broken = update(ShopOrder).where(ShopOrder.order_key == "450789469")
        session.execute(broken.values(state={"snapshot": "torn"}))
        add_style(session, shop.brand, "S3", ["C"])

    looked(shop)

    assert shop.units("C") == (2, 0)
    assert len(shop.waiting()) == 1


def test_the_map_of_another_channel_changes_nothing(shop: Shop) -> None:
    shop.told("orders/create", order([line(1, None, 5)]))
    shop.client.put("/v1/sku-map/stores", {"items": [{"item": "7001", "sku": "B"}]})

    assert looked(shop) is False
    assert len(shop.waiting()) == 1
