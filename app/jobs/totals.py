"""What workers have done in all: counted in the process, added to the stored totals now and then.

A worker has no address that a scrape could find, and its memory ends with it: with each beat it
adds what it did since the last one to rows that every API process can read. A worker that is
killed takes what it did since its last beat with it, some seconds of work.
"""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.database.upsert import accumulate
from app.jobs.tables import WorkTotal

Counted = Mapping[tuple[str, str], float]

_lock = threading.Lock()
_counted: dict[tuple[str, str], float] = {}


def count(name: str, label: str, value: float = 1.0) -> None:
    """Count something done in this process; names and labels are few, and never a caller's."""
    _add({(name, label): value})


@contextmanager
def taken() -> Iterator[Counted]:
    """Hand over what was counted since the last time; it is counted again if the block raises."""
    with _lock:
        handed = dict(_counted)
        _counted.clear()
    try:
        yield handed
    except BaseException:
        _add(handed)
        raise


def _add(counted: Counted) -> None:
    with _lock:
        for key, value in counted.items():
            _counted[key] = _counted.get(key, 0.0) + value


def add_totals(session: Session, counted: Counted) -> None:
    """Add to the stored totals, in a write transaction."""
    rows = [
        {"name": name, "label": label, "value": value} for (name, label), value in counted.items()
    ]
    accumulate(session, WorkTotal, rows, key=("name", "label"), amount="value")


def totals_of(session: Session, name: str) -> dict[str, float]:
    """Return what was counted under a name, by label."""
    query = select(WorkTotal.label, WorkTotal.value).where(WorkTotal.name == name)
    return {row.label: row.value for row in session.execute(query)}
