"""Any life of recommendations, on both databases.

Short in the normal run, the same lives each time. For longer, in new ways each time, with what
fails brought down to its shortest; the seed is printed:

    SHORTRUN_LONG=1 uv run pytest -n 0 -s tests/life
    SHORTRUN_LONG=1 SHORTRUN_SEED=17 SHORTRUN_EXAMPLES=10 uv run pytest -n 0 -s tests/life
"""

import os
import secrets
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.conftest import BACKENDS
from tests.life.machine import Life

IS_LONG = bool(os.environ.get("SHORTRUN_LONG"))
EXAMPLES = int(os.environ.get("SHORTRUN_EXAMPLES", "100" if IS_LONG else "5"))
SEED = int(os.environ.get("SHORTRUN_SEED", str(secrets.randbelow(10**9)) if IS_LONG else "4"))


@pytest.mark.timeout(7200 if IS_LONG else 300)
@pytest.mark.parametrize("backend", BACKENDS)
def test_whatever_is_done_in_whatever_order_what_must_hold_holds(
    backend: str, cloned: Callable[[str], AbstractContextManager[str]]
) -> None:
    print(f"SHORTRUN_SEED={SEED}")
    machine = seed(SEED)(lambda: Life(cloned(backend)))

    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=60 if IS_LONG else 24,
            deadline=None,
            database=None,
            phases=[Phase.generate, *([Phase.shrink] if IS_LONG else [])],
            suppress_health_check=list(HealthCheck),
            print_blob=True,
        ),
    )
