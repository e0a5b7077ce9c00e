"""Who takes part in the life of a recommendation, and what they begin with."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.life.books import Books
from tests.life.service import Service

START = datetime(2026, 3, 27, 9, tzinfo=UTC)
"""Two days before the clocks of Europe change."""

ZONES = ("Europe/Paris", "America/Santiago", "Asia/Kolkata")
STYLES = {"S1": ("S1/M", "S1-L"), "S2": ("S2",)}
SKUS = tuple(sku for skus in STYLES.values() for sku in skus)
FACTORIES = ("fab1", "fab2")
RESALABLE = 0.75
FIRST_DAYS = 14
COSTS = ("9.00", "14.00", "15.50", "22.00")


def brand(**rules: Any) -> dict[str, Any]:
    return {"name": "Acme", "currency": "EUR", "factories": [*FACTORIES], **rules}


def style(code: str, planning: str = "active") -> dict[str, Any]:
    return {
        "name": code,
        "currency": "EUR",
        "price": "40.00",
        "salvage_value": "5.00",
        "holding_cost_per_unit_week": "0.20",
        "resalable_share": RESALABLE,
        "return_rate": 0.1,
        "planning": planning,
        "skus": [{"sku": sku, "colorway": "BLK", "size": sku[-1]} for sku in STYLES[code]],
    }


def offer(factory: str, unit_cost: str) -> dict[str, Any]:
    quick = factory == "fab2"
    return {
        "brand": "acme",
        "styles": ["S1"] if quick else None,
        "mode": "on_demand" if quick else "small_batch",
        "currency": "EUR",
        "price_breaks": [{"min_quantity": 1, "unit_cost": unit_cost}],
        "setup_cost": "0.00" if quick else "50.00",
        "moq": {"run": 1 if quick else 10},
        "lead_time_days": {"mean": 4 if quick else 14},
    }


def first_sales() -> list[dict[str, Any]]:
    return [
        {
            "event_id": f"first-{sku[:2]}{sku[-1]}-{day}",
            "sku": sku,
            "kind": "sale",
            "quantity": 4,
            "occurred_at": (START - timedelta(days=day)).isoformat(),
        }
        for sku in SKUS
        for day in range(1, FIRST_DAYS + 1)
    ]


def first_levels() -> list[dict[str, Any]]:
    as_of = (START - timedelta(days=FIRST_DAYS / 2)).isoformat()
    return [{"sku": sku, "on_hand": 40, "as_of": as_of} for sku in SKUS]


class World:
    """A brand, two factories, a stranger, and a key for each."""

    def __init__(self, service: Service, rules: dict[str, Any]) -> None:
        """Open the shop: its rules, styles, offers and a fortnight of sales."""
        self.service = service
        self.now = START
        self.books = Books(ZoneInfo(rules["timezone"]), dict.fromkeys(SKUS, RESALABLE))
        made, ops = service.made, service.ops
        service.set_clock(START)
        for factory in FACTORIES:
            made(ops, "PUT", f"/v1/factories/{factory}", {"name": factory, "timezone": "UTC"})
        made(ops, "PUT", "/v1/brands/acme", brand(**rules))
        stranger = brand(timezone="UTC") | {"factories": []}
        made(ops, "PUT", "/v1/brands/zeta", stranger)
        self.brand_key = self.new_key("brand", brand="acme")["key"]
        self.stranger_key = self.new_key("brand", brand="zeta")["key"]
        self.factory_keys = {
            name: self.new_key("factory", factory=name)["key"] for name in FACTORIES
        }
        for code in STYLES:
            made(self.brand_key, "PUT", f"/v1/styles/{code}", style(code))
        for factory, key in self.factory_keys.items():
            cost = "15.50" if factory == "fab2" else "14.00"
            made(key, "PUT", f"/v1/offers/{factory}-offer", offer(factory, cost))
        events = first_sales()
        made(self.brand_key, "POST", "/v1/sales", {"events": events})
        self.books.sell(events)
        made(self.brand_key, "POST", "/v1/stock", {"levels": first_levels()})
        self.books.count(first_levels())

    def new_key(self, role: str, **party: str) -> Any:
        body = {"role": role, "name": role, **party}
        return self.service.made(self.service.ops, "POST", "/v1/api-keys", body)
