"""Do the imports that were asked for, portion by portion, between a worker's other work.

An import whose worker ended is taken up by another when its lease runs out, or is freed as of the
dead, after the last portion that was stored. A stopped worker gives its own back at once.
"""

import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog
from sqlalchemy.orm import Session

from app.clock.time import now
from app.database.database import Database, take_back
from app.errors import ShortrunError, Unavailable
from app.ids import new_id
from app.imports.ask import drop_abandoned
from app.imports.passage import Job, Passage, Told, Write
from app.imports.progress import advance, close, held, learn, start_over, tell_opened
from app.imports.queries import next_import, part_of
from app.imports.sources.source import Unreadable
from app.imports.tables import Import
from app.jobs.process import own_name
from app.parties.queries import brand_with_id
from app.settings import Settings

MOST_ATTEMPTS = 5
"""Workers that may end while they work on one without moving it; then it has failed."""

SLICE_SECONDS = 2.0
"""Time for imports between two batches of due styles: both get on."""

SWEEP_SECONDS = 600.0
"""Time between two looks for files whose upload was never finished."""

log = structlog.get_logger()


class _LeaseLost(Exception):
    """Somebody else works on it by now: what was about to be written is not ours to write."""


@dataclass
class _UnderWay:
    """The import at hand: `stage` is `checking` or `storing`."""

    passage: Passage
    lease: str
    folder: Path
    began: float
    stage: str
    steps: Iterator[Write] | None = None
    rejected: int = 0

    @property
    def id(self) -> str:
        """Its id."""
        return self.passage.job.id


