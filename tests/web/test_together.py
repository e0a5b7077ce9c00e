import asyncio
import threading
from collections.abc import Sequence

import pytest

from app.web.together import Together


def single(one: str) -> set[str]:
    return {one}


class Bench:
    """Work that holds the turn until it is let go, and notes what was done in one group."""

    def __init__(self) -> None:
        self.groups: list[list[str]] = []
        self.began, self.go = threading.Event(), threading.Event()

    def work(self, group: Sequence[str]) -> list[str]:
        self.groups.append(list(group))
        self.began.set()
        assert self.go.wait(5)
        if "bad" in group:
            raise ValueError("bad")
        if "away" in group:
            raise OSError("away")
        return [one.upper() for one in group]


def done(bench: Bench, together: Together[str, str], later: Sequence[str]) -> list[object]:
    """Hold the turn with `first`, bring the others, let all go; say what they got."""

    async def bring() -> list[object]:
        first = asyncio.create_task(together.do("first"))
        assert await asyncio.to_thread(bench.began.wait, 5)
        others = [asyncio.create_task(together.do(one)) for one in later]
        await asyncio.sleep(0)  # each of them waits now
        bench.go.set()
        async with asyncio.timeout(5):
            return list(await asyncio.gather(first, *others, return_exceptions=True))

    return asyncio.run(bring())


def test_those_that_come_meanwhile_are_done_in_one_group() -> None:
    bench = Bench()
    together = Together(bench.work, marks=single, apart=(OSError,))

    outcomes = done(bench, together, ["a", "b", "c"])

    assert outcomes == ["FIRST", "A", "B", "C"]
    assert bench.groups == [["first"], ["a", "b", "c"]]


def test_one_whose_request_is_read_while_the_first_is_taken_up_comes_along() -> None:
    bench = Bench()
    bench.go.set()
    together = Together(bench.work, marks=single, apart=(OSError,))

    async def bring() -> list[str]:
        first = asyncio.create_task(together.do("a"))
        await asyncio.sleep(0)
        second = asyncio.create_task(together.do("b"))
        return [await first, await second]

    assert asyncio.run(bring()) == ["A", "B"]
    assert bench.groups == [["a", "b"]]


def test_two_with_a_mark_in_common_are_in_different_groups() -> None:
    bench = Bench()
    together = Together(bench.work, marks=single, apart=(OSError,))

    done(bench, together, ["a", "b", "a"])

    assert bench.groups == [["first"], ["a", "b"], ["a"]]


def test_one_without_marks_is_done_alone() -> None:
    bench = Bench()
    together = Together(
        bench.work, marks=lambda one: None if one == "alone" else {one}, apart=(OSError,)
    )

    done(bench, together, ["a", "alone", "b", "c"])

    assert bench.groups == [["first"], ["a"], ["alone"], ["b", "c"]]


def test_one_that_cannot_be_done_takes_no_other_with_it() -> None:
    bench = Bench()
    together = Together(bench.work, marks=single, apart=(OSError,))

    first, a, bad, b = done(bench, together, ["a", "bad", "b"])

    assert (first, a, b) == ("FIRST", "A", "B")
    assert isinstance(bad, ValueError)


def test_an_error_of_everybody_is_not_tried_one_by_one() -> None:
    bench = Bench()
    together = Together(bench.work, marks=single, apart=(OSError,))

    _, *others = done(bench, together, ["a", "away"])

    assert all(isinstance(one, OSError) for one in others)
    assert bench.groups == [["first"], ["a", "away"]]


def test_a_piece_that_raises_leaves_the_turn_free() -> None:
    bench = Bench()
    bench.go.set()
    together = Together(bench.work, marks=single, apart=(OSError,))

    with pytest.raises(ValueError, match="bad"):
        asyncio.run(together.do("bad"))

    assert asyncio.run(together.do("a")) == "A"


def test_a_piece_whose_bringer_left_is_done_and_holds_nobody_up() -> None:
    bench = Bench()
    together = Together(bench.work, marks=single, apart=(OSError,))

    async def leave() -> str:
        first = asyncio.create_task(together.do("first"))
        assert await asyncio.to_thread(bench.began.wait, 5)
        first.cancel()
        second = asyncio.create_task(together.do("second"))
        await asyncio.sleep(0)
        bench.go.set()
        async with asyncio.timeout(5):
            return await second

    assert asyncio.run(leave()) == "SECOND"
    assert bench.groups == [["first"], ["second"]]
