import os
import resource
import subprocess
import sys
from functools import partial
from pathlib import Path

import numpy as np
import pytest
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


SET_ASIDE = """
import gc
from app.compiled import compiled
once = compiled(lambda number: number)
{freeze}
before = gc.get_freeze_count()
once(1)
print(gc.get_freeze_count() - before)
"""


KEPT = """
from number import NUMBER
from app.compiled import compiled

@compiled
def total(numbers):
    total = NUMBER
    for number in numbers:
        total += number
    return total
"""

TOTALS = """
import numpy as np
from kept import total
print(total(np.arange(4)), total(np.arange(4.0)))
"""

FULL = partial(resource.setrlimit, resource.RLIMIT_FSIZE, (0, 0))
"""As on a full disk, nothing can be written."""


def totals(folder: Path, number: float, *, first: object = None) -> str:
    """Return what a process that keeps its loops in the folder says."""
    (folder / "kept.py").write_text(KEPT)
    (folder / "number.py").write_text(f"NUMBER = {number}")
    env = {**os.environ, "PYTHONPATH": str(folder), "NUMBA_CACHE_DIR": str(folder / "loops")}
    ran = subprocess.run(
        [sys.executable, "-B", "-c", TOTALS],
        check=False,
        capture_output=True,
        text=True,
        env=env,
        preexec_fn=first,  # type: ignore[call-overload]
    )
    return ran.stdout.strip() or ran.stderr


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


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return where a process kept its loops; each test leaves them whole."""
    folder = tmp_path_factory.mktemp("folder")
    assert totals(folder, 0.5) == "6.5 6.5"
    return folder


def test_a_full_disk_keeps_nothing_and_stops_nothing(tmp_path: Path) -> None:
    assert totals(tmp_path, 0.5, first=FULL) == "6.5 6.5"


def test_what_is_kept_notices_a_constant_of_another_module(folder: Path) -> None:
    assert totals(folder, 2.5) == "8.5 8.5"


@pytest.mark.parametrize("ending", [".nbi", ".1.nbc"])
def test_what_a_power_cut_left_of_what_is_kept_is_made_anew(folder: Path, ending: str) -> None:
    (damaged,) = folder.glob(f"loops/*/*{ending}")
    damaged.write_bytes(b"")

    assert totals(folder, 0.5) == "6.5 6.5"
    assert damaged.stat().st_size > 0


def test_code_filed_under_the_name_of_other_types_is_not_run(folder: Path) -> None:
    (whole,), (floating,) = (folder.glob(f"loops/*/*.{number}.nbc") for number in (1, 2))
    floating.write_bytes(whole.read_bytes())

    assert totals(folder, 0.5) == "6.5 6.5"
    assert floating.read_bytes() != whole.read_bytes()


@pytest.mark.parametrize(("freeze", "least", "most"), [("gc.freeze()", 10_000, 10**9), ("", 0, 0)])
def test_the_compiler_is_set_aside_where_the_other_imports_were(
    freeze: str, least: int, most: int
) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", SET_ASIDE.format(freeze=freeze)],
        check=True,
        capture_output=True,
        text=True,
    )

    assert least <= int(ran.stdout) <= most
