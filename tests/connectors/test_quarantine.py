"""What cannot be used waits, says why, and is used once it can be; the rest is used at once."""

from tests.connectors.shop import Shop, line, order, refund
from tests.sales.shop import add_style

LATER = "2026-03-03T08:00:00+01:00"


def test_usable_lines_are_taken_and_the_others_wait(shop: Shop) -> None:
    told = shop.told("orders/create", order([line(1, "A", 5), line(2, "C", 2)]))

    [entry] = shop.waiting()
    assert told == "quarantined"
    assert shop.units() == (5, 0)
    assert (entry["kind"], entry["key"], entry["topic"]) == ("order", "450789469", "orders/create")
    assert entry["errors"] == [
        {
            "pointer": "/line_items/1/sku",
            "code": "unknown_sku",
            "message": "the brand has no SKU C, and the SKU map does not say which it is",
        }
    ]


def test_a_replay_after_the_style_was_added_takes_the_rest(shop: Shop) -> None:
    shop.told("orders/create", order([line(1, "A", 5), line(2, "C", 2)]))
    [entry] = shop.waiting()
    with shop.database.write() as session:
        add_style(session, shop.brand, "S3", ["C"])

    replayed = shop.replay(entry["id"])

    assert (replayed["status"], replayed["errors"]) == ("resolved", [])
    assert (shop.units("A"), shop.units("C")) == ((5, 0), (2, 0))
    assert shop.waiting() == []


def test_a_replay_after_the_item_was_mapped_takes_it(shop: Shop) -> None:
    shop.told("orders/create", order([line(1, None, 5)]))
    [entry] = shop.waiting()
    mapped = {"items": [{"item": "7001", "sku": "B"}]}
    assert shop.client.put("/v1/sku-map/web", mapped).status_code == 201

    shop.replay(entry["id"])

    logged = [one["action"] for one in shop.client.get("/v1/audit").json()["data"]]
    assert entry["errors"][0]["code"] == "unmapped_item"
    assert shop.units("B") == (5, 0)
    assert {"connection.put", "sku_map.put", "quarantine.replayed"} == set(logged)


def test_a_replay_too_early_says_what_still_is_wrong(shop: Shop) -> None:
    shop.told("orders/create", order([line(1, "C", 5)]))
    [entry] = shop.waiting()

    replayed = [shop.replay(entry["id"]) for _ in range(2)]

    assert [one["status"] for one in replayed] == ["waiting", "waiting"]
    assert replayed[1]["errors"] == entry["errors"]
    assert shop.units() == (0, 0)


def test_replaying_what_was_resolved_changes_nothing(shop: Shop) -> None:
    shop.told("orders/create", order([line(1, "C", 2)]))
    [entry] = shop.waiting()
    with shop.database.write() as session:
        add_style(session, shop.brand, "S3", ["C"])

    replayed = [shop.replay(entry["id"]) for _ in range(2)]

    assert [one["status"] for one in replayed] == ["resolved", "resolved"]
    assert shop.units("C") == (2, 0)


def test_one_order_waits_once_however_often_it_is_told(shop: Shop) -> None:
    for hour in (8, 9, 10):
        body = order([line(1, "C", hour)], at=f"2026-03-03T{hour:02}:00:00+01:00")
        shop.told("orders/updated", body)
    [entry] = shop.waiting()
    with shop.database.write() as session:
        add_style(session, shop.brand, "S3", ["C"])

    shop.replay(entry["id"])

    assert shop.units("C") == (10, 0)


def test_a_later_delivery_without_the_cause_lets_go_of_it(shop: Shop) -> None:
    shop.told("orders/create", order([line(1, "A", 5), line(2, "C", 2)]))

    shop.told("orders/updated", order([line(1, "A", 5)], at=LATER))

    assert shop.waiting() == []
    assert len(shop.client.get("/v1/quarantine?status=resolved").json()["data"]) == 1


def test_a_refund_waits_for_its_order(shop: Shop) -> None:
    shop.told("refunds/create", refund(9, [(1, 2, "cancel")]))
    [entry] = shop.waiting()

    shop.told("orders/create", order([line(1, "A", 5)]))

    assert entry["errors"][0]["code"] == "order_not_seen"
    assert shop.units() == (3, 0)
    assert shop.waiting() == []


