import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.connectors.together import Together


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
    """Hold the turn with `first`, bring the others one by one, let all go; say what they got."""

    def outcome(one: str) -> object:
        try:
            return together.do(one)
        except (ValueError, OSError) as error:
            return error

    with ThreadPoolExecutor(len(later) + 1) as pool:
        futures = [pool.submit(outcome, "first")]
        assert bench.began.wait(5)
        for number, one in enumerate(later):
            futures.append(pool.submit(outcome, one))
            while len(together._waiting) <= number:  # nothing else tells that it waits
                time.sleep(0.001)
        bench.go.set()
        return [future.result(5) for future in futures]


def test_those_that_come_meanwhile_are_done_in_one_group() -> None:
    bench = Bench()
    together = Together(bench.work, marks=single, apart=(OSError,))

    outcomes = done(bench, together, ["a", "b", "c"])

    assert outcomes == ["FIRST", "A", "B", "C"]
    assert bench.groups == [["first"], ["a", "b", "c"]]


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
        together.do("bad")

    assert together.do("a") == "A"
