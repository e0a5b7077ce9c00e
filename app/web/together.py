"""Work for all who wait at once: what comes while a group is worked on is the next group."""

import asyncio
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from starlette.concurrency import run_in_threadpool

One = TypeVar("One")
Outcome = TypeVar("Outcome")


@dataclass(eq=False)
class _Waiting(Generic[One, Outcome]):
    one: One
    answer: asyncio.Future[Outcome]


class Together(Generic[One, Outcome]):
    """Does pieces of work on a thread, one group at a time; who waits holds no thread meanwhile.

    Alone, a piece is done at once. Under load, those that come while a group is worked on are the
    next group: the busier it gets, the less each costs. Used on one event loop.
    """

    def __init__(
        self,
        work: Callable[[Sequence[One]], Sequence[Outcome]],
        *,
        marks: Callable[[One], Collection[str] | None],
        apart: tuple[type[Exception], ...],
    ) -> None:
        """Do nothing yet.

        Args:
            work: Does a group and returns what became of each; all of it or nothing.
            marks: What a piece touches: two that share a mark are in different groups; None for
                one that is done alone.
            apart: Errors that are everybody's. After any other one each is done alone, so that
                one that cannot be done takes no other with it.
        """
        self._work, self._marks, self._apart = work, marks, apart
        self._waiting: list[_Waiting[One, Outcome]] = []
        self._turn: asyncio.Task[None] | None = None

    async def do(self, one: One) -> Outcome:
        """Have a piece of work done; return what became of it, or raise why not."""
        answer: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(one, answer))
        if self._turn is None:
            self._turn = asyncio.create_task(self._take_turns())
        return await answer

    async def _take_turns(self) -> None:
        await asyncio.sleep(0)  # whose request is read already comes along
        try:
            while self._waiting:
                waiting, self._waiting = self._waiting, []
                for group in self._groups(waiting):
                    await self._do(group)
        finally:
            self._turn = None

    async def _do(self, group: Sequence[_Waiting[One, Outcome]]) -> None:
        try:
            outcomes = await run_in_threadpool(self._work, [waiting.one for waiting in group])
        except Exception as error:  # noqa: BLE001  raised again by whoever brought the piece
            if len(group) == 1 or isinstance(error, self._apart):
                for waiting in group:
                    if not waiting.answer.done():  # who brought it may have left
                        waiting.answer.set_exception(error)
                return
            for waiting in group:
                await self._do([waiting])
            return
        for waiting, outcome in zip(group, outcomes, strict=True):
            if not waiting.answer.done():
                waiting.answer.set_result(outcome)

    def _groups(
        self, waiting: Sequence[_Waiting[One, Outcome]]
    ) -> Iterator[list[_Waiting[One, Outcome]]]:
        group: list[_Waiting[One, Outcome]] = []
        taken: set[str] = set()
        for one in waiting:
            marks = self._marks(one.one)
            if group and (marks is None or taken.intersection(marks)):
                yield group
                group, taken = [], set()
            group.append(one)
            if marks is None:
                yield group
                group, taken = [], set()
            else:
                taken.update(marks)
        if group:
            yield group
