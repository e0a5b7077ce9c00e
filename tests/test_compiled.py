import subprocess
import sys

import numpy as np
from numpy.typing import NDArray

from app.compiled import compiled

PROGRAM = """
import sys
import app.main, app.planning
print("numba" in sys.modules)
"""


UNKEPT = """
from app.compiled import compiled
print(compiled(lambda number: 2 * number)(21))
"""


@compiled
def running_total(numbers: NDArray[np.float64], least: float) -> NDArray[np.float64]:
    totals = np.empty_like(numbers)
    total = 0.0
    for at, number in enumerate(numbers):
        total += max(number, least)
        totals[at] = total
    return totals


@compiled
def halved(number: float) -> float:
    return number / 2


@compiled
def halves(numbers: NDArray[np.float64]) -> float:
    total = 0.0
    for number in numbers:
        total += halved(number)
    return total


def test_a_loop_calls_compiled_functions_of_its_module() -> None:
    assert halves(np.arange(5.0)) == 5.0
    assert halves.__wrapped__(np.arange(5.0)) == 5.0  # type: ignore[attr-defined]


def test_a_loop_does_what_it_says_whatever_the_types_and_the_layout() -> None:
    for kind in (np.int16, np.int64, np.float64):
        numbers = np.arange(-5, 15).astype(kind)[::2]
        assert (
            running_total(numbers, -1.0).tolist()
            == running_total.__wrapped__(  # type: ignore[attr-defined]
                numbers, -1.0
            ).tolist()
        )


def test_numbers_are_added_in_the_order_that_is_written() -> None:
    numbers = np.random.default_rng(1).normal(size=1000) * 10.0 ** np.arange(1000) ** 0.1
    one_by_one = 0.0
    for number in numbers.tolist():
        one_by_one += max(number, -1e9)

    assert running_total(numbers, -1e9)[-1] == one_by_one


def test_a_process_that_decides_nothing_does_not_load_the_compiler() -> None:
    loaded = subprocess.run(
        [sys.executable, "-c", PROGRAM], check=True, capture_output=True, text=True
    )

    assert loaded.stdout.strip() == "False"


def test_where_nothing_can_be_kept_a_loop_is_compiled_all_the_same() -> None:
    # Of a program without a file numba has no place to keep anything.
    ran = subprocess.run(
        [sys.executable, "-c", UNKEPT], check=False, capture_output=True, text=True
    )

    assert ran.stdout.strip() == "42", ran.stderr
