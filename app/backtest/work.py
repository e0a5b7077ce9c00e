"""Run the backtests that were asked for, slice by slice, between a worker's other work.

The replay lives in the worker's memory. One whose worker ended is begun again by another when its
lease runs out, or is freed as of the dead: same inputs, same result. A stopped worker gives its
own back at once.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import structlog
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from app.backtest.queries import finished_backtests, next_backtest
from app.backtest.reading import Stage, Wish, set_stage
from app.backtest.result import to_result
from app.backtest.tables import Backtest
from app.clock.time import now
from app.database.database import Database
from app.errors import ShortrunError, Unavailable
from app.ids import new_id
from app.imports.economics_file import EconomicsTable
from app.jobs.process import own_name
from app.parties.queries import brand_with_id
from app.parties.refs import BrandRef
from app.settings import Settings

MOST_ATTEMPTS = 3
"""Workers that may end while they work on one; then it has failed."""

LEAST_LEASE_SECONDS = 120
"""Learning takes 15 s of a busy core in one piece, and nobody may think the worker dead."""

TOLD_SECONDS = 2.0
"""Time between two notes of how far it is."""

KEPT = 20
"""Finished backtests of a brand that are kept; older ones go."""

FREE: Mapping[str, object] = {"lease": None, "lease_until": None, "holder": None}

log = structlog.get_logger()


@dataclass
class _UnderWay:
    """The backtest at hand."""

    id: str
    lease: str
    brand: BrandRef
    wish: Wish
    began: datetime
    told: datetime
    stage: Stage | None = None
    steps: Iterator[float] | None = None


class Backtests:
    """A worker's side: `step` does a slice of about a second, of the one that waits longest."""

    def __init__(self, database: Database, settings: Settings) -> None:
        """Work on this database."""
        self.database, self.settings = database, settings
        self._at_hand: _UnderWay | None = None

    def step(self) -> bool:
        """Do the next slice; say whether there was anything to do.

        Raises:
            Unavailable: If the database went away; what was at hand is begun again later.
        """
        at_hand = self._at_hand or self._claim()
        self._at_hand = at_hand
        if at_hand is None:
            return False
        try:
            self._slice(at_hand)
        except Unavailable:
            self._at_hand = None
            raise
        except ShortrunError as error:
            self._fail(at_hand, error.refusal_code, error.detail)
        except Exception as error:
            log.exception("backtest_failed", backtest=at_hand.id)
            self._fail(at_hand, "failed", f"{type(error).__name__}: {error}")
        return True

    def put_back(self) -> None:
        """Let go of the backtest at hand: another worker may begin it at once."""
        at_hand, self._at_hand = self._at_hand, None
        if at_hand is None:
            return
        back = {"status": "queued", "progress": 0.0, "attempts": Backtest.attempts - 1}
        with self.database.write() as session:
            self._write(session, at_hand, {**back, **FREE})

    def _claim(self) -> _UnderWay | None:
        """Take hold of the backtest that waits longest; None where none does."""
        wall = datetime.now(UTC)
        with self.database.read() as session:
            if next_backtest(session, wall=wall) is None:
                return None
        with self.database.write() as session:
            found = next_backtest(session, wall=wall)
            if found is None:
                return None
            at = now(session, sandbox=self.settings.sandbox)
            if found.attempts >= MOST_ATTEMPTS:
                ended = f"{found.attempts} workers ended while they worked on it"
                _end(found, at, status="failed", error_code="workers_ended", error=ended)
                return None
            brand = brand_with_id(session, found.brand_id)
            assert brand is not None, "a backtest names a stored brand"
            found.status, found.progress = "running", 0.0
            found.started_at = found.started_at or at
            found.attempts += 1
            found.lease, found.lease_until = new_id("lease"), self._until(wall)
            found.holder = own_name()
            return _UnderWay(found.id, found.lease, brand, self._wish(found), began=wall, told=wall)

    def _wish(self, found: Backtest) -> Wish:
        until: date = found.until
        terms = None if found.terms is None else EconomicsTable.model_validate(found.terms)
        return Wish(
            until,
            found.weeks,
            found.styles,
            self.settings.forecast_paths,
            terms=None if terms is None else terms.to_economics(),
        )

    def _until(self, wall: datetime) -> datetime:
        seconds = max(self.settings.worker_lease_seconds, LEAST_LEASE_SECONDS)
        return wall + timedelta(seconds=seconds)

    def _slice(self, at_hand: _UnderWay) -> None:
        if at_hand.steps is None:
            at_hand.stage = set_stage(self.database, at_hand.brand, at_hand.wish)
            at_hand.steps = at_hand.stage.replay.steps()
            return
        done = next(at_hand.steps, None)
        if done is None:
            self._finish(at_hand)
        elif (datetime.now(UTC) - at_hand.told).total_seconds() >= TOLD_SECONDS:
            self._tell(at_hand, done)

    def _tell(self, at_hand: _UnderWay, done: float) -> None:
        """Note how far it is and hold on to it; drop it where another worker has taken over."""
        at_hand.told = datetime.now(UTC)
        values = {"progress": round(done, 4), "lease_until": self._until(at_hand.told)}
        with self.database.write() as session:
            is_ours = self._write(session, at_hand, values)
        if not is_ours:
            self._at_hand = None

    def _finish(self, at_hand: _UnderWay) -> None:
        assert at_hand.stage is not None
        result = to_result(at_hand.stage)
        self._close(at_hand, {"status": "done", "progress": 1.0, "result": result})
        log.info("backtest_done", backtest=at_hand.id, brand=at_hand.brand.code)

    def _fail(self, at_hand: _UnderWay, code: str, message: str) -> None:
        self._close(at_hand, {"status": "failed", "error_code": code[:40], "error": message[:500]})

    def _close(self, at_hand: _UnderWay, values: dict[str, object]) -> None:
        self._at_hand = None
        seconds = round((datetime.now(UTC) - at_hand.began).total_seconds(), 3)
        with self.database.write() as session:
            at = now(session, sandbox=self.settings.sandbox)
            closed = {"finished_at": at, "seconds": seconds}
            if self._write(session, at_hand, {**values, **closed, **FREE}):
                _forget_oldest(session, at_hand.brand.id)

    def _write(self, session: Session, at_hand: _UnderWay, values: dict[str, object]) -> bool:
        """Write what only its holder may; say whether it still is ours."""
        ours = (Backtest.id == at_hand.id, Backtest.lease == at_hand.lease)
        written = session.execute(
            update(Backtest).where(*ours).values(**values).returning(Backtest.id)
        )
        return written.scalar() is not None


def _end(found: Backtest, at: datetime, *, status: str, error_code: str, error: str) -> None:
    found.status, found.finished_at = status, at
    found.error_code, found.error = error_code, error
    found.lease = found.lease_until = found.holder = None


def _forget_oldest(session: Session, brand_id: int) -> None:
    old = finished_backtests(session, brand_id)[KEPT:]
    if old:
        session.execute(delete(Backtest).where(Backtest.id.in_(old)))