def test_an_item_that_the_map_leaves_out_does_not_wait(shop: Shop) -> None:
    left_out = {"items": [{"item": "GIFT-WRAP", "sku": None}]}
    shop.client.put("/v1/sku-map/web", left_out)

    told = shop.told("orders/create", order([line(1, "A", 5), line(2, "GIFT-WRAP", 1)]))

    assert told == "applied"
    assert shop.waiting() == []


def test_a_line_stays_the_sku_that_it_was_when_the_map_changes(shop: Shop) -> None:
    shop.client.put("/v1/sku-map/web", {"items": [{"item": "7001", "sku": "A"}]})
    shop.told("orders/create", order([line(1, None, 5)]))

    shop.client.put("/v1/sku-map/web", {"items": [{"item": "7001", "sku": "B"}]})
    shop.told("orders/updated", order([line(1, None, 4)], at=LATER))

    assert (shop.units("A"), shop.units("B")) == ((4, 0), (0, 0))


def test_a_body_that_is_no_json_waits_as_it_came(shop: Shop) -> None:
    told = shop.told("orders/create", b'{"id": 1, ')

    [entry] = shop.waiting()
    assert told == "quarantined"
    assert (entry["kind"], entry["errors"][0]["code"]) == ("delivery", "malformed_json")
    assert shop.replay(entry["id"])["status"] == "waiting"


def test_a_field_that_is_wrong_is_named(shop: Shop) -> None:
    bad = order([line(1, "A", 5), line(2, "B", 1) | {"quantity": "many"}])

    shop.told("orders/create", bad)

    [entry] = shop.waiting()
    assert entry["errors"] == [
        {
            "pointer": "/line_items/1/quantity",
            "code": "not_an_integer",
            "message": "must be a whole number",
        }
    ]
    assert shop.units() == (0, 0)


def test_hostile_bodies_are_all_answered_200(shop: Shop) -> None:
    good = order([line(1, "A", 5)])
    bodies = [
        b"",
        b"null",
        b"[]",
        b'"text"',
        b"\xff\xfe",
        b"[" * 100_000,
        {},
        good | {"id": None},
        good | {"id": "\u0000"},
        good | {"id": "x" * 65},
        good | {"created_at": "yesterday"},
        good | {"created_at": None},
        good | {"updated_at": "2026-03-02T10:15:00"},
        good | {"created_at": "2027-03-02T10:15:00Z"},
        good | {"line_items": {}},
        good | {"line_items": [None]},
        good | {"line_items": [line(1, "\u0000", 5)]},
        good | {"line_items": [line(1, "A", -5)]},
        good | {"line_items": [line(1, "A", 10**9)]},
        good | {"line_items": [line(1, "A", 5, price=float(10**300))]},
        good | {"refunds": [{"id": 1}]},
        good | {"currency": ["EUR"]},
    ]

    told = [shop.told("orders/create", body) for body in bodies]

    taken = [index for index, said in enumerate(told) if said != "quarantined"]
    assert [bodies[index] for index in taken] == [bodies[19]]


def test_topics_of_no_use_are_noted_once(shop: Shop) -> None:
    for number in range(3):
        shop.told("products/update", {"id": number})
    [entry] = shop.waiting()

    replayed = shop.replay(entry["id"])

    assert (entry["kind"], entry["key"]) == ("topic", "products/update")
    assert replayed["status"] == "resolved"


def test_the_quarantine_is_paged(shop: Shop) -> None:
    for number in range(3):
        shop.told("orders/create", order([line(1, "C", 1)], id=number + 1))

    first = shop.client.get("/v1/quarantine?limit=2").json()
    second = shop.client.get(f"/v1/quarantine?limit=2&cursor={first['next_cursor']}").json()

    assert [one["key"] for one in first["data"] + second["data"]] == ["1", "2", "3"]
    assert (first["has_more"], second["has_more"]) == (True, False)
    entry = first["data"][0]
    assert shop.client.get(f"/v1/quarantine/{entry['id']}").json() == entry
