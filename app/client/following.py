"""Reads a feed on and on: page after page, and from what stands where the feed broke off."""

import time
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import httpx

from app.client.answers import FeedPage, Standing
from app.client.failures import ProblemError, Unreachable, passes
from app.client.sending import Retries

LONGEST_WAIT_SECONDS = 50
"""Seconds the service holds a request for news at most (the contract, `Prefer: wait`)."""

LARGEST_PAGE = 500

AWAITING_ANSWER = ("open", "countered")
"""The statuses in which a factory may still answer."""

SOON_SECONDS = 1.0
"""An empty answer sooner than this was not held for news, so the next request waits this long: a
proxy that drops `Prefer` would otherwise be asked hundreds of times a second."""

MANY_FAILURES = 30
"""Counted no further: the pause stopped growing long before, and doubling it 1,024 times (half a
day without the service) is more than a float holds."""

Piece: TypeAlias = FeedPage | Standing


class FeedCalls(Protocol):
    """The two calls a reader makes, and how patiently the client repeats them."""

    @property
    def retries(self) -> Retries:
        """How long to wait between tries."""

    def feed_page(
        self, factory: str, *, after: str | None = None, limit: int = 100, wait: int = 0
    ) -> FeedPage:
        """Return the events behind a cursor."""

    def standing(
        self, factory: str, *, status: str | None = "open", etag: str | None = None
    ) -> Standing | None:
        """Return what stands."""


@dataclass
class FeedReader:
    """A place in a factory's feed.

    Attributes:
        client: What it reads with.
        factory: Whose feed.
        after: The cursor behind what was read; None is before the oldest event.
        wait: Seconds to let the service wait for news.
        limit: Events in a page at most, 1 to 500.
    """

    client: FeedCalls
    factory: str
    after: str | None = None
    wait: int = 0
    limit: int = LARGEST_PAGE

    def until_current(self) -> Iterator[Piece]:
        """Yield pages with events until there are no more for now.

        Raises:
            ProblemError: The service refused; 410 where it does so at its own restart too.
            Unreachable: No answer came.
        """
        just_restarted, more = False, True
        while more:
            piece = self._read(may_restart=not just_restarted)
            just_restarted = isinstance(piece, Standing)
            if isinstance(piece, Standing):
                yield piece
                continue
            if piece["data"]:
                yield piece
            more = piece["has_more"]

    def for_ever(self) -> Iterator[Piece]:
        """Yield pages with events as they come; what passes by itself is waited for.

        Raises:
            ProblemError: The service refused for good: the key, the factory, the cursor.
        """
        failed = 0
        while True:
            began, was_held = time.monotonic(), self.after is not None
            try:
                seen = yield from self._counted()
            except (Unreachable, ProblemError) as failure:
                if not passes(failure):
                    raise
                failed = min(failed + 1, MANY_FAILURES)
                self.client.retries.pause(max(self.client.retries.delay(failed), _asked(failure)))
                continue
            failed = 0
            if not seen and was_held and time.monotonic() - began < SOON_SECONDS:
                self.client.retries.pause(SOON_SECONDS)

    def _counted(self) -> Generator[Piece, None, int]:
        """Yield what there is now and return how many pieces that were."""
        seen = 0
        for piece in self.until_current():
            seen += 1
            yield piece
        return seen

    def _read(self, *, may_restart: bool) -> Piece:
        # At first not held: only an answer tells a feed without events from one that forgot them.
        wait = 0 if self.after is None else self.wait
        try:
            page = self.client.feed_page(
                self.factory, after=self.after, limit=self.limit, wait=wait
            )
        except ProblemError as refused:
            if refused.status != httpx.codes.GONE or not may_restart:
                raise
            return self._restarted()
        if self.after is None and not _is_beginning(page):
            standing = self._restarted()
            if standing.data:
                return standing
        self.after = page["next_cursor"] or self.after
        return page

    def _restarted(self) -> Standing:
        standing = self._all_standing()
        self.after = standing.feed_cursor
        return standing

    def _all_standing(self) -> Standing:
        """Return all that can be answered, and the position before the first of the lists.

        What changes its status between the lists is in neither, but its event follows.
        """
        lists = [self.client.standing(self.factory, status=one) for one in AWAITING_ANSWER]
        found = [one for one in lists if one is not None]
        rows = {row["id"]: row for one in found for row in one.data}
        return Standing(list(rows.values()), found[0].feed_cursor, "")


def _is_beginning(page: FeedPage) -> bool:
    """Say whether a page holds a feed's first event; where it was pruned, none does any more."""
    return bool(page["data"]) and page["data"][0]["seq"] == 1


def _asked(failure: Exception) -> float:
    """Return the seconds that the service asks to be left alone for."""
    return (failure.retry_after or 0.0) if isinstance(failure, ProblemError) else 0.0
