"""Work for all who wait at once: who gets the turn works for those that came meanwhile too."""

import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

One = TypeVar("One")
Outcome = TypeVar("Outcome")


@dataclass(eq=False)
class _Waiting(Generic[One, Outcome]):
    one: One
    outcomes: list[Outcome] = field(default_factory=list)
    error: Exception | None = None

    @property
    def is_done(self) -> bool:
        return bool(self.outcomes) or self.error is not None


class Together(Generic[One, Outcome]):
    """Does pieces of work on the threads that bring them, one group at a time.

    Alone, a piece is done at once. Under load, those that come while a group is worked on are the
    next group: the busier it gets, the less each costs.
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
        self._turn, self._lock = threading.Lock(), threading.Lock()
        self._waiting: list[_Waiting[One, Outcome]] = []

    def do(self, one: One) -> Outcome:
        """Do a piece of work, or have it done; return what became of it, or raise why not."""
        mine: _Waiting[One, Outcome] = _Waiting(one)
        with self._lock:
            self._waiting.append(mine)
        with self._turn:
            if not mine.is_done:
                with self._lock:
                    waiting, self._waiting = self._waiting, []
                for group in self._groups(waiting):
                    self._do(group)
        if mine.error is not None:
            raise mine.error
        return mine.outcomes[0]

    def _do(self, group: Sequence[_Waiting[One, Outcome]]) -> None:
        try:
            outcomes = self._work([waiting.one for waiting in group])
        except Exception as error:  # noqa: BLE001  raised again by whoever brought the piece
            if len(group) == 1 or isinstance(error, self._apart):
                for waiting in group:
                    waiting.error = error
                return
            for waiting in group:
                self._do([waiting])
            return
        for waiting, outcome in zip(group, outcomes, strict=True):
            waiting.outcomes.append(outcome)

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
