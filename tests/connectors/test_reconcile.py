"""A day of orders at the shop against what was booked of them."""

import json
from collections.abc import Iterator
from datetime import date
from io import StringIO
from typing import Any

import pytest
from rich.console import Console

from app.connectors.command import print_reconciliation
from app.connectors.reconcile import Difference, Patience, reconcile
from app.errors import SetupError
from tests.connectors.platform_server import Answer, PlatformServer, platform_server
from tests.connectors.shop import Shop, line, order

THE_DAY = date(2026, 3, 2)


class Store:
    """Shopify's list of orders, one a page, with its limit."""

    def __init__(self) -> None:
        self.orders: list[dict[str, Any]] = []
        self.busy = 1
        self.url = ""

    def respond(self, path: str, query: dict[str, str], headers: dict[str, str]) -> Answer:
        if headers.get("x-shopify-access-token") != "shpat_token":
            return Answer({"errors": "Invalid API key"}, 401)
        if self.busy:
            self.busy -= 1
            return Answer({"errors": "Exceeded 2 calls per second"}, 429, {"Retry-After": "0.1"})
        page = int(query.get("page_info", "0"))
        following = f'<{self.url}{path}?limit=1&page_info={page + 1}>; rel="next"'
        more = {"Link": following} if page + 1 < len(self.orders) else {}
        return Answer({"orders": self.orders[page : page + 1]}, 200, more)


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
def api(store: Store, shop: Shop) -> Iterator[PlatformServer]:
    with platform_server(store.respond) as server:
        store.url = server.url
        shop.connect(store_url=server.url, api_token="shpat_token")
        yield server


def test_what_differs_is_told_line_by_line_and_taken_in_when_asked(
    shop: Shop, store: Store, api: PlatformServer
) -> None:
    store.orders = [
        order([line(1, "A", 5), line(2, "B", 1)], id=1),
        order([line(3, "A", 2)], id=2),
        order([line(4, "A", 9)], id=3, created_at="2026-03-01T10:00:00+01:00"),
    ]
    shop.told(
        "orders/create", order([line(1, "A", 4), line(2, "B", 1)], id=1, at="2026-03-02T09:15:00Z")
    )
    shop.told("orders/create", order([line(5, "B", 3)], id=4))
    store.orders[0]["updated_at"] = "2026-03-02T10:00:00Z"

    compared = reconcile(shop.database, shop.brand, "web-shop", THE_DAY, sandbox=True)
    taken = reconcile(shop.database, shop.brand, "web-shop", THE_DAY, sandbox=True, apply=True)

    assert (compared.orders_at_shop, compared.orders_stored) == (2, 2)
    assert compared.differences == (
        Difference("1", "1", "A", (5, 0), (4, 0)),
        Difference("2", "3", "A", (2, 0), (0, 0)),
        Difference("4", "5", "B", (0, 0), (3, 0)),
    )
    assert taken.differences == (Difference("4", "5", "B", (0, 0), (3, 0)),)
    assert shop.units("A") == (7, 0)
    assert "status=any" in api.asked[0]
    assert sum("page_info" in path for path in api.asked) == 4


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_command_prints_a_table(shop: Shop, store: Store, api: PlatformServer) -> None:
    store.orders = [order([line(3, "A", 2)], id=2)]
    printed = StringIO()

    agrees = print_reconciliation(
        shop.database,
        Console(file=printed, width=100),
        brand="acme",
        connection="web-shop",
        day=THE_DAY,
        sandbox=True,
        apply=False,
    )

    assert not agrees
    assert "1 orders at the shop, 0 stored, 1 lines differ" in printed.getvalue()
    assert json.dumps(api.asked).count("orders.json") == 2


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_shop_that_refuses_is_one_line(shop: Shop, api: PlatformServer) -> None:
    shop.connect(store_url=api.url, api_token="shpat_wrong")

    with pytest.raises(SetupError, match="connection web-shop: the shop answers 401"):
        reconcile(shop.database, shop.brand, "web-shop", THE_DAY, sandbox=True)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_shop_without_a_token_cannot_be_asked(shop: Shop) -> None:
    with pytest.raises(SetupError, match="no store_url or no api_token"):
        reconcile(shop.database, shop.brand, "web-shop", THE_DAY, sandbox=True)


def test_a_brand_asks_for_a_day_over_http(shop: Shop, store: Store, api: PlatformServer) -> None:
    store.orders = [order([line(1, "A", 5)], id=1), order([line(3, "B", 2)], id=2)]
    shop.told("orders/create", order([line(1, "A", 4)], id=1, at="2026-03-02T09:15:00Z"))
    store.orders[0]["updated_at"] = "2026-03-02T10:00:00Z"
    path = "/v1/connections/web-shop/reconciliations"

    compared = shop.client.post(path, {"date": "2026-03-02"})
    applied = shop.client.post(path, {"date": "2026-03-02", "apply": True})

    assert compared.status_code == 200
    assert compared.json() == {
        "connection": "web-shop",
        "date": "2026-03-02",
        "orders_at_shop": 2,
        "orders_stored": 1,
        "differing_lines": 2,
        "differences": [
            {
                "order": "1",
                "line": "1",
                "item": "A",
                "at_shop": {"units": 5, "returned_units": 0},
                "booked": {"units": 4, "returned_units": 0},
            },
            {
                "order": "2",
                "line": "3",
                "item": "B",
                "at_shop": {"units": 2, "returned_units": 0},
                "booked": {"units": 0, "returned_units": 0},
            },
        ],
    }
    assert (applied.json()["orders_stored"], applied.json()["differing_lines"]) == (2, 0)
    assert (shop.units("A"), shop.units("B")) == ((5, 0), (2, 0))
    entries = shop.client.get("/v1/audit").json()["data"]
    logged = [one["details"] for one in entries if one["action"] == "connection.reconciled"]
    assert {"date": "2026-03-02", "apply": False, "differing_lines": 2} in logged
    assert {"date": "2026-03-02", "apply": True, "differing_lines": 0} in logged


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_shop_that_refuses_is_a_conflict_that_says_so(shop: Shop, api: PlatformServer) -> None:
    shop.connect(store_url=api.url, api_token="shpat_wrong")

    refused = shop.client.post(
        "/v1/connections/web-shop/reconciliations", {"date": "2026-03-02", "apply": False}
    )

    assert (refused.status_code, refused.json()["code"]) == (409, "shop_failed")
    assert refused.json()["detail"] == "connection web-shop: the shop answers 401"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_shop_that_takes_too_long_is_not_waited_for(
    shop: Shop, store: Store, api: PlatformServer
) -> None:
    store.orders = [order([line(1, "A", 5)], id=1), order([line(3, "B", 2)], id=2)]

    with pytest.raises(SetupError, match="takes too long: run `shortrun reconcile`"):
        reconcile(
            shop.database,
            shop.brand,
            "web-shop",
            THE_DAY,
            sandbox=True,
            patience=Patience(tries=2, seconds=0.0),
        )
