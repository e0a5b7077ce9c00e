"""What must be true of recommendations: edges they move along, and the news that tells of it."""

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.life.books import Row

STANDING = {"draft", "open", "countered"}
BY_WORKER = {("draft", "superseded"), ("draft", "withdrawn"), ("draft", "expired"),
             ("open", "superseded"), ("open", "withdrawn"), ("open", "expired"),
             ("countered", "expired")}  # fmt: skip
EDGES = BY_WORKER | {("draft", "open"), ("open", "countered"), ("open", "accepted"),
         ("open", "declined"), ("countered", "open"), ("countered", "accepted"),
         ("countered", "declined"), ("countered", "withdrawn")}  # fmt: skip
ECONOMICS = {"economics", "counter_economics", "alternatives", "reasons", "digest"}
TERMS = ("brand", "factory", "offer", "style", "mode", "lines", "quantity", "currency",
         "unit_cost", "setup_cost", "freight_cost", "tooling_cost", "total_cost", "need_by",
         "order_by", "expires_at", "supersedes", "issued_at", "digest", "economics")  # fmt: skip


@dataclass
class Offered:
    """Every recommendation of a brand as last seen, and what its factories must have heard."""

    rows: dict[str, Row] = field(default_factory=dict)
    heard: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def standing(self) -> list[Row]:
        return [row for row in self.rows.values() if row["status"] in STANDING]

    def with_status(self, *statuses: str) -> list[str]:
        return [name for name, row in self.rows.items() if row["status"] in statuses]

    def opened(self) -> list[str]:
        """Return what some factory has heard of."""
        return [name for name in self.rows if self.heard[name]]

    def observe(self, rows: Iterable[Row], may: Mapping[str, Container[str]] | None) -> None:
        """Compare with what is shown now, and take note of it.

        Args:
            rows: Every recommendation of the brand.
            may: What may have happened: the statuses that each may have reached, all others being
                as they were. None: a worker was there.
        """
        shown = {row["id"]: row for row in rows}
        assert self.rows.keys() <= shown.keys(), "a recommendation is gone"
        for name, row in shown.items():
            before = self.rows.get(name)
            if before is None:
                assert may is None, f"{name} came from nowhere"
                assert row["status"] in {"draft", "open"}, row["status"]
                if row["status"] == "open":
                    self.heard[name].append("recommendation.issued")
            elif may is None or name in may:
                self._moved(before, row, None if may is None else may[name])
            else:
                assert row == before, "nobody touched it"
        self.rows = shown
        places = [(row["style"], row["factory"]) for row in self.standing()]
        assert len(places) == len(set(places)), "two stand at one place"

    def _moved(self, before: Row, row: Row, may: Container[str] | None) -> None:
        was, now = before["status"], row["status"]
        assert {name: row[name] for name in TERMS} == {name: before[name] for name in TERMS}
        assert may is None or now in may, (was, now, may)
        if row == before:
            return
        assert was in STANDING, f"{was} is final"
        edges = BY_WORKER if may is None else EDGES
        assert was == now == "countered" or (was, now) in edges, (was, now)
        if now == "open":
            self.heard[row["id"]].append(
                "recommendation.issued" if was == "draft" else "counter.declined"
            )
        elif was != "draft":
            self.heard[row["id"]].append(f"recommendation.{now}")


def as_told(row: Row) -> dict[str, Any]:
    """Return what a list and a feed say alike.

    A list also names what came to replace a recommendation after its last event.
    """
    assert not ECONOMICS & row.keys()
    return {name: row[name] for name in row.keys() - {"superseded_by"}}
