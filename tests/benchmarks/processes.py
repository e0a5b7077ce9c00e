"""What a process of ours takes, as Linux counts it."""

import os
from pathlib import Path

from sqlalchemy import text

from app.database.database import Database

PROCESSES = Path("/proc")


def child_pid(word: str) -> int:
    """Return our child that has this word on its command line."""
    for folder in PROCESSES.iterdir():
        if not folder.name.isdigit():
            continue
        try:
            command = (folder / "cmdline").read_bytes().split(b"\0")
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except FileNotFoundError:
            continue
        if word.encode() in command and parent == os.getpid():
            return int(folder.name)
    raise LookupError(f"no child runs {word}")


def resident_kib(pid: int) -> int:
    """Return how much memory a process holds."""
    status = (PROCESSES / str(pid) / "status").read_text()
    return int(status.split("VmRSS:")[1].split()[0])


def processor_seconds(pid: int) -> float:
    """Return how long a process ran, in steps of 10 ms."""
    fields = (PROCESSES / str(pid) / "stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def largest_mib(pid: int) -> float:
    """Return the most memory that a process ever held."""
    status = (PROCESSES / str(pid) / "status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def server_seconds(database: Database) -> float:
    """Return how long the processes of a PostgreSQL server on this machine ran; 0 for SQLite.

    Of those that live: what a connection did that is closed by now is not in it.
    """
    if database.is_sqlite:
        return 0.0
    with database.read() as session:
        pids = session.scalars(text("SELECT pid FROM pg_stat_activity")).all()
    ran = (PROCESSES / str(pid) / "schedstat" for pid in pids)
    return sum(int(one.read_text().split()[0]) for one in ran if one.exists()) / 1e9
