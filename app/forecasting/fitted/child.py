"""A child process for models that search: one that hangs, crashes or swallows memory is replaced.

The child imports StatsForecast once and forks for every batch, so that after a kill the next
batch starts in milliseconds. Each fit has a time limit of its own, which the forked process's
alarm enforces even where a model never comes back to Python; what was being answered when
it ended is the culprit, and what comes after it goes on. The child ends with its parent: its
pipe closes.
"""

import atexit
import json
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from functools import cache
from multiprocessing.connection import Connection, Pipe
from os import getpid
from signal import Signals

from app.forecasting.fitted.asks import Answer, Ask, no_answer

FIT_SECONDS = 3.0
"""Longest that one answer may take: the slowest seen took 0.05 s on a busy core."""

LOST_SECONDS = 30.0
"""Longest that answers cut short may cost a batch together; then those left get none."""

ROOM_BYTES = 512 * 2**20
"""Memory that a batch may take beyond what the imports hold."""

START = """
import json, sys
sys.path[:] = json.loads(sys.argv[1])
from app.forecasting.fitted.child_process import main
main(int(sys.argv[2]), sys.argv[3])
"""
"""The child finds modules where its parent does: not what happens to lie where it was started."""

START_SECONDS = 120.0
GRACE_SECONDS = 10.0
"""How long the child may stay silent beyond a fit's limit before it is itself taken for dead."""


class Child:
    """A process that runs models, started when first asked.

    Args:
        module: Where its `answer` is; a test's own models are in a module of its own.
        fit_seconds: Longest that one answer may take.
        lost_seconds: Longest that answers cut short may cost a batch together.
        room_bytes: Memory that a batch may take beyond what the imports hold.
    """

    def __init__(
        self,
        module: str = "app.forecasting.fitted.engine",
        *,
        fit_seconds: float = FIT_SECONDS,
        lost_seconds: float = LOST_SECONDS,
        room_bytes: int = ROOM_BYTES,
    ) -> None:
        self._module = module
        self._fit_seconds = fit_seconds
        self._lost_seconds = lost_seconds
        self._room_bytes = room_bytes
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._pipe: Connection | None = None
        self._owner = getpid()

    @property
    def process_id(self) -> int | None:
        """Return the id of the process, None before it was first asked."""
        return None if self._process is None else self._process.pid

    def ask(self, asked: Sequence[Ask]) -> list[Answer]:
        """Return what each model says, in order; those cut short say why."""
        answers: list[Answer] = []
        lost = 0.0
        with self._lock:
            while len(answers) < len(asked):
                left = asked[len(answers) :]
                if lost >= self._lost_seconds:
                    answers += [no_answer(one, "no time left for this batch") for one in left]
                    break
                started = time.monotonic()
                answered, reason = self._ask(left)
                answers += answered
                if len(answered) < len(left):
                    answers.append(no_answer(left[len(answered)], reason))
                    took = time.monotonic() - started
                    # After good answers only the last part of the time was lost.
                    lost += min(took, self._fit_seconds) if answered else took
        return answers

    def close(self) -> None:
        """End the child process; the next question starts another."""
        process, pipe = self._process, self._pipe
        self._process = self._pipe = None
        if pipe is not None:
            pipe.close()
        if process is not None and self._owner == getpid():
            process.kill()
            process.wait()

    def _ask(self, asked: Sequence[Ask]) -> tuple[list[Answer], str]:
        """Return the answers before one ended the batch, and how it did."""
        answered: list[Answer] = []
        try:
            pipe = self._started()
            pipe.send((list(asked), self._fit_seconds, self._room_bytes))
            while pipe.poll(self._fit_seconds + GRACE_SECONDS):
                message = pipe.recv()
                if isinstance(message, int):
                    return answered, _reason(message, self._fit_seconds)
                answered.append(message)
        except (EOFError, OSError) as error:
            self.close()
            return answered, f"the child process ended: {type(error).__name__}"
        self.close()
        return answered, "the child process fell silent"

    def _started(self) -> Connection:
        """Return the pipe to a child that is running, starting it where there is none."""
        if self._owner != getpid():
            self._process = self._pipe = None
            self._owner = getpid()
        if self._pipe is not None and self._process is not None and self._process.poll() is None:
            return self._pipe
        self.close()
        self._pipe, theirs = Pipe()
        with theirs:
            fd = theirs.fileno()
            command = [sys.executable, "-P", "-c", START, json.dumps(sys.path)]
            # Its own session: a Ctrl-C is the parent's to handle, and closing the pipe ends it.
            self._process = subprocess.Popen(  # noqa: S603  our own module, no outside input
                [*command, str(fd), self._module],
                pass_fds=(fd,),
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        if not self._pipe.poll(START_SECONDS):
            raise TimeoutError("the child process did not start")
        self._pipe.recv()
        return self._pipe


def _reason(status: int, seconds: float) -> str:
    """Return how the fork that answered a batch ended, from its exit code."""
    if status >= 0:
        return f"ended with exit code {status}"
    ended_by = Signals(-status).name
    return f"ran past {seconds:g} s" if ended_by == "SIGALRM" else f"ended by {ended_by}"


@cache
def _child() -> Child:
    """Return the process's one child, started when first asked, ended at exit."""
    child = Child()
    atexit.register(child.close)
    return child


def ask_child(asked: Sequence[Ask]) -> list[Answer]:
    """Return what each model says, in order, from the child process; it never raises."""
    return _child().ask(asked) if asked else []
