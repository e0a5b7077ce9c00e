"""Who is let in, and what is said of it."""

import json

import httpx
import pytest

from app.connectors.signatures import sign
from tests.connectors.shop import SECRET, Shop, line, order
from tests.recommendations.scene import key_for
from tests.sales.shop import open_brand
from tests.web.asgi import Client

NEW_SECRET = "shpss_fedcba9876543210"


def test_either_of_two_secrets_opens_and_no_third(shop: Shop) -> None:
    shop.connect(secrets=[NEW_SECRET, SECRET])
    body = order([line(1, "A", 1)])

    answers = [
        shop.deliver("orders/create", body, secret=secret).status_code
        for secret in (SECRET, NEW_SECRET, "shpss_neither of the two")
    ]

    assert answers == [200, 200, 401]


def test_an_old_secret_opens_no_longer_once_it_is_taken_away(shop: Shop) -> None:
    shop.connect(secrets=[NEW_SECRET])

    assert shop.deliver("orders/create", order([])).status_code == 401


def test_an_unknown_connection_and_a_bad_signature_are_one_refusal(shop: Shop) -> None:
    known, unknown = shop.webhook_path, f"/v1/webhooks/shopify/con_{'0' * 32}"

    answers = []
    for path in (known, unknown):
        shop.webhook_path = path
        refused = shop.deliver("orders/create", {}, secret="shpss_neither of the two")
        answers.append((refused.status_code, refused.json() | {"request_id": ""}))

    assert answers[0] == answers[1]
    assert answers[0][0] == 401


@pytest.mark.parametrize("missing", ["x-shopify-hmac-sha256", "everything"])
def test_a_delivery_without_a_signature_is_refused(shop: Shop, missing: str) -> None:
    assert shop.platform.send("POST", shop.webhook_path, content=b"{}").status_code == 401


def test_the_signature_covers_the_bytes_as_they_came(shop: Shop) -> None:
    spaced = json.dumps(order([line(1, "A", 5)]), indent=3).encode()

    assert shop.told("orders/create", spaced) == "applied"
    assert shop.units() == (5, 0)


def test_secrets_and_tokens_are_never_shown_and_stay_when_left_out(shop: Shop) -> None:
    shop.connect(api_token="shpat_secret_token", store_url="https://acme.myshopify.com/")

    changed = shop.client.put(
        "/v1/connections/web-shop", {"platform": "shopify", "channel": "store"}
    )

    shown = shop.client.get("/v1/connections/web-shop")
    listed = shop.client.get("/v1/connections")
    audit = shop.client.get("/v1/audit")
    assert changed.status_code == 200
    assert (shown.json()["secrets"], shown.json()["has_api_token"]) == (1, True)
    assert shown.json()["channel"] == "store"
    assert listed.json()["data"] == [shown.json()]
    assert [one["action"] for one in audit.json()["data"]] == ["connection.put"] * 3
    for answer in (changed, shown, listed, audit):
        assert SECRET not in answer.text
        assert "shpat_secret_token" not in answer.text


def test_a_connection_taken_away_is_refused_and_comes_back_without_counting_twice(
    shop: Shop,
) -> None:
    shop.told("orders/create", order([line(1, "A", 5)]))

    gone = shop.client.send("DELETE", "/v1/connections/web-shop")
    refused = shop.deliver("orders/create", order([line(1, "A", 5)]))
    again = shop.connect()
    shop.told("orders/updated", order([line(1, "A", 5)], at="2026-03-04T08:00:00Z"))

    assert (gone.status_code, refused.status_code, again.status_code) == (204, 401, 201)
    assert shop.units() == (5, 0)
    with shop.database.engine.connect() as connection:
        [(secrets,)] = connection.exec_driver_sql("SELECT count(*) FROM connections").fetchall()
    assert secrets == 1


