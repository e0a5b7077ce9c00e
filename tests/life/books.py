"""What must be true of what a brand sent: kept as plainly as the contract says it."""

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

Row = Mapping[str, Any]
Verdict = tuple[str, str | None]
"""A row's `status` and `code`."""


@dataclass
class Books:
    """Events, levels and deliveries of one brand, as they were taken.

    Attributes:
        resalable: Share of the returned units that can be sold again, by SKU.
        levels: Units on hand by SKU and instant.
        deliveries: What was ordered elsewhere, by reference and SKU.
        receipts: What came in of runs: SKU, instant, units.
        expected: Units of runs and counters still to come, by SKU.
    """

    zone: ZoneInfo
    resalable: dict[str, float]
    events: dict[str, Row] = field(default_factory=dict)
    levels: dict[tuple[str, datetime], int] = field(default_factory=dict)
    deliveries: dict[tuple[str, str], Row] = field(default_factory=dict)
    receipts: list[tuple[str, datetime, int]] = field(default_factory=list)
    expected: Counter[str] = field(default_factory=Counter)

    def sell(self, events: Sequence[Row]) -> list[Verdict]:
        """Take events in, and return what must be said of each."""
        return [self._sold(event) for event in events]

    def _sold(self, event: Row) -> Verdict:
        if event["sku"] not in self.resalable:
            return "rejected", "unknown_sku"
        known = self.events.get(event["event_id"])
        if known is not None:
            return ("duplicate", None) if known == event else ("rejected", "event_conflict")
        self.events[event["event_id"]] = event
        return "accepted", None

    def count(self, levels: Sequence[Row]) -> list[Verdict]:
        """Take levels in: of several for one SKU and time the last one wins."""
        said: list[Verdict] = []
        for level in levels:
            place = level["sku"], datetime.fromisoformat(level["as_of"])
            said.append(("duplicate" if self.levels.get(place) == level["on_hand"] else "accepted",
                         None))  # fmt: skip
            self.levels[place] = level["on_hand"]
        return said

    def deliver(self, items: Sequence[Row]) -> list[Verdict]:
        """Take deliveries in: the last one of a reference and SKU is how it stands."""
        said: list[Verdict] = []
        for item in items:
            place = item["reference"], item["sku"]
            stands = _standing(item) == _standing(self.deliveries.get(place))
            said.append(("duplicate" if stands else "accepted", None))
            self.deliveries[place] = item
        return said

    def demand(self, sku: str, first: date, last: date) -> list[tuple[date, int, int, int, int]]:
        """Return day, units sold, cancelled, returned and demanded of each day."""
        units: dict[str, Counter[date]] = defaultdict(Counter)
        for event in self._of(sku):
            day = self._day_of(event)
            if event["kind"] == "cancellation":
                ordered = [
                    self._day_of(sale)
                    for sale in self._of(sku)
                    if sale["kind"] == "sale" and sale.get("order_id") == event.get("order_id")
                    if event.get("order_id") is not None
                ]
                day = min(ordered, default=day)
            units[event["kind"]][day] += event["quantity"]
        days = [first + timedelta(days=step) for step in range((last - first).days + 1)]
        return [
            (
                day,
                units["sale"][day],
                units["cancellation"][day],
                units["return"][day],
                max(0, units["sale"][day] - units["cancellation"][day]),
            )
            for day in days
        ]

    def on_hand(self, sku: str, now: datetime) -> int:
        """Return the last report less net sales since, and with what came in since."""
        reports = [at for code, at in self.levels if code == sku and at <= now]
        if not reports:
            return 0
        last = max(reports)

        def since(at: datetime) -> bool:
            return last < at <= now

        moved = [one for one in self._of(sku) if since(datetime.fromisoformat(one["occurred_at"]))]
        sums = Counter[str]()
        for event in moved:
            sums[event["kind"]] += event["quantity"]
        came = sum(units for code, at, units in self.receipts if code == sku and since(at))
        came += sum(
            item["quantity"]
            for (_, code), item in self.deliveries.items()
            if code == sku and item["received_on"] and since(self._start_of(item["received_on"]))
        )
        back = math.floor(sums["return"] * self.resalable[sku])
        level = self.levels[sku, last]
        return max(0, level - sums["sale"] + sums["cancellation"] + came + back)

    def inbound(self, sku: str, now: datetime) -> int:
        """Return all units still to come: ordered elsewhere, accepted, countered."""
        elsewhere = sum(
            item["quantity"]
            for (_, code), item in self.deliveries.items()
            if code == sku
            if not item["received_on"] or self._start_of(item["received_on"]) > now
        )
        later = sum(units for code, at, units in self.receipts if code == sku and at > now)
        return elsewhere + later + self.expected[sku]

    def _of(self, sku: str) -> list[Row]:
        return [event for event in self.events.values() if event["sku"] == sku]

    def _day_of(self, event: Row) -> date:
        return datetime.fromisoformat(event["occurred_at"]).astimezone(self.zone).date()

    def _start_of(self, day: str) -> datetime:
        return datetime.combine(date.fromisoformat(day), time.min, tzinfo=self.zone)


def _standing(item: Row | None) -> tuple[Any, ...]:
    """Return what of a delivery counts: nothing of one called off, no due date of one received."""
    if item is None or item["quantity"] == 0:
        return ()
    return item["quantity"], item["received_on"] or ("due", item["due_date"])
