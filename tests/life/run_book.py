"""What must be true of a run: frozen terms, each event once, progress only forwards."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.life.books import Row, Verdict

STATUSES = ("planned", "in_production", "shipped", "received", "closed")
COUNTED = ("produced", "rejected", "shipped", "received")
PROGRESS = {"status", "lines"}


def frozen(run: Row) -> dict[str, Any]:
    """Return what of a run may never change."""
    lines = [{name: line[name] for name in line.keys() - set(COUNTED)} for line in run["lines"]]
    return {name: run[name] for name in run.keys() - PROGRESS} | {"lines": lines}


@dataclass
class RunBook:
    """One run as it was accepted, and what was reported of it since."""

    accepted: Row
    status: str = "planned"
    events: dict[str, Row] = field(default_factory=dict)
    units: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def ordered(self) -> dict[str, int]:
        return {line["sku"]: line["quantity"] for line in self.accepted["lines"]}

    def report(self, events: Sequence[Row]) -> list[Verdict]:
        """Take events in, and return what must be said of each."""
        return [self._reported(event) for event in events]

    def _reported(self, event: Row) -> Verdict:
        known = self.events.get(event["event_id"])
        if known is not None:
            return ("duplicate", None) if known == event else ("rejected", "event_conflict")
        kind, sku = event["kind"], event.get("sku")
        begun = datetime.fromisoformat(self.accepted["accepted_at"]) - timedelta(days=1)
        if datetime.fromisoformat(event["occurred_at"]) < begun:
            return "rejected", "before_acceptance"
        if self.status == "closed" and kind not in {"received", "complained", "closed"}:
            return "rejected", "run_closed"
        if sku is not None and sku not in self.ordered:
            return "rejected", "unknown_sku"
        if sku is not None:
            total = self.units[kind, sku] + event["quantity"]
            if total > max(self.ordered[sku] + 10, self.ordered[sku] * 3 // 2):
                return "rejected", "over_quantity"
            self.units[kind, sku] = total
        self.events[event["event_id"]] = event
        if kind == "closed":
            self.status = "closed"
        return "accepted", None

    def still_expected(self) -> dict[str, int]:
        """Return the units of each SKU to come; every unit ordered is expected to be good."""
        if self.status in {"received", "closed"}:
            return {}
        return {
            sku: max(0, quantity - self.units["rejected", sku] - self.units["received", sku])
            for sku, quantity in self.ordered.items()
        }

    def check(self, run: Row) -> None:
        """Compare with the run as it is shown now."""
        assert frozen(run) == frozen(self.accepted)
        shown = {(kind, line["sku"]): line[kind] for line in run["lines"] for kind in COUNTED}
        assert shown == {place: self.units[place] for place in shown}
        assert STATUSES.index(run["status"]) >= STATUSES.index(self.status), "went back"
        self.status = run["status"]


def step(
    number: str, kind: str, sku: str | None, quantity: int, at: datetime, hours: int
) -> Mapping[str, Any]:
    """Write one event as it is sent."""
    counted = {"sku": sku, "quantity": quantity} if sku is not None else {}
    occurred = (at + timedelta(hours=hours)).isoformat()
    return {"event_id": number, "kind": kind, "occurred_at": occurred, **counted}
