"""Standing lists, kept as the bytes that go out as long as the feed of their factory stands.

Whatever changes what a factory sees of a recommendation tells its feed in the same transaction,
so a list whose feed stands where it stood would be read the same again.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from app.recommendations.heads import Head, Heads
from app.recommendations.rendered import Rendered
from app.web.etag import etag_of

MOST_BYTES = 32 * 1024 * 1024

LONGEST_SCOPE = 400
"""Longer than any address that is of use; what is asked at such a one is not kept."""

Question = tuple[int, str, str | None, int]
"""A factory, the list's address, the cursor its reader goes on from, and how many at most."""


@dataclass(frozen=True)
class StandingList:
    """A list as it goes out, the feed's head it was read at, and its entity tag."""

    head: Head
    body: bytes
    headers: dict[str, str]
    etag: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "etag", etag_of(self.body))


class StandingLists:
    """Answers from memory as long as the feed stands where it stood; else reads."""

    def __init__(self, heads: Heads, *, most_bytes: int = MOST_BYTES) -> None:
        self._heads = heads
        self._rendered = Rendered[Question, StandingList](most_bytes)

    async def current(
        self, question: Question, read: Callable[[], StandingList], *, now: bool = False
    ) -> StandingList:
        """Return the list, by `read` on a thread where the kept one may have changed.

        Raises:
            Unavailable: If the database is away or busy.
        """
        head = await self._heads.of(question[0], now=now)
        kept = self._rendered.get(question)
        if kept is not None and kept.head == head:
            return kept
        found = await asyncio.to_thread(read)
        if len(question[1]) <= LONGEST_SCOPE:
            self._rendered.keep(question, found)
        return found
