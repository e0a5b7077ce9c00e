"""Memory that is freed stays in the process, in processes of their own."""

import subprocess
import sys

import pytest

TAKE_AND_FREE = """
import resource, sys
import numpy as np
from app.refresh.memory import keep_freed_memory

kept = sys.argv[1] == "kept" and keep_freed_memory()
def work():
    for _ in range(200):
        several = [np.ones(60_000 + 10_000 * part) for part in range(4)]
        del several
work()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
work()
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


def page_faults(how: str) -> int:
    """Return how often a process asked the system for memory while it used the same again."""
    said = subprocess.run(
        [sys.executable, "-c", TAKE_AND_FREE, how], check=True, capture_output=True, text=True
    )
    return int(said.stdout)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="glibc alone can be asked")
def test_freed_memory_is_used_again_without_asking_the_system() -> None:
    faults = page_faults("as it is"), page_faults("kept")

    assert faults[0] > 10_000
    assert faults[1] < 100
