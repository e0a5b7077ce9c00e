"""Pulls in processes that kill themselves, each one step later than the one before.

Run as a script it prints, for each step, what was seen in a fresh folder after that death and what
after the next run. Files are taken away as they are seen, as a factory's import does.
"""

import itertools
import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from app.client.pull.command import PullWish, pull_files

STEPS = {
    ("io", "open"), ("_io", "open"), (None, "flush"), ("posix", "replace"), ("posix", "mkdir")
}  # fmt: skip
"""Calls that change what a process leaves behind, by module; what `write` takes, `flush` writes."""

EVERY_STEP = STEPS | {
    ("posix", "open"), ("posix", "fsync"), (None, "write"), ("fcntl", "flock"), ("posix", "close")
}  # fmt: skip


def dying_at(step: int, steps: set[tuple[str | None, str]]) -> Callable[..., None]:
    """Return a profiler that kills its process before the given step of keeping the folder."""
    taken = 0

    def look(frame: FrameType, event: str, called: Any) -> None:
        nonlocal taken
        where = frame.f_code.co_filename
        is_ours = event == "c_call" and ("/client/pull/" in where or "pathlib" in where)
        if is_ours and (called.__module__, called.__name__) in steps:
            taken += 1
            if taken == step:
                os.kill(os.getpid(), signal.SIGKILL)

    return look


def pulled(wish: PullWish, profiler: Callable[..., None] | None = None) -> int:
    """Pull in a process of its own and return how it ended."""
    child = os.fork()
    if child == 0:
        sys.setprofile(profiler)
        os._exit(pull_files(wish, os.environ))
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def taken_from(folder: Path) -> dict[str, str]:
    """Take away the files that a reader of the folder sees."""
    found = {}
    for path in sorted(folder.glob("[!.]*")):
        found[path.name] = path.read_text()
        path.unlink()
    return found


def main(url: str, form: Any, base: Path, steps: set[tuple[str | None, str]]) -> None:
    for step in itertools.count(1):
        wish = PullWish("fab1", base / str(step), form, url, limit=3)
        first = pulled(wish, dying_at(step, steps))
        seen = taken_from(wish.folder)
        second = pulled(wish)
        print(json.dumps([first, seen, second, taken_from(wish.folder)]))
        if first == 0:
            return


if __name__ == "__main__":
    thorough = bool(os.environ.get("EVERY_STEP"))
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]), EVERY_STEP if thorough else STEPS)
