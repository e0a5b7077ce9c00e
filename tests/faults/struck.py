"""Run the `shortrun` command, and be struck at one named place on the way.

    python -m tests.faults.struck KILL app.refresh.publishing:publish after -- worker

The process gets the signal before or after the first call of the function; `KILL` is what a power
cut does, `STOP` what a machine does that hangs.
"""

import importlib
import inspect
import os
import signal
import sys
from collections.abc import Callable
from typing import Any


def strike(name: str, place: str, when: str) -> None:
    """Replace the function at `module:attribute.path` by one that is struck."""
    module, _, path = place.partition(":")
    owner = importlib.import_module(module)
    *parents, last = path.split(".")
    for parent in parents:
        owner = getattr(owner, parent)
    setattr(owner, last, _struck(getattr(owner, last), signal.Signals[f"SIG{name}"], when))


def _struck(original: Callable[..., Any], number: signal.Signals, when: str) -> Callable[..., Any]:
    left = [1]

    def hit() -> None:
        if left:
            left.clear()
            os.kill(os.getpid(), number)

    async def wrapped_coroutine(*arguments: Any, **named: Any) -> Any:
        if when == "before":
            hit()
        result = await original(*arguments, **named)
        hit()
        return result

    def wrapped(*arguments: Any, **named: Any) -> Any:
        if when == "before":
            hit()
        result = original(*arguments, **named)
        hit()
        return result

    return wrapped_coroutine if inspect.iscoroutinefunction(original) else wrapped


if __name__ == "__main__":
    signal_name, place, when, _, *arguments = sys.argv[1:]
    strike(signal_name, place, when)
    sys.argv = ["shortrun", *arguments]
    from app.cli import main

    main()