def test_what_was_taken_away_is_gone(shop: Shop) -> None:
    shop.client.send("DELETE", "/v1/connections/web-shop")

    answers = [
        shop.client.get("/v1/connections/web-shop"),
        shop.client.send("DELETE", "/v1/connections/web-shop"),
        shop.client.get("/v1/connections/never-was"),
    ]

    logged = [one["action"] for one in shop.client.get("/v1/audit").json()["data"]]
    assert [one.status_code for one in answers] == [404, 404, 404]
    assert shop.client.get("/v1/connections").json()["data"] == []
    assert logged.count("connection.deleted") == 1


def test_a_connection_tells_when_it_was_delivered_and_what_waits(shop: Shop) -> None:
    before = shop.client.get("/v1/connections/web-shop").json()

    shop.told("orders/create", order([line(1, "C", 5)]))

    after = shop.client.get("/v1/connections/web-shop").json()
    assert (before["last_delivery_at"], before["waiting"]) == (None, 0)
    assert (after["last_delivery_at"], after["waiting"]) == ("2026-04-01T12:00:00Z", 1)


def wrong(answer: httpx.Response) -> list[tuple[str, str]]:
    return [(one["pointer"], one["code"]) for one in answer.json()["errors"]]


def test_a_connection_is_refused_by_field(shop: Shop) -> None:
    good = {"platform": "shopify", "channel": "web", "secrets": [SECRET]}

    def put(**changed: object) -> httpx.Response:
        return shop.client.put("/v1/connections/other", good | changed)

    assert wrong(put(secrets=[])) == [("/secrets", "too_few")]
    assert wrong(put(secrets=[SECRET] * 3)) == [("/secrets", "too_many")]
    assert wrong(put(secrets=None)) == [("/secrets", "missing")]
    assert wrong(put(platform="magento")) == [("/platform", "unknown_value")]
    assert wrong(put(store_url="file:///etc/passwd")) == [("/store_url", "bad_url")]
    assert shop.client.get("/v1/connections").json()["data"][0]["connection"] == "web-shop"


def test_another_brands_names_are_its_own(shop: Shop) -> None:
    with shop.database.write() as session:
        zeta = open_brand(session, "zeta")
    other = Client(shop.client.app, key_for(shop.database, "brand", brand_id=zeta.id))
    shop.told("orders/create", order([line(1, "C", 5)]))
    [entry] = shop.waiting()

    answers = [
        other.get("/v1/connections/web-shop"),
        other.send("DELETE", "/v1/connections/web-shop"),
        other.get(f"/v1/quarantine/{entry['id']}"),
        other.post(f"/v1/quarantine/{entry['id']}/replay", {}),
    ]
    own = other.put(
        "/v1/connections/web-shop", {"platform": "shopify", "channel": "x", "secrets": [NEW_SECRET]}
    )

    assert [one.status_code for one in answers] == [404] * 4
    assert own.status_code == 201
    assert own.json()["webhook_path"] != shop.webhook_path


def test_a_sku_map_is_refused_by_field_and_nothing_of_it_is_stored(shop: Shop) -> None:
    shop.client.put("/v1/sku-map/web", {"items": [{"item": "1", "sku": "A"}]})

    refused = shop.client.put(
        "/v1/sku-map/web",
        {
            "items": [
                {"item": "2", "sku": "A"},
                {"item": "2", "sku": "B"},
                {"item": "3", "sku": "Z"},
            ]
        },
    )

    assert wrong(refused) == [("/items/1/item", "repeated"), ("/items/2/sku", "unknown_sku")]
    assert shop.client.get("/v1/sku-map/web").json() == {
        "channel": "web",
        "items": [{"item": "1", "sku": "A"}],
    }
    assert shop.client.get("/v1/sku-map").json()["data"] == [{"channel": "web", "items": 1}]
    assert shop.client.get("/v1/sku-map/none").status_code == 404


def test_a_signature_is_the_documented_one() -> None:
    # echo -n '{"a":1}' | openssl dgst -sha256 -hmac secret -binary | base64
    assert sign(b'{"a":1}', b"secret") == "qp4uNXX11wmLbKzNeQiIw21f22M0KnO62i1qUXR6hJQ="
