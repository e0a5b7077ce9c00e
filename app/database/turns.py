"""Turns at long work that holds no transaction: one process at a time, and none after it died.

On PostgreSQL a lock of a connection of its own, on SQLite of a file beside the database: the
system gives both back however their process ends.
"""

import fcntl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from sqlalchemy import func, select

from app.database.database import Database

LEARNING = 7203120
"""A number that nobody else in the database uses."""

GLANCE_SECONDS = 0.1
"""Between two looks whether it is our turn; a lock that is waited for would hold a snapshot."""

LONGEST_WAIT_SECONDS = 120.0
"""As long as a lease: a process that was stopped in its turn holds up nobody for longer."""


@contextmanager
def turn_to_learn(database: Database, brand_id: int) -> Iterator[None]:
    """Wait until nobody else learns for this brand, and keep others from it meanwhile.

    On SQLite one process at a time learns, whichever the brand. Who waited for too long goes on
    all the same: to learn twice is a waste and no error.

    Raises:
        Unavailable: If PostgreSQL is away.
    """
    if database.is_sqlite:
        with Path(f"{database.url.database}.learning").open("ab") as file:
            _wait(lambda: _is_locked(file))
            yield
        return
    with database.outside_transactions() as connection:
        key = (LEARNING, brand_id)
        _wait(lambda: bool(connection.scalar(select(func.pg_try_advisory_lock(*key)))))
        yield


def _wait(is_ours: Callable[[], bool]) -> None:
    deadline = time.monotonic() + LONGEST_WAIT_SECONDS
    while not is_ours() and time.monotonic() < deadline:
        time.sleep(GLANCE_SECONDS)


def _is_locked(file: IO[bytes]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
