"""One sale all the way: posted, made into demand, decided, pulled, accepted, made, received."""

from typing import Any

from tests.journey.conftest import Service

BRAND = {
    "name": "Acme",
    "timezone": "Europe/Paris",
    "currency": "EUR",
    "factories": ["fab1"],
    "respond_within_hours": 48,
}
STYLE = {
    "name": "City S2",
    "category": "scooter",
    "currency": "EUR",
    "price": "39.00",
    "salvage_value": "8.00",
    "launch_date": "2026-02-02",
    "end_of_life_date": "2026-09-01",
    "skus": [
        {"sku": "S2/BLK M", "colorway": "BLK", "size": "M"},
        {"sku": "S2-BLK-L", "colorway": "BLK", "size": "L"},
    ],
}
OFFER = {
    "brand": "acme",
    "styles": ["S2"],
    "mode": "small_batch",
    "currency": "EUR",
    "price_breaks": [
        {"min_quantity": 1, "unit_cost": "14.00"},
        {"min_quantity": 200, "unit_cost": "12.10"},
    ],
    "setup_cost": "60.00",
    "moq": {"run": 20, "colorway": 0, "sku": 0},
    "lead_time_days": {"mean": 14, "sd": 2},
}


def sales(first: int, days: int, quantity: int) -> list[Any]:
    return [
        {
            "event_id": f"sale-{day}-{size}",
            "sku": sku,
            "kind": "sale",
            "quantity": quantity,
            "occurred_at": f"2026-02-{day:02d}T12:00:00+01:00",
            "order_id": f"order-{day}",
        }
        for day in range(first, first + days)
        for size, sku in (("M", "S2/BLK M"), ("L", "S2-BLK-L"))
    ]


def test_a_sale_becomes_a_run_that_is_received_and_sold_from(service: Service) -> None:
    with service.client() as ops:
        ops.set_clock("2026-02-23T08:00:00+01:00")
        ops.put_factory("fab1", {"name": "Fab One", "timezone": "Europe/Lisbon"})
        ops.put_brand("acme", BRAND)
        brand_key = ops.create_key("brand", name="shop", brand="acme")["key"]
        factory_key = ops.create_key("factory", name="erp", factory="fab1")["key"]
    with service.client(brand_key) as brand, service.client(factory_key) as factory:
        brand.put_style("S2", STYLE)
        factory.put_offer("S2-small", OFFER)
        stored = brand.post_sales(sales(2, 20, 3))
        assert (stored["accepted"], stored["duplicates"]) == (40, 0)
        again = brand.post_sales(sales(2, 20, 3))
        assert (again["accepted"], again["duplicates"]) == (0, 40)
        brand.post_stock(
            [
                {"sku": "S2/BLK M", "on_hand": 5, "as_of": "2026-02-23T07:00:00+01:00"},
                {"sku": "S2-BLK-L", "on_hand": 12, "as_of": "2026-02-23T07:00:00+01:00"},
            ]
        )
        with service.client() as ops:
            asked = ops.start_refresh(brand="acme")
            done = ops.finish_refresh(asked["id"])
        assert done["status"] == "done", done
        day = brand.demand("S2/BLK M", "2026-02-02", "2026-02-02")["data"][0]
        assert (day["sold_units"], day["demand_units"], day["censored"]) == (3, 3, False)
        forecast = brand.forecast("S2/BLK M", periods=4)
        assert forecast["frequency"] == "week"
        assert 10 < forecast["periods"][0]["mean"] < 35

        decision = brand.decision("S2")
        assert decision["action"] == "run", decision
        [event] = factory.feed("fab1")
        offered = event["recommendation"]
        assert (event["seq"], event["type"]) == (1, "recommendation.issued")
        assert "economics" not in offered
        assert sum(line["quantity"] for line in offered["lines"]) == offered["quantity"] >= 20
        standing = factory.standing("fab1")
        assert standing is not None
        assert [one["id"] for one in standing.data] == [offered["id"]]
        assert factory.standing("fab1", etag=standing.etag) is None
        assert list(factory.feed("fab1", after=standing.feed_cursor)) == []

        accepted = factory.respond(offered["id"], {"decision": "accept"})
        assert accepted["status"] == "accepted"
        run = brand.run(accepted["run"])
        assert (run["status"], run["quantity"]) == ("planned", offered["quantity"])
        factory.post_run_events(run["id"], made(run["lines"]))
        received = brand.run(run["id"])
        assert received["status"] == "received"
        assert {line["sku"]: line["received"] for line in received["lines"]} == {
            line["sku"]: line["quantity"] for line in offered["lines"]
        }
        assert [one["type"] for one in factory.feed("fab1")] == [
            "recommendation.issued",
            "recommendation.accepted",
        ]

        with service.client() as ops:
            done = ops.finish_refresh(ops.start_refresh(brand="acme")["id"])
        assert done["status"] == "done"
        assert list(brand.recommendations(status="open")) == []


def made(lines: list[Any]) -> list[Any]:
    at = "2026-02-23T07:45:00+01:00"
    events: list[Any] = [{"event_id": "start", "kind": "started", "occurred_at": at}]
    for kind in ("produced", "shipped", "received"):
        events += [
            {
                "event_id": f"{kind}-{index}",
                "kind": kind,
                "sku": line["sku"],
                "quantity": line["quantity"],
                "occurred_at": at,
            }
            for index, line in enumerate(lines)
        ]
    return events
