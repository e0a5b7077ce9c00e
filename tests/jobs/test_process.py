"""When a process is surely dead: only where it was one of ours, and is no more."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from app.jobs.process import is_surely_dead, name_of, own_name


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    started = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    yield started
    started.kill()
    started.wait()


def test_what_lives_is_not_dead(sleeper: subprocess.Popen[bytes]) -> None:
    names = [own_name(), name_of(sleeper.pid)]

    assert [is_surely_dead(name or "") for name in names] == [False, False]


def test_what_was_killed_is_dead_whether_its_parent_took_note_or_not(
    sleeper: subprocess.Popen[bytes],
) -> None:
    name = name_of(sleeper.pid) or ""

    sleeper.send_signal(signal.SIGKILL)
    os.waitid(os.P_PID, sleeper.pid, os.WEXITED | os.WNOWAIT)
    as_zombie = is_surely_dead(name)
    sleeper.wait()

    assert (as_zombie, is_surely_dead(name)) == (True, True)


def test_an_id_that_was_given_out_again_does_not_bring_the_dead_to_life() -> None:
    machine, _, _ = (own_name() or "").rpartition("/")

    assert is_surely_dead(f"{machine}/1")


@pytest.mark.parametrize(
    "name", ["", "nonsense", "other-boot/pid:[4026531836]/999999/1", "a/b/c/d", "//-1/5"]
)
def test_nothing_is_said_of_other_boots_containers_and_names(name: str) -> None:
    assert not is_surely_dead(name)


def test_another_container_of_this_boot_is_not_judged() -> None:
    boot, _, _, _ = (own_name() or "").split("/")

    assert not is_surely_dead(f"{boot}/pid:[1]/999999/1")
