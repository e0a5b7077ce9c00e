"""Ask a platform's REST API: with its own kind of key, patiently, never within a transaction."""

import time
from collections.abc import Iterator, Mapping
from typing import Any

import httpx

from app.connectors.reading import Document, Issue, Unreadable, document_of, parsed

TIMEOUT_SECONDS = 10.0
LONGEST_WAIT_SECONDS = 60.0
PAUSE_SECONDS = 2.0
"""Where a platform asks to wait and does not say how long."""

MOST_BYTES = 32 * 1024 * 1024


class AskLater(Exception):
    """The platform is away or has enough of us; `seconds` is what it asked for, None if nothing."""

    def __init__(self, said: str, seconds: float | None = None) -> None:
        super().__init__(said)
        self.seconds = seconds


class Refused(Exception):
    """The platform does not give this, to this key: asking again changes nothing."""


class ShopApi:
    """One shop's API."""

    def __init__(self, store_url: str, *, headers: Mapping[str, str], tries: int = 1) -> None:
        """Connect nothing yet.

        Args:
            store_url: What paths are appended to.
            headers: What shows who we are.
            tries: How often a request is sent, where the platform asks to wait in between.
        """
        self._client = httpx.Client(
            base_url=store_url,
            headers={"Accept": "application/json", **headers},
            timeout=TIMEOUT_SECONDS,
            follow_redirects=False,
        )
        self._tries = tries

    def close(self) -> None:
        """Give the connection back."""
        self._client.close()

    def get(self, path: str, query: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
        """Return an object.

        Raises:
            AskLater: If the platform is away or asks to wait.
            Refused: If it does not give it.
            Unreadable: If it gives something else.
        """
        return document_of(self._answer(path, query).content).members

    def get_list(self, path: str, query: Mapping[str, Any]) -> list[Document]:
        """Return a list of objects; an empty answer is an empty list."""
        return _objects(self._answer(path, query).content)

    def pages(self, path: str, query: Mapping[str, Any], name: str) -> Iterator[Document]:
        """Yield the objects under a name, page after page as `Link` headers lead on."""
        answer = self._answer(path, query)
        while True:
            yield from document_of(answer.content).objects(name)
            following = answer.links.get("next", {}).get("url")
            if following is None:
                return
            page = httpx.URL(following)
            if page.host and page.host != self._client.base_url.host:
                raise Refused("the next page is at another host")
            answer = self._answer(page.raw_path.decode(), None)

    def _answer(self, path: str, query: Mapping[str, Any] | None) -> httpx.Response:
        for attempt in range(1, self._tries + 1):
            try:
                return self._once(path, query)
            except AskLater as later:
                if attempt == self._tries:
                    raise
                wait = PAUSE_SECONDS if later.seconds is None else later.seconds
                time.sleep(min(wait, LONGEST_WAIT_SECONDS))
        raise AskLater("not asked")

    def _once(self, path: str, query: Mapping[str, Any] | None) -> httpx.Response:
        try:
            answer = self._client.get(path, params=query)
        except httpx.HTTPError as error:
            raise AskLater(f"the shop cannot be reached: {type(error).__name__}") from None
        if answer.status_code == 429 or answer.status_code >= 500:
            asked = answer.headers.get("retry-after", "")
            seconds = float(asked) if asked.replace(".", "", 1).isdigit() else None
            raise AskLater(f"the shop answers {answer.status_code}", seconds)
        if not 200 <= answer.status_code < 300:
            raise Refused(f"the shop answers {answer.status_code}")
        if len(answer.content) > MOST_BYTES:
            raise Refused("the shop answers with too much")
        return answer


def _objects(content: bytes) -> list[Document]:
    if not content.strip():
        return []
    found = parsed(content)
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise Unreadable(Issue("", "not_a_list", "must be a list of objects"))
    return [Document(one, f"/{index}") for index, one in enumerate(found)]
