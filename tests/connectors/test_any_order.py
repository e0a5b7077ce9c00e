"""Whatever an order goes through, and in whatever order and however often it is told of it."""

import os
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.connectors.shop import Shop, edit, line, order, refund

EXAMPLES = int(os.environ.get("SHORTRUN_CONNECTOR_EXAMPLES", "6"))
"""On demand more: each is some twenty deliveries."""

RETURN_DAY = "2026-03-20"


@dataclass
class Life:
    """An order of two lines as its platform keeps it, and all that was sent of it."""

    minute: int = 0
    units: dict[int, int] = field(default_factory=lambda: {1: 0, 2: 0})
    removed: dict[int, int] = field(default_factory=lambda: {1: 0, 2: 0})
    unsent: dict[int, int] = field(default_factory=lambda: {1: 0, 2: 0})
    returned: dict[int, int] = field(default_factory=lambda: {1: 0, 2: 0})
    refunds: list[dict[str, Any]] = field(default_factory=list)
    cancelled_at: str | None = None
    sent: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def now(self) -> str:
        self.minute += 1
        return f"2026-03-03T{self.minute // 60:02}:{self.minute % 60:02}:00Z"

    def left(self, key: int) -> int:
        """Return the units of a line that are neither taken off nor sent back."""
        return self.units[key] - self.removed[key] - self.unsent[key] - self.returned[key]

    def tell(self, topic: str) -> None:
        lines = [
            line(key, sku, self.units[key], current_quantity=self.left(key))
            for key, sku in ((1, "A"), (2, "B"))
        ]
        more = {"refunds": list(self.refunds), "cancelled_at": self.cancelled_at}
        self.sent.append((topic, order(lines, at=self.now(), **more)))

    def act(self, what: str, key: int, amount: int) -> None:
        units = min(amount, self.left(key))
        if self.cancelled_at is not None or (units == 0 and what != "cancel"):
            return
        if what == "edit":
            self.removed[key] += units
            self.sent.append(
                ("orders/edited", edit(self.minute, at=self.now(), removals={key: units}))
            )
        elif what == "cancel":
            self.cancelled_at = self.now()
        else:
            self._refund(what, key, units)
        self.tell("orders/cancelled" if what == "cancel" else "orders/updated")

    def _refund(self, what: str, key: int, units: int) -> None:
        (self.unsent if what == "refund unsent" else self.returned)[key] += units
        kind = "cancel" if what == "refund unsent" else "return"
        self.now()
        made = refund(100 + self.minute, [(key, units, kind)], at=f"{RETURN_DAY}T08:00:00Z")
        self.refunds.append(made)
        self.sent.append(("refunds/create", made))

    def wanted(self, key: int) -> tuple[int, int]:
        """Return the demand that there was, and the units that came back."""
        gone = 0 if self.cancelled_at is None else self.left(key)
        return self.left(key) + self.returned[key] - gone, self.returned[key]


ACTS = st.tuples(
    st.sampled_from(["edit", "refund unsent", "refund returned", "cancel"]),
    st.sampled_from([1, 2]),
    st.integers(1, 4),
)


@st.composite
def lives(draw: st.DrawFn) -> Life:
    life = Life()
    life.units = {1: draw(st.integers(1, 9)), 2: draw(st.integers(1, 9))}
    life.tell("orders/create")
    for act in draw(st.lists(ACTS, max_size=5)):
        life.act(*act)
    return life


def send(shop: Shop, life: Life, key: int, places: list[int]) -> None:
    for place in places:
        topic, body = life.sent[place % len(life.sent)]
        told = body | {"id": key}
        if topic == "refunds/create":
            told = body | {"order_id": key}
        elif topic == "orders/edited":
            told = {"order_edit": body["order_edit"] | {"order_id": key}}
        shop.told(topic, told)


@pytest.fixture
def numbers() -> list[int]:
    """Count the orders of one database."""
    return [0]


@settings(
    max_examples=EXAMPLES,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(life=lives(), data=st.data())
def test_the_demand_is_what_the_order_came_to(
    shop: Shop, numbers: list[int], life: Life, data: st.DataObject
) -> None:
    everything = list(range(len(life.sent)))
    again = data.draw(st.lists(st.sampled_from(everything), max_size=5))
    places = data.draw(st.permutations(everything + again))
    before = {sku: (shop.units(sku)[0], shop.units(sku, RETURN_DAY)[1]) for sku in ("A", "B")}
    numbers[0] += 1

    send(shop, life, numbers[0], places)

    for key, sku in ((1, "A"), (2, "B")):
        wanted, returned = shop.units(sku)[0], shop.units(sku, RETURN_DAY)[1]
        added = (wanted - before[sku][0], returned - before[sku][1])
        assert added == life.wanted(key)
    assert shop.waiting() == []
