"""A thread for a request, or word that there is none: nobody waits for one without end.

What holds the threads may itself wait, for a database that hangs or a row that another holds. As
long as one request after the other ends, those behind them wait their turn; once none has for some
seconds, they and whoever comes are told at once to come again.
"""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext

from anyio import CapacityLimiter, WouldBlock, move_on_after
from anyio.lowlevel import RunVar
from fastapi import Request

from app.errors import Unavailable
from app.web.context import current_settings

STUCK_SECONDS = 5.0
"""A call of 10,000 events takes half a second, eight at once some 3."""


class _Turns:
    """The turns of one event loop: as many as there are threads."""

    def __init__(self, threads: int) -> None:
        self._limiter = CapacityLimiter(threads)
        self._ended_at = time.monotonic()

    async def take(self, turn: object) -> None:
        """Wait for a turn.

        Raises:
            Unavailable: If none ends.
        """
        try:
            self._limiter.acquire_on_behalf_of_nowait(turn)
        except WouldBlock:
            while (left := self._ended_at + STUCK_SECONDS - time.monotonic()) > 0:
                with move_on_after(left):
                    await self._limiter.acquire_on_behalf_of(turn)
                    return
            raise Unavailable("every thread waits for the database") from None
        if self._limiter.borrowed_tokens == 1:
            self._ended_at = time.monotonic()  # nobody was at work before

    def end(self, turn: object) -> None:
        """Let the next one."""
        self._ended_at = time.monotonic()
        self._limiter.release_on_behalf_of(turn)


_turns: RunVar[_Turns] = RunVar("turns")


@asynccontextmanager
async def thread_turn(request: Request) -> AsyncIterator[None]:
    """Let as many requests at a time use threads as there are.

    Raises:
        Unavailable: If those that have them come to no end.
    """
    turns, turn = _turns_of(request), object()
    await turns.take(turn)
    try:
        yield
    finally:
        turns.end(turn)


def no_turn(_request: Request) -> nullcontext[None]:
    """Let a request go on that uses no thread while it waits."""
    return nullcontext()


def _turns_of(request: Request) -> _Turns:
    try:
        return _turns.get()
    except LookupError:
        made = _Turns(current_settings(request).request_threads)
        _turns.set(made)
        return made
