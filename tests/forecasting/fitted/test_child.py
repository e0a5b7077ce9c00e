import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from app.forecasting.fitted.asks import Ask
from app.forecasting.fitted.child import Child
from app.forecasting.fitted.engine import answer

HISTORY = np.random.default_rng(1).poisson(20, 40).astype(float)


def asked(*models: str) -> list[Ask]:
    return [Ask(model, HISTORY, 4) for model in models]


def test_the_child_says_what_the_model_says(poisoned: Child) -> None:
    one = Ask("AutoETS", HISTORY, 13, (30, 34), 4)

    there, here = poisoned.ask([one])[0], answer(one)

    assert there.mean.tolist() == here.mean.tolist()
    assert there.tried.tolist() == here.tried.tolist()
    assert there.parameters == here.parameters


def test_a_model_that_hangs_in_native_code_is_cut_short_and_the_others_are_served(
    poisoned: Child,
) -> None:
    answers = poisoned.ask(asked("AutoETS", "Hangs", "DynamicTheta", "Hangs", "AutoETS"))

    assert [answer.failure for answer in answers] == [
        None,
        "ran past 0.3 s",
        None,
        "ran past 0.3 s",
        None,
    ]
    assert np.isnan(answers[1].mean).all()
    assert np.isfinite(answers[4].mean).all()


def test_a_model_that_crashes_or_swallows_memory_spoils_no_other(poisoned: Child) -> None:
    answers = poisoned.ask(asked("Crashes", "AutoETS", "Swallows", "AutoETS"))

    assert [answer.failure for answer in answers] == [
        "ended by SIGSEGV",
        None,
        "ended with exit code 1",
        None,
    ]


def test_a_batch_of_nothing_but_hanging_models_ends_in_its_time(
    poisoned: Child, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(poisoned, "_lost_seconds", 0.5)

    answers = poisoned.ask(asked(*["Hangs"] * 200))

    assert answers[-1].failure == "no time left for this batch"


def test_the_child_ends_when_its_parent_is_killed() -> None:
    script = (
        "import time, numpy as np\n"
        "from app.forecasting.fitted.asks import Ask\n"
        "from app.forecasting.fitted.child import Child\n"
        "child = Child('tests.forecasting.echo')\n"
        "child.ask([Ask('Echo', np.arange(20.0), 4)])\n"
        "print(child.process_id, flush=True)\n"
        "time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        process_id = int(parent.stdout.readline())

        parent.kill()

    assert ends_within(process_id, seconds=5)


def test_a_child_that_was_killed_is_replaced() -> None:
    child = Child("tests.forecasting.echo")
    child.ask(asked("Echo"))
    assert child.process_id is not None
    os.kill(child.process_id, signal.SIGKILL)
    time.sleep(0.1)

    answers = child.ask(asked("Echo"))

    assert answers[0].mean.tolist() == HISTORY[-4:].tolist()
    child.close()


def test_a_child_that_cannot_start_fails_its_answers_and_nothing_else() -> None:
    child = Child("tests.forecasting.no_such_module", lost_seconds=0.001)

    answers = child.ask(asked("AutoETS", "AutoETS"))

    assert [answer.failure for answer in answers] == [
        "the child process ended: EOFError",
        "no time left for this batch",
    ]
    child.close()


def ends_within(process_id: int, *, seconds: float) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            with open(f"/proc/{process_id}/stat") as stat:  # noqa: PTH123  gone between two calls
                if stat.read().rsplit(")", 1)[1].split()[0] == "Z":
                    return True
        except FileNotFoundError:
            return True
        time.sleep(0.05)
    return False
