"""Orders that BigCommerce only names: fetched, with retries."""

from base64 import b64decode
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select, update

from app.connectors.fetching import Fetches
from app.connectors.tables import OrderFetch
from app.database.database import Database
from tests.connectors.platform_server import Answer, PlatformServer, platform_server
from tests.connectors.shop import Shop, open_shop, standard_headers
from tests.sales.shop import AT

SECRET = "the client secret of the account"
HEX_SECRET = "0123456789abcdef" * 4
THIN = {"scope": "store/order/updated", "data": {"type": "order", "id": 250}, "hash": "dd70"}


class Store:
    """What the shop's API knows, and what it answers before it tells."""

    def __init__(self) -> None:
        self.product: dict[str, Any] = {
            "id": 5,
            "product_id": 93,
            "variant_id": 94,
            "type": "physical",
            "sku": "A",
            "quantity": 5,
            "quantity_shipped": 0,
            "quantity_refunded": 0,
            "price_ex_tax": "39.0000",
        }
        self.status_id = 11
        self.changed = "Mon, 02 Mar 2026 10:00:00 +0000"
        self.trouble: list[Answer] = []
        self.lines = 1

    def respond(self, path: str, query: dict[str, str], headers: dict[str, str]) -> Answer:
        if self.trouble:
            return self.trouble.pop(0)
        assert headers["x-auth-token"] == "bc_token"
        if path.endswith("/products"):
            gift = self.product | {"id": 6, "type": "giftcertificate"}
            goods = [self.product | {"id": 5 + 2 * number} for number in range(self.lines)]
            first = (int(query["page"]) - 1) * int(query["limit"])
            return Answer([gift, *goods][first : first + int(query["limit"])])
        return Answer(
            {
                "id": 250,
                "status_id": self.status_id,
                "currency_code": "EUR",
                "date_created": "Mon, 02 Mar 2026 09:15:00 +0000",
                "date_modified": self.changed,
            }
        )


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
def api(store: Store) -> Iterator[PlatformServer]:
    with platform_server(store.respond) as server:
        yield server


@pytest.fixture
def shop(database: Database, api: PlatformServer) -> Shop:
    shop = open_shop(database)
    url = f"{api.url}/stores/abc"
    answer = shop.connect(
        platform="bigcommerce", store_url=url, api_token="bc_token", secrets=[SECRET]
    )
    assert answer.status_code == 201
    return shop


def told(shop: Shop, message: str = "msg_1") -> str:
    headers = standard_headers(THIN, SECRET.encode(), AT, message)
    answer = shop.send(THIN, headers)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["status"])


def due_now(shop: Shop) -> None:
    with shop.database.write() as session:
        session.execute(update(OrderFetch).values(due_at=datetime.now(UTC)))


def test_the_order_that_is_named_is_fetched_and_booked(shop: Shop, api: PlatformServer) -> None:
    said = told(shop)
    fetches = Fetches(shop.database, sandbox=True)
    before = (shop.units(), list(api.asked))

    steps = [fetches.step(), fetches.step()]

    assert (said, before, steps) == ("queued", ((0, 0), []), [True, False])
    assert shop.units() == (5, 0)
    assert api.asked[0] == "/stores/abc/v2/orders/250"


def test_an_order_of_more_lines_than_a_page_is_fetched_whole(shop: Shop, store: Store) -> None:
    store.lines = 300
    told(shop)

    Fetches(shop.database, sandbox=True).step()

    assert shop.units() == (1500, 0)


def test_a_fetch_that_fails_as_nobody_foresaw_waits_and_is_not_tried_for_ever(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    told(shop)
    monkeypatch.setattr("app.connectors.fetching.api_of", lambda _: None)

    steps = [Fetches(shop.database, sandbox=True).step() for _ in range(2)]

    [entry] = shop.waiting()
    assert steps == [True, False]
    assert entry["errors"][0]["code"] == "fetch_failed"


def test_an_order_named_often_is_fetched_once(shop: Shop, api: PlatformServer) -> None:
    for number in range(4):
        told(shop, f"msg_{number}")
    fetches = Fetches(shop.database, sandbox=True)

    steps = [fetches.step(), fetches.step()]

    assert steps == [True, False]
    assert shop.units() == (5, 0)


def test_units_refunded_are_cancelled_unless_they_had_left(shop: Shop, store: Store) -> None:
    fetches = Fetches(shop.database, sandbox=True)
    store.product |= {"quantity_shipped": 3, "quantity_refunded": 3}
    store.changed = "Thu, 05 Mar 2026 10:00:00 +0000"
    told(shop)

    fetches.step()

    assert (shop.units(), shop.units(day="2026-03-05")) == ((3, 0), (0, 1))


@pytest.mark.parametrize(("status_id", "units"), [(0, 0), (5, 0), (2, 5)])
def test_the_status_says_whether_it_counts(
    shop: Shop, store: Store, status_id: int, units: int
) -> None:
    store.status_id = status_id
    told(shop)

    Fetches(shop.database, sandbox=True).step()

    assert shop.units() == (units, 0)


def test_a_shop_that_is_away_is_asked_again_later(shop: Shop, store: Store) -> None:
    store.trouble = [Answer({}, 503), Answer({}, 429, {"Retry-After": "30"})]
    fetches = Fetches(shop.database, sandbox=True)
    told(shop)
    waits = []

    for _ in range(2):
        fetches.step()
        with shop.database.read() as session:
            due = session.scalars(select(OrderFetch.due_at)).one()
        waits.append(round((due - datetime.now(UTC)).total_seconds()))
        due_now(shop)
    fetches.step()

    assert waits == [2, 30]
    assert shop.units() == (5, 0)


def test_a_shop_that_stays_away_is_said_and_nothing_is_lost(shop: Shop, store: Store) -> None:
    store.trouble = [Answer({}, 500)] * 8
    fetches = Fetches(shop.database, sandbox=True)
    told(shop)
    for _ in range(8):
        due_now(shop)
        fetches.step()
    [entry] = shop.waiting()

    shop.replay(entry["id"])
    fetches.step()

    assert (entry["kind"], entry["key"], entry["errors"][0]["code"]) == (
        "fetch",
        "250",
        "fetch_failed",
    )
    assert shop.units() == (5, 0)
    assert shop.waiting() == []


def test_a_worker_that_ends_while_it_fetches_leaves_it_to_the_next(shop: Shop) -> None:
    told(shop)
    Fetches(shop.database, sandbox=True)._claim()
    before = Fetches(shop.database, sandbox=True).step()
    with shop.database.write() as session:
        session.execute(update(OrderFetch).values(lease_until=datetime(2026, 1, 1, tzinfo=UTC)))

    after = Fetches(shop.database, sandbox=True).step()

    assert (before, after) == (False, True)
    assert shop.units() == (5, 0)


@pytest.mark.parametrize("key", [HEX_SECRET.encode(), b64decode(HEX_SECRET)])
def test_the_secret_is_the_key_as_text_or_as_base64(database: Database, key: bytes) -> None:
    shop = open_shop(database)
    shop.connect(platform="bigcommerce", secrets=[HEX_SECRET])

    signed = shop.send(THIN, standard_headers(THIN, key, AT))
    forged = shop.send(THIN, standard_headers(THIN, b"another", AT, "msg_2"))

    assert (signed.status_code, forged.status_code) == (200, 401)
