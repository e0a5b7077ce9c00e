"""Answers kept as the bytes that go out, the ones asked for least recently given up first."""

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, Protocol, TypeVar

ENTRY_BYTES = 1024
"""What an empty answer takes with its question and its place, rounded up."""


class Answer(Protocol):
    """Something with a body."""

    @property
    def body(self) -> bytes:
        """The bytes that go out."""


Q = TypeVar("Q", bound=Hashable)
A = TypeVar("A", bound=Answer)


class Rendered(Generic[Q, A]):
    """The last answer to each question, within so many bytes together."""

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._bytes = 0
        self._kept: OrderedDict[Q, A] = OrderedDict()

    def get(self, question: Q) -> A | None:
        """Return what the question was answered with, if that is still kept."""
        kept = self._kept.get(question)
        if kept is not None:
            self._kept.move_to_end(question)
        return kept

    def keep(self, question: Q, answer: A) -> None:
        """Keep an answer in place of the one before."""
        before = self._kept.pop(question, None)
        if before is not None:
            self._bytes -= len(before.body) + ENTRY_BYTES
        self._kept[question] = answer
        self._bytes += len(answer.body) + ENTRY_BYTES
        while self._bytes > self._most_bytes:
            _, oldest = self._kept.popitem(last=False)
            self._bytes -= len(oldest.body) + ENTRY_BYTES
