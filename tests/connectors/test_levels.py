"""Stock as Shopify tells it: by item, location and time."""

from itertools import permutations

from sqlalchemy import select

from app.catalog.tables import Sku
from app.stock.tables import StockLevel
from tests.connectors.shop import Shop, level

MAP = {"items": [{"item": "808950810", "sku": "A"}, {"item": "808950811", "sku": "A"}]}
EIGHT, NINE, TEN = (f"2026-03-02T{hour:02}:00:00+01:00" for hour in (8, 9, 10))


def levels(shop: Shop) -> list[tuple[str, int]]:
    """Return hour in UTC and units of each stored level, earliest first."""
    with shop.database.read() as session:
        query = select(StockLevel.as_of, StockLevel.on_hand).join(Sku, Sku.id == StockLevel.sku_id)
        rows = session.execute(query.order_by(StockLevel.as_of)).all()
    return [(f"{at:%H:%M}", units) for at, units in rows]


def test_a_level_is_reported_as_of_its_time(shop: Shop) -> None:
    shop.client.put("/v1/sku-map/web", MAP)

    told = shop.told("inventory_levels/update", level(6, EIGHT))

    assert told == "applied"
    assert levels(shop) == [("07:00", 6)]


def test_locations_and_items_of_one_sku_add_up(shop: Shop) -> None:
    shop.client.put("/v1/sku-map/web", MAP)

    shop.told("inventory_levels/update", level(6, EIGHT, location=1))
    shop.told("inventory_levels/update", level(4, NINE, location=2))
    shop.told("inventory_levels/update", level(1, TEN, location=1, item=808950811))

    assert levels(shop) == [("07:00", 6), ("08:00", 10), ("09:00", 11)]


def test_locations_that_are_not_listed_do_not_count(shop: Shop) -> None:
    shop.client.put("/v1/sku-map/web", MAP)
    shop.connect(location_ids=["1"])

    shop.told("inventory_levels/update", level(6, EIGHT, location=1))
    shop.told("inventory_levels/update", level(4, NINE, location=2))

    assert levels(shop) == [("07:00", 6)]


def test_levels_are_the_same_in_whatever_order_they_come(shop: Shop) -> None:
    readings = [
        level(6, EIGHT, location=1),
        level(4, NINE, location=2),
        level(2, TEN, location=1),
        level(0, "2026-03-02T11:00:00+01:00", location=2),
    ]
    shop.client.put("/v1/sku-map/web", MAP)

    seen = set()
    for order in permutations(readings):
        for reading in order:
            shop.told("inventory_levels/update", reading)
        seen.add(tuple(levels(shop)))
        with shop.database.write() as session:
            session.connection().exec_driver_sql("DELETE FROM shop_levels")
            session.connection().exec_driver_sql("DELETE FROM stock_levels")

    assert seen == {(("07:00", 6), ("08:00", 10), ("09:00", 6), ("10:00", 2))}


def test_less_than_nothing_is_nothing_and_what_is_not_tracked_says_nothing(shop: Shop) -> None:
    shop.client.put("/v1/sku-map/web", MAP)

    told = [
        shop.told("inventory_levels/update", level(-3, EIGHT)),
        shop.told("inventory_levels/update", level(None, NINE)),
    ]

    assert told == ["applied", "ignored"]
    assert levels(shop) == [("07:00", 0)]


def test_an_item_that_is_not_mapped_waits_with_all_that_was_read_of_it(shop: Shop) -> None:
    shop.told("inventory_levels/update", level(6, EIGHT))
    shop.told("inventory_levels/update", level(5, NINE))
    [entry] = shop.waiting()
    shop.client.put("/v1/sku-map/web", MAP)

    replayed = shop.replay(entry["id"])

    assert (entry["kind"], entry["errors"][0]["code"]) == ("item", "unmapped_item")
    assert replayed["status"] == "resolved"
    assert levels(shop) == [("07:00", 6), ("08:00", 5)]
