"""Readers of a feed: each from its own cursor, each proving that it has everything."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.life.books import Row
from tests.life.offered import as_told

Get = Callable[[dict[str, Any]], Any]


@dataclass
class Reader:
    """Somebody who goes on from the last cursor."""

    limit: int
    cursor: str | None = None
    events: list[Row] = field(default_factory=list)

    def read(self, get: Get) -> bool:
        """Read one page, and say whether there is more."""
        asked: dict[str, Any] = {"limit": self.limit}
        page = get(asked | ({"after": self.cursor} if self.cursor else {}))
        for event in page["data"]:
            assert event["seq"] == len(self.events) + 1, "a gap, or an event twice"
            as_told(event["recommendation"])
            self.events.append(event)
        self.cursor = page["next_cursor"]
        return bool(page["has_more"])

    def read_all(self, get: Get) -> None:
        while self.read(get):
            pass


@dataclass
class Mirror:
    """A copy of the standing list, kept up to date by the feed from where the list was read."""

    cursor: str
    rows: dict[str, dict[str, Any]]

    def follow(self, get: Get) -> None:
        has_more = True
        while has_more:
            page = get({"after": self.cursor, "limit": 3})
            for event in page["data"]:
                told = event["recommendation"]
                self.rows[told["id"]] = as_told(told)
            self.cursor, has_more = page["next_cursor"], page["has_more"]
