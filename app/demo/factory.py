"""A factory that polls its feed, answers, makes, and ships, as one with a computer would."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from app.client import ProblemError, ShortrunClient
from app.client.answers import Recommendation, Run, RunEvent
from app.demo.days import moment
from app.demo.line import Line, Terms

DECLINED_SHARE = 0.04
DECLINE_REASON = "the line is down for maintenance"
SHORTEST_LEAD_DAYS = 2

QUICK_DAYS = 10
"""Runs with a shorter lead time are made and shipped on one day."""

NO_LONGER_OPEN = frozenset(
    f"recommendation.{status}"
    for status in ("superseded", "withdrawn", "expired", "accepted", "declined")
)


@dataclass(frozen=True)
class Delivery:
    """Good units of a run at the brand's door."""

    run: str
    style: str
    quantities: Mapping[str, int]


@dataclass
class SimulatedFactory:
    """One factory's computer: its place in the feed and the work it has taken on.

    Attributes:
        cursor: The last event dealt with; everything after it is news.
        events_read: Events seen so far, which must equal the last `seq`.
    """

    name: str
    client: ShortrunClient
    line: Line
    rng: np.random.Generator
    cursor: str | None = None
    events_read: int = 0
    last_seq: int = 0
    _progress: dict[int, list[tuple[str, RunEvent]]] = field(default_factory=dict)
    _deliveries: dict[int, list[Delivery]] = field(default_factory=dict)

    def answer_feed(self, today: int) -> int:
        """Read what is new and answer what is still open; return how many were accepted."""
        standing: dict[str, Recommendation] = {}
        for event in self.client.feed(self.name, after=self.cursor):
            recommendation = event["recommendation"]
            if event["type"] in NO_LONGER_OPEN:
                standing.pop(recommendation["id"], None)
            elif recommendation["status"] == "open":
                standing[recommendation["id"]] = recommendation
            self.cursor, self.last_seq = event["cursor"], event["seq"]
            self.events_read += 1
        return sum(self._answer(each, today) for each in standing.values())

    def report_progress(self, day: int) -> None:
        """Post what happened to the runs on a day."""
        by_run: dict[str, list[RunEvent]] = {}
        for run, event in self._progress.pop(day, []):
            by_run.setdefault(run, []).append(event)
        for run, events in by_run.items():
            self.client.post_run_events(run, events)

    def deliveries(self, day: int) -> list[Delivery]:
        """Return what reaches the brand on a day."""
        return self._deliveries.pop(day, [])

    def units_on_their_way(self) -> Counter[str]:
        """Return the good units by SKU that have not been delivered yet."""
        coming: Counter[str] = Counter()
        for delivery in (each for due in self._deliveries.values() for each in due):
            coming.update(delivery.quantities)
        return coming

    def _answer(self, recommendation: Recommendation, today: int) -> bool:
        declines = self.rng.random() < DECLINED_SHARE
        answer = (
            {"decision": "decline", "reason": DECLINE_REASON}
            if declines
            else {"decision": "accept"}
        )
        try:
            answered = self.client.respond(recommendation["id"], answer)
        except ProblemError as problem:
            if problem.code == "not_open":
                return False
            raise
        if declines or answered["run"] is None:
            return False
        self._take_on(self.client.run(answered["run"]), today)
        return True

    def _take_on(self, run: Run, accepted: int) -> None:
        """Plan a run's days: made after two thirds of the lead time, shipped the day before."""
        terms = self._terms(run["mode"])
        drawn = round(self.rng.normal(terms.lead_days, terms.lead_sd_days))
        arrival = accepted + max(SHORTEST_LEAD_DAYS, drawn)
        shipped = arrival - 1
        made = shipped if drawn < QUICK_DAYS else accepted + drawn * 2 // 3
        ordered = {line["sku"]: line["quantity"] for line in run["lines"]}
        good = {
            sku: int(self.rng.binomial(units, terms.yield_rate)) for sku, units in ordered.items()
        }
        self._note(run["id"], made, "started", 6 * 60)
        for sku, units in ordered.items():
            self._note(run["id"], made, "produced", 14 * 60, sku, units)
            self._note(run["id"], made, "rejected", 15 * 60, sku, units - good[sku])
            self._note(run["id"], shipped, "shipped", 16 * 60, sku, good[sku])
        delivery = Delivery(run["id"], run["style"], good)
        self._deliveries.setdefault(arrival, []).append(delivery)

    def _note(
        self, run: str, day: int, kind: str, minute: int, sku: str = "", quantity: int = 0
    ) -> None:
        if sku and not quantity:
            return
        event: RunEvent = {
            "event_id": f"{kind}.{sku}" if sku else kind,
            "kind": kind,
            "occurred_at": moment(self.line.timezone, day, minute),
        }
        if sku:
            event |= {"sku": sku, "quantity": quantity}
        self._progress.setdefault(day, []).append((run, event))

    def _terms(self, mode: str) -> Terms:
        return next(
            terms for terms in self.line.terms if (terms.factory, terms.mode) == (self.name, mode)
        )