class Imports:
    """A worker's side: `step` works for about two seconds on the one that waits longest."""

    def __init__(self, database: Database, settings: Settings, *, only: str | None = None) -> None:
        """Work on this database; on one import alone where it is named."""
        self.database, self.settings, self._only = database, settings, only
        self._at_hand: _UnderWay | None = None
        self._next_sweep = 0.0

    def step(self) -> bool:
        """Do the next portions; say whether there was anything to do.

        Raises:
            Unavailable: If the database went away; what was at hand is gone on with later.
        """
        self._sweep()
        at_hand = self._at_hand or self._claim()
        self._at_hand = at_hand
        if at_hand is None:
            return False
        until = time.monotonic() + SLICE_SECONDS
        try:
            while self._at_hand is not None and time.monotonic() < until:
                self._portion(at_hand)
        except Unavailable:
            self._let_go()
            raise
        except _LeaseLost:
            self._let_go()
        except Unreadable as error:
            self._end(at_hand, (error.code, error.detail))
        except ShortrunError as error:
            self._end(at_hand, (error.refusal_code, error.detail))
        except Exception as error:
            log.exception("import_failed", import_id=at_hand.id)
            self._end(at_hand, ("failed", f"something went wrong here: {type(error).__name__}"))
        return True

    def put_back(self) -> None:
        """Let go of the import at hand: another worker may go on with it at once."""
        at_hand = self._at_hand
        if at_hand is None:
            return
        self._let_go()
        with self.database.write() as session:
            found = held(session, at_hand.id, at_hand.lease)
            if found is not None:
                found.lease = found.lease_until = found.holder = None
                found.attempts -= 1

    def _sweep(self) -> None:
        if time.monotonic() >= self._next_sweep:
            self._next_sweep = time.monotonic() + SWEEP_SECONDS
            drop_abandoned(self.database)

    def _claim(self) -> _UnderWay | None:
        """Take hold of the import that waits longest, and fetch its file; None where none does."""
        wall = datetime.now(UTC)
        with self.database.read() as session:
            if next_import(session, wall=wall, only=self._only) is None:
                return None
        with self.database.write() as session:
            found = next_import(session, wall=wall, only=self._only)
            if found is None:
                return None
            if found.attempts >= MOST_ATTEMPTS:
                said = f"{found.attempts} workers ended while they worked on it"
                close(session, found, at=self._now(session), error=("workers_ended", said))
                return None
            lease = new_id("lease")
            found.status, found.lease, found.lease_until = "running", lease, self._until()
            found.holder = own_name()
            found.started_at = found.started_at or self._now(session)
            found.attempts += 1
            if found.stage == "checking":
                start_over(session, found)
            job = _job(session, found)
        folder = Path(tempfile.mkdtemp(prefix="shortrun-import-"))
        try:
            path = self._fetch(job.id, folder)
        except BaseException:  # the database or the disk; its lease runs out
            shutil.rmtree(folder, ignore_errors=True)
            raise
        limit = self.settings.import_unpacked_limit_bytes
        passage = Passage(job, path, folder, limit=limit)
        return _UnderWay(passage, lease, folder, time.monotonic(), job.stage)

    def _fetch(self, import_id: str, folder: Path) -> Path:
        path = folder / "file"
        with path.open("wb") as file:
            number = 0
            while True:
                with self.database.read() as session:
                    content = part_of(session, import_id, number)
                if content is None:
                    return path
                file.write(content)
                number += 1

    def _portion(self, at_hand: _UnderWay) -> None:
        """Take the next portion through; the first time the file is opened, the last time ended."""
        passage = at_hand.passage
        if passage.opened is None:
            opened = passage.open(self.database)
            with self.database.write() as session:
                tell_opened(self._held(session, at_hand), opened)
        if at_hand.steps is None:
            is_check = at_hand.stage == "checking"
            at_hand.steps = passage.check() if is_check else passage.store()
        write = next(at_hand.steps, None)
        if write is None:
            self._end_of_stage(at_hand)
        elif at_hand.stage == "checking":
            told = self._looked(write)
            at_hand.rejected += told.rejected
            with self.database.write() as session:
                advance(session, self._held(session, at_hand), told)
        else:
            with self.database.write() as session:
                found = self._held(session, at_hand)
                advance(session, found, write(session))

    def _looked(self, write: Write) -> Told:
        """Say what would become of a portion: it is stored, and taken back."""
        with self.database.write() as session:
            told = write(session)
            take_back(session)
        return told

    def _end_of_stage(self, at_hand: _UnderWay) -> None:
        if at_hand.stage == "storing" or at_hand.passage.job.dry_run:
            self._end(at_hand)
        elif at_hand.rejected:
            said = f"{at_hand.rejected:,} rows are wrong, so nothing was stored"
            self._end(at_hand, ("rows_rejected", said))
        else:
            with self.database.write() as session:
                found = self._held(session, at_hand)
                start_over(session, found)
                found.stage = "storing"
            at_hand.stage, at_hand.steps = "storing", None

    def _held(self, session: Session, at_hand: _UnderWay) -> Import:
        """Lock the import that we still hold, and hold it on."""
        found = held(session, at_hand.id, at_hand.lease)
        if found is None:
            raise _LeaseLost
        found.lease_until = self._until()
        return found

    def _end(self, at_hand: _UnderWay, error: tuple[str, str] | None = None) -> None:
        self._let_go()
        passage, seconds = at_hand.passage, time.monotonic() - at_hand.began
        with self.database.write() as session:
            found = held(session, at_hand.id, at_hand.lease)
            if found is None:
                return
            at = self._now(session)
            if passage.opened is not None:
                tell_opened(found, passage.opened)
                if error is None and not found.dry_run:
                    learn(session, found, passage.opened, at=at)
            if error is not None and at_hand.stage == "checking":
                found.rows_stored = 0
            preview = passage.preview if found.dry_run else None
            close(session, found, at=at, seconds=seconds, preview=preview, error=error)
        log.info("import_ended", import_id=at_hand.id, error=error and error[0])

    def _let_go(self) -> None:
        at_hand, self._at_hand = self._at_hand, None
        if at_hand is not None:
            shutil.rmtree(at_hand.folder, ignore_errors=True)

    def _now(self, session: Session) -> datetime:
        return now(session, sandbox=self.settings.sandbox)

    def _until(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.settings.worker_lease_seconds)


def _job(session: Session, found: Import) -> Job:
    brand = brand_with_id(session, found.brand_id)
    assert brand is not None, "an import names a stored brand"
    return Job(
        id=found.id,
        brand=brand,
        kind=found.kind,
        stage=found.stage,
        preset=found.preset,
        mapping=found.mapping,
        dry_run=found.dry_run,
        on_error=found.on_error,
        rows_read=found.rows_read,
        at=found.requested_at,
    )
