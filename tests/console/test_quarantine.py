"""What shops sent and could not be used: explained, and made usable here."""

import pytest
from fastapi import FastAPI
from sqlalchemy import select

from app.audit.tables import AuditEntry
from app.database.database import Database
from app.sales.tables import SalesRow
from tests.connectors.shop import Shop, line, order
from tests.console.visiting import Visit, said
from tests.recommendations.scene import Scene, key_for
from tests.web.asgi import Client

HERE = "/console/b/acme/quarantine"


@pytest.fixture
def shop(app: FastAPI, database: Database, scene: Scene) -> Shop:
    """The brand's Shopify shop; an order of it waits for a SKU that nobody knows."""
    key = key_for(database, "brand", brand_id=scene.brand.id)
    made = Shop(database, scene.brand, Client(app, key), Client(app))
    made.connect()
    body = order([line(1, "S2-BLK-M", 2), line(2, "OLD-NAME", 3)])
    assert made.told("orders/create", body) == "quarantined"
    return made


def units_sold(database: Database) -> int:
    with database.read() as session:
        return sum(session.scalars(select(SalesRow.quantity)))


def test_an_order_that_waits_says_why_and_which_item_the_map_lacks(shop: Shop, bea: Visit) -> None:
    page, today = bea.open(HERE), bea.open("/console/b/acme/today")

    assert "One delivery of a shop waits in quarantine" in today.text
    assert "Order 450789469" in page.text
    assert "web-shop (Shopify)" in page.text
    assert "The brand has no SKU OLD-NAME" in page.text
    assert page.text.count("Map and try again") == 1


def test_an_item_that_is_mapped_here_is_used_at_once_and_the_map_keeps_what_it_had(
    shop: Shop, bea: Visit, database: Database
) -> None:
    shop.client.put("/v1/sku-map/web", {"items": [{"item": "808950810", "sku": "S2-BLK-M"}]})
    [waiting] = shop.waiting()

    page = bea.submit(bea.open(HERE), f"{HERE}/{waiting['id']}/map", sku="S2-BLK-L")

    known = shop.client.get("/v1/sku-map/web").json()["items"]
    with database.read() as session:
        actions = list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.seq)))
    assert said(page) == "OLD-NAME is S2-BLK-L from now on. All of it is used now."
    assert units_sold(database) == 5
    assert known == [
        {"item": "808950810", "sku": "S2-BLK-M"},
        {"item": "OLD-NAME", "sku": "S2-BLK-L"},
    ]
    assert actions[-2:] == ["sku_map.put", "quarantine.replayed"]
    assert "Nothing waits" in bea.open(HERE).text


def test_the_spaces_of_an_item_are_a_part_of_its_name(shop: Shop, bea: Visit) -> None:
    shop.told("orders/create", order([line(1, " A\N{NO-BREAK SPACE}B ", 4)], id=450789470))
    _, waiting = shop.waiting()

    page = bea.submit(bea.open(HERE), f"{HERE}/{waiting['id']}/map", sku="S2-BLK-L")

    assert said(page).endswith("All of it is used now.")


def test_an_item_that_is_no_goods_is_left_out_for_good(
    shop: Shop, bea: Visit, database: Database
) -> None:
    [waiting] = shop.waiting()

    bea.submit(bea.open(HERE), f"{HERE}/{waiting['id']}/map", leave_out="yes")

    assert shop.waiting() == []
    assert units_sold(database) == 2


def test_a_sku_that_the_brand_has_not_is_refused_in_words(shop: Shop, bea: Visit) -> None:
    [waiting] = shop.waiting()
    page = bea.open(HERE)

    unknown = bea.submit(page, f"{HERE}/{waiting['id']}/map", sku="S2-BLK-XXL")
    none = bea.submit(page, f"{HERE}/{waiting['id']}/map", sku="")

    assert said(unknown) == "Sku: the brand has no such SKU."
    assert said(none) == "Sku: say which of your SKUs it is."


def test_trying_again_says_what_still_is_wrong(shop: Shop, bea: Visit) -> None:
    [waiting] = shop.waiting()

    page = bea.submit(bea.open(HERE), f"{HERE}/{waiting['id']}/replay")

    assert said(page).startswith("It still waits: the brand has no SKU OLD-NAME")
    assert bea.open("/console/b/zeta/quarantine").status_code == 404
