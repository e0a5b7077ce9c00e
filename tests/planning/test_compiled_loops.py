"""The compiled loops of planning do what their lines do in Python, where every index is tried."""

import os
import subprocess
import sys

from tests.planning.odd import decided

MOST = 120


def test_what_is_decided_is_the_same_without_the_compiler() -> None:
    # Compiled code reads and writes past an array's end without a word, and adds up in 64 bits.
    plain = subprocess.run(
        [sys.executable, "-W", "error", "-m", "tests.planning.odd", str(MOST)],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
    )

    assert plain.returncode == 0, plain.stderr
    assert plain.stdout.split() == decided(MOST)
