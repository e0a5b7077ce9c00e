"""What every call is made of: the verbs, the pages of a list, and text as a step of a path."""

from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import Any, Self, cast
from urllib.parse import quote

import httpx

from app.client import answers
from app.client.failures import json_of
from app.client.sending import Query, Retries, Sender

Body = Mapping[str, object]

LONGER_THAN_A_LONG_POLL = 65.0
"""Seconds; the service may hold a request for 50 of them until there is news."""


class Calls:
    """One key's connection to a service."""

    def __init__(
        self,
        base_url: str,
        key: str | None = None,
        *,
        brand: str | None = None,
        factory: str | None = None,
        transport: httpx.BaseTransport | None = None,
        timeout: float = LONGER_THAN_A_LONG_POLL,
        retries: Retries | None = None,
    ) -> None:
        """Connect nothing yet.

        Args:
            base_url: Where the service is, such as `http://127.0.0.1:8000`.
            key: Whose calls these are; None calls as nobody.
            brand: The brand an ops key acts for; a brand's own key needs none.
            factory: The factory an ops key acts for; a factory's own key needs none.
            transport: Another way to send than over the network.
            timeout: Seconds for connecting, and for each silence while reading or writing.
            retries: How often a call is tried.
        """
        self.retries = retries or Retries()
        self._sender = Sender(
            base_url, key, transport=transport, timeout=timeout, retries=self.retries
        )
        self._for_brand: Query = {"brand": brand}
        self._for_factory: Query = {"factory": factory}
        self._for_either: Query = {"brand": brand, "factory": factory}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the connections back."""
        self._sender.close()

    def _get(self, path: str, query: Query | None = None) -> Any:
        return json_of(self._sender.send("GET", path, query=query))

    def _put(self, path: str, body: Body, query: Query | None = None) -> dict[str, Any]:
        answer = self._sender.send("PUT", path, query=query, body=body)
        return cast("dict[str, Any]", json_of(answer))

    def _post(self, path: str, body: Body, query: Query | None = None) -> dict[str, Any]:
        answer = self._sender.send("POST", path, query=query, body=body)
        return cast("dict[str, Any]", json_of(answer))

    def _delete(self, path: str, query: Query | None = None) -> None:
        self._sender.send("DELETE", path, query=query)

    def _batch(self, path: str, body: Body, query: Query) -> answers.BatchAnswer:
        return cast("answers.BatchAnswer", self._post(path, body, query))

    def _act(
        self,
        recommendation_id: str,
        verb: str,
        body: Body | None = None,
        query: Query | None = None,
    ) -> answers.Recommendation:
        path = f"/v1/recommendations/{segment(recommendation_id)}/{verb}"
        asked = self._for_brand if query is None else query
        return cast("answers.Recommendation", self._post(path, body or {}, asked))

    def _all(self, path: str, query: Query, cursor: str | None = None) -> Iterator[Any]:
        more = True
        while more:
            page = self._get(path, {"limit": 500, **query, "cursor": cursor})
            yield from page["data"]
            cursor, more = page["next_cursor"], page["has_more"]


def segment(text: str) -> str:
    """Return text as one step of a path: a slash in a SKU stays in it, and so do `.` and `..`."""
    if text in {".", ".."}:
        return text.replace(".", "%2E")
    return quote(text, safe="")
