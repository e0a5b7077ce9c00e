"""Which process this is, and whether one that was named so is surely no more.

A name is the machine's boot, the namespace of process ids, the id, and when it started. Another
boot, host or container is another namespace, of which nothing is ever said. An id that was given
out again has another start. Where a verdict were wrong all the same, work would be done twice and
published once: what publishes is fenced by the name of its lease.
"""

import os
from pathlib import Path

PROCESSES = Path("/proc")
BOOT = PROCESSES / "sys/kernel/random/boot_id"

STATE, STARTED = 0, 19
"""Fields of `/proc/<pid>/stat`, counted from behind the command: state, and start in ticks."""

ENDED_STATES = {"Z", "X"}
"""It has ended, and its parent has not asked for its end yet."""


def own_name() -> str | None:
    """Return this process's name; None where the system does not tell it."""
    return name_of(os.getpid())


def name_of(pid: int) -> str | None:
    """Return the name of a process of this machine and namespace; None where it cannot be told."""
    machine, seen = _machine(), _stat(pid)
    return None if machine is None or seen is None else f"{machine}/{pid}/{seen[STARTED]}"


def is_surely_dead(name: str) -> bool:
    """Say whether the process of that name was one of ours and has ended."""
    machine, _, rest = name.rpartition("/")[0].rpartition("/")
    if not rest.isdigit() or machine != _machine():
        return False
    try:
        os.kill(int(rest), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        pass  # another user's, and alive
    seen = _stat(int(rest))
    if seen is None:
        return False  # hidden from us
    return seen[STATE] in ENDED_STATES or seen[STARTED] != name.rpartition("/")[2]


def _machine() -> str | None:
    """Return this boot and namespace; None where `/proc` is missing or another namespace's."""
    try:
        if str(PROCESSES.joinpath("self").readlink()) != str(os.getpid()):
            return None
        boot = BOOT.read_text().strip()
        return f"{boot}/{PROCESSES.joinpath('self/ns/pid').readlink()}"
    except OSError:
        return None


def _stat(pid: int) -> list[str] | None:
    try:
        return (PROCESSES / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
