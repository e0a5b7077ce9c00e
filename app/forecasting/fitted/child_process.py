"""The inside of the child process that runs models.

Imports once, then forks for each batch; the fork answers one by one and ends. Only `child.py`
starts it.
"""

import os
import resource
import signal
from collections.abc import Callable, Sequence
from importlib import import_module
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any


def main(fd: int, module: str) -> None:
    """Answer batches until the pipe closes, which it does when the parent ends."""
    with Connection(fd) as pipe:
        answer = import_module(module).answer
        pipe.send("ready")
        while True:
            try:
                asked, seconds, room = pipe.recv()
            except EOFError:
                return
            fork = os.fork()
            if fork == 0:
                _answer(pipe, answer, asked, seconds, room)
            _, status = os.waitpid(fork, 0)
            pipe.send(os.waitstatus_to_exitcode(status))


def _answer(
    pipe: Connection, answer: Callable[[Any], Any], asked: Sequence[Any], seconds: float, room: int
) -> None:
    """Answer one by one, each within its time and all within the memory, and end the fork."""
    code = 1
    try:
        _limit_memory(room)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        for one in asked:
            # The default action ends the fork, wherever in native code the model is stuck.
            signal.setitimer(signal.ITIMER_REAL, seconds)
            said = answer(one)
            signal.setitimer(signal.ITIMER_REAL, 0)
            pipe.send(said)
        code = 0
    finally:
        os._exit(code)


def _limit_memory(room: int) -> None:
    """Leave so many bytes beyond what the process holds already; nothing where Linux is not."""
    sizes = Path("/proc/self/statm")
    if sizes.exists():
        held = int(sizes.read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (held + room, held + room))
