"""Take one file through: open it, check it where that is asked for, store it portion by portion.

Each portion is one transaction, which also says how far the import is. Whoever goes on with an
import that lost its worker reads the file from the start and stores what comes after that.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from app.database.database import Database
from app.imports.kinds.kind import TAKEN, Item, Kind, Portion
from app.imports.kinds.opened import Opened, header_digest, understood
from app.imports.queries import learned_mapping
from app.imports.rows import RowError
from app.imports.sources.detect import open_source
from app.parties.refs import BrandRef

PREVIEWED = 20


@dataclass(frozen=True)
class Job:
    """An import as it was asked for, and how far it had come when it was taken up."""

    id: str
    brand: BrandRef
    kind: str
    stage: str
    preset: str | None
    mapping: dict[str, str] | None
    dry_run: bool
    on_error: str
    rows_read: int
    at: datetime


@dataclass
class Told:
    """What became of the rows of one portion."""

    read: int = 0
    stored: int = 0
    duplicate: int = 0
    rejected: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    errors: list[RowError] = field(default_factory=list)


Write = Callable[[Session], Told]
"""Writes one portion in a transaction, and says what became of it."""


class Passage:
    """One file, taken through by one worker."""

    def __init__(self, job: Job, path: Path, folder: Path, *, limit: int) -> None:
        """Open nothing yet.

        Args:
            job: What was asked.
            path: The file.
            folder: An empty folder for what has to be unpacked.
            limit: Bytes that the file may hold unpacked.
        """
        self.job = job
        self._path, self._folder, self._limit = path, folder, limit
        self.opened: Opened | None = None
        self.preview: list[dict[str, Any]] = []

    def open(self, database: Database) -> Opened:
        """Find out what the file is and which column is which.

        Raises:
            Unreadable: If it cannot be read as what it is said to be.
        """
        job = self.job
        source = open_source(self._path, self._folder, limit=self._limit)
        with database.read() as session:
            learned = learned_mapping(session, job.brand.id, job.kind, header_digest(source.names))
        self.opened = understood(
            source,
            job.kind,
            preset=job.preset,
            given=job.mapping,
            learned=learned,
            brand=job.brand,
            at=job.at,
        )
        return self.opened

    def check(self) -> Iterator[Write]:
        """Give a function a portion that says what would become of it; it stores nothing."""
        assert self.opened is not None
        kind, portions = self.opened.portions()
        seen: dict[str, int] = {}
        for portion in portions:
            self._show(kind, portion)
            yield partial(self._checked, kind, portion, seen)

    def store(self) -> Iterator[Write]:
        """Give a function a portion that stores it; those before `rows_read` are passed over."""
        assert self.opened is not None
        kind, portions = self.opened.portions()
        passed = 0
        for portion in portions:
            passed += portion.rows
            if passed > self.job.rows_read:
                yield partial(self._stored, kind, portion)

    def _show(self, kind: Kind[Any], portion: Portion[Any]) -> None:
        for item in portion.items[: PREVIEWED - len(self.preview)]:
            self.preview.append({"row": item.row, **kind.shown(item.what)})

    def _stored(self, kind: Kind[Any], portion: Portion[Any], session: Session) -> Told:
        verdicts: Sequence[str] = ()
        if portion.items:
            verdicts = kind.store(session, self.job.brand, portion.items, at=self.job.at)
        return self._told(kind, portion, verdicts)

    def _checked(
        self, kind: Kind[Any], portion: Portion[Any], seen: dict[str, int], session: Session
    ) -> Told:
        """Store and take back; `seen` finds what contradicts an earlier portion of the file."""
        verdicts: list[str] = []
        earlier = {getattr(item.what, "event_id", None) for item in portion.items} & seen.keys()
        if portion.items:
            verdicts = list(kind.store(session, self.job.brand, portion.items, at=self.job.at))
        for at, item in enumerate(portion.items):
            key = getattr(item.what, "event_id", None)
            if key is None:
                break
            content = hash(item.what)
            before = seen.setdefault(key, content)
            if verdicts[at] == "accepted" and key in earlier:
                verdicts[at] = "duplicate" if before == content else "event_conflict"
        return self._told(kind, portion, verdicts)

    def _told(self, kind: Kind[Any], portion: Portion[Any], verdicts: Sequence[str]) -> Told:
        told = Told(portion.rows, left_out=portion.left_out, errors=list(portion.errors))
        rejected = {error.row for error in portion.errors}
        by_row = _by_row(portion.items, verdicts)
        told.stored = sum(1 for said in by_row.values() if said == "accepted")
        told.duplicate = sum(1 for said in by_row.values() if said == "duplicate")
        for row, said in by_row.items():
            if said not in TAKEN:
                column, message = kind.refusals[said]
                assert self.opened is not None
                heading = self.opened.headings.get(column, column)
                told.errors.append(RowError(row, heading, said, message))
                rejected.add(row)
        told.rejected = len(rejected)
        return told


def _by_row(items: Sequence[Item[Any]], verdicts: Sequence[str]) -> dict[int, str]:
    """Return what became of each row: refused if anything of it was, stored if anything was."""
    found: dict[int, str] = {}
    for item, said in zip(items, verdicts, strict=True):
        before = found.get(item.row)
        if before is None or said not in TAKEN or (before == "duplicate" and said == "accepted"):
            found[item.row] = said
    return found
