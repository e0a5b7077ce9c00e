"""Any other system, signed as Standard Webhooks says."""

import base64
from datetime import UTC, datetime, timedelta

import pytest

from app.connectors.signatures import is_standard_signed
from app.database.database import Database
from tests.connectors.shop import DAY, Shop, open_shop, standard_headers
from tests.sales.shop import AT, add_style

KEY = bytes(range(32))
SECRET = "whsec_" + base64.b64encode(KEY).decode()


def event(event_id: str, sku: str = "A", quantity: int = 5) -> dict[str, object]:
    return {
        "event_id": event_id,
        "sku": sku,
        "kind": "sale",
        "quantity": quantity,
        "occurred_at": f"{DAY}T10:15:00+01:00",
    }


@pytest.fixture
def shop(database: Database) -> Shop:
    shop = open_shop(database)
    assert shop.connect(platform="standard", secrets=[SECRET]).status_code == 201
    return shop


def test_events_are_stored_once_however_often_they_are_sent(shop: Shop) -> None:
    body = {"events": [event("e1")]}

    said = [
        shop.send(body, standard_headers(body, KEY, AT, message)).json()["status"]
        for message in ("msg_1", "msg_1", "msg_2")
    ]

    assert said == ["applied", "duplicate", "applied"]
    assert shop.units() == (5, 0)


def test_the_specifications_own_example_is_authentic() -> None:
    body = b'{"test": 2432232314}'
    headers = {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    at = datetime(2021, 2, 25, 15, 2, 10, tzinfo=UTC)

    assert is_standard_signed(body, headers, [secret], clocks=[at])
    assert not is_standard_signed(body + b" ", headers, [secret], clocks=[at])


@pytest.mark.parametrize(("minutes", "status"), [(-6, 401), (-4, 200), (4, 200), (6, 401)], ids=str)
def test_a_signature_holds_five_minutes(shop: Shop, minutes: int, status: int) -> None:
    body = {"events": [event("e1")]}
    headers = standard_headers(body, KEY, AT + timedelta(minutes=minutes))

    assert shop.send(body, headers).status_code == status


def test_what_cannot_be_stored_waits_and_the_rest_is_stored(shop: Shop) -> None:
    body = {"events": [event("e1"), event("e2", "C")]}

    said = shop.send(body, standard_headers(body, KEY, AT)).json()["status"]
    [entry] = shop.waiting()
    with shop.database.write() as session:
        add_style(session, shop.brand, "S3", ["C"])
    replayed = shop.replay(entry["id"])

    assert said == "quarantined"
    assert [(one["pointer"], one["code"]) for one in entry["errors"]] == [
        ("/events/1", "unknown_sku")
    ]
    assert replayed["status"] == "resolved"
    assert (shop.units("A"), shop.units("C")) == ((5, 0), (5, 0))


def test_an_invalid_event_keeps_the_whole_body_waiting(shop: Shop) -> None:
    body = {"events": [event("e1"), event("e2", quantity=0)]}

    shop.send(body, standard_headers(body, KEY, AT))

    [entry] = shop.waiting()
    assert (entry["errors"][0]["pointer"], entry["errors"][0]["code"]) == (
        "/events/1/quantity",
        "too_small",
    )
    assert shop.units() == (0, 0)


def test_a_secret_that_is_none_of_the_standard_is_refused(shop: Shop) -> None:
    answer = shop.connect(platform="standard", secrets=[SECRET, "whsec_short"])

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/secrets/1"
