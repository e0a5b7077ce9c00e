"""The worker process: expires what is due, refreshes due styles, says that it is alive.

Between two batches of due styles it does a slice of the import and of the backtest that wait
longest; beside them it fetches orders from shops and uses what waited for a SKU.

Any number may run against one database. `serve` starts one beside the API; it ends with it.
"""

import os
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from contextvars import copy_context
from datetime import UTC, datetime, timedelta

import structlog

from app.backtest.retention import prune_backtests
from app.backtest.tables import Backtest
from app.backtest.work import Backtests
from app.clock.time import now
from app.connectors.fetching import Fetches
from app.connectors.replays import Replays
from app.connectors.retention import prune_deliveries
from app.database.database import Database
from app.database.migrate import standing
from app.errors import ShortrunError, Unavailable
from app.ids import new_id
from app.imports.retention import prune_imports
from app.imports.tables import Import
from app.imports.work import Imports
from app.jobs.beats import beat, forget_the_gone
from app.jobs.dead import free_what_the_dead_hold
from app.jobs.tables import DueWork
from app.jobs.totals import add_totals, taken
from app.jobs.work import Claim
from app.recommendations.expire import expire_all
from app.recommendations.plans import is_any_past_due
from app.recommendations.retention import prune_feeds
from app.refresh.memory import keep_freed_memory
from app.refresh.pipeline import give_back, refresh_next
from app.refresh.thinning import Thinning
from app.sales.months import tend_months
from app.settings import Settings
from app.web.logs import configure_logs
from app.web.tracing import configure_tracing

BEAT_SECONDS = 5.0
FETCH_GRACE_SECONDS = 5.0
PARENT_SECONDS = 0.5
LONGEST_FAREWELL_SECONDS = 20.0
"""That a batch may go on after the parent was killed; what is held then is freed as of the dead."""

LONGEST_PAUSE_SECONDS = 10.0
MOST_NAMED = 50
"""Styles named in the line of a refresh: a sale that is followed is one of few."""

PRUNING_PERIOD = timedelta(hours=1)

log = structlog.get_logger()


class Worker:
    """One worker's loop; `stop()` lets the batch at hand finish."""

    def __init__(
        self, database: Database, settings: Settings, *, ends_with_parent: int | None = None
    ) -> None:
        """Work on this database, by these settings; perhaps only while that parent process lives.

        The parent is named by who starts us: it may end before we could ask who it was.
        """
        self.database = database
        self.settings = settings
        self.name = new_id("worker")
        self.ends_with_parent = ends_with_parent
        self._backtests = Backtests(database, settings)
        self._imports = Imports(database, settings)
        self._thinning = Thinning(database, kept_days=settings.decision_retention_days)
        self._fetches = Fetches(database, sandbox=settings.sandbox)
        self._replays = Replays(database, sandbox=settings.sandbox)
        self._owed: list[Claim] = []
        self._next_pruning = datetime.min.replace(tzinfo=UTC)
        self._refreshed_at: datetime | None = None
        self._stopped = threading.Event()
        self._ended = threading.Event()

    def stop(self) -> None:
        """End after the batch at hand."""
        self._stopped.set()

    def run(self) -> None:
        """Work until stopped; while the database is away, try again ever more slowly."""
        beating = threading.Thread(target=self._beat_on, daemon=True)
        fetching = threading.Thread(target=self._fetch_on, daemon=True)
        beating.start()
        fetching.start()
        if self.ends_with_parent is not None:
            threading.Thread(target=self._end_with_parent, daemon=True).start()
        pause = self.settings.worker_poll_seconds
        while not self._stopped.is_set():
            busy = self._turn()
            if busy is None:
                pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
            else:
                pause = self.settings.worker_poll_seconds
            if not busy:
                self._stopped.wait(pause)
        for one in (self._imports, self._backtests):
            with suppress(Unavailable):  # then its lease runs out
                one.put_back()
        beating.join()  # it holds a connection while it speaks
        fetching.join(FETCH_GRACE_SECONDS)  # a shop that hangs is another worker's after its lease
        with suppress(Unavailable):
            self._beat()
        self._ended.set()

    def _turn(self) -> bool | None:
        """Do some of each kind of work; say whether there was any, None where some failed."""
        busy = False
        for work in (self.step, self._imports.step, self._backtests.step):
            did = copy_context().run(_tried, work)  # what its lines are about is no other's
            if did is None:
                return None
            busy = did or busy
        return busy

    def step(self) -> bool:
        """Expire and refresh once; say whether there was anything to refresh."""
        with self.database.read() as session:
            at = now(session, sandbox=self.settings.sandbox)
            overdue = is_any_past_due(session, at=at)
        if overdue:
            expire_all(self.database, at=at)
        self._prune(at)
        self._thinning.step(at)
        if self._owed:
            give_back(self.database, self._owed, until=datetime.now(UTC))
            self._owed.clear()
        started = time.perf_counter()
        outcome = refresh_next(self.database, self.settings, owed=self._owed)
        if outcome is None:
            return False
        if outcome.ended:
            self._refreshed_at = datetime.now(UTC)
        log.info(
            "refreshed",
            brand=outcome.brand,
            styles=len(outcome.fates),
            style_ids=sorted(outcome.fates)[:MOST_NAMED],
            failed=len(outcome.errors),
            oldest_signal=outcome.oldest_signal and outcome.oldest_signal.isoformat(),
            seconds=round(time.perf_counter() - started, 3),
        )
        return True

    def _end_with_parent(self) -> None:
        """Stop when the parent has gone without a word, and do not linger."""
        while os.getppid() == self.ends_with_parent:
            if self._stopped.wait(PARENT_SECONDS):
                return
        self.stop()
        if not self._ended.wait(LONGEST_FAREWELL_SECONDS):
            log.error("batch_left", reason="the parent process was killed")
            os._exit(1)

    def _beat(self) -> None:
        """Say that this process is alive, and what it did since it last said so."""
        wall = datetime.now(UTC)
        with taken() as counted, self.database.write() as session:
            if standing(session) == "too_new":
                log.error("database_too_new", remedy="upgrade the program")
                self.stop()
                return
            beat(session, self.name, wall, self._refreshed_at)
            forget_the_gone(session, wall)
            add_totals(session, counted)

    def _prune(self, at: datetime) -> None:
        """Forget, now and then, what is older than is wanted; make room for the months to come."""
        if at < self._next_pruning:
            return
        self._next_pruning = at + PRUNING_PERIOD
        deliveries = timedelta(days=self.settings.delivery_retention_days)
        prune_deliveries(self.database, before=at - deliveries)
        imports = timedelta(days=self.settings.import_retention_days)
        prune_imports(self.database, before=at - imports)
        backtests = timedelta(days=self.settings.backtest_retention_days)
        prune_backtests(self.database, before=at - backtests)
        if self.settings.feed_retention_days is not None:
            feeds = timedelta(days=self.settings.feed_retention_days)
            prune_feeds(self.database, before=at - feeds)
        tend_months(self.database, today=at.date())

    def _fetch_on(self) -> None:
        """Do for shops what does not wait for batches: fetch orders, try again what waited.

        A shop that hangs holds up nothing else.
        """
        while not self._stopped.is_set():
            try:
                busy = self._fetches.step()
                busy = self._replays.step() or busy
            except Unavailable as error:
                log.warning("fetch_failed", reason=error.detail)
                busy = False
            except Exception:
                log.exception("fetch_failed")
                busy = False
            if not busy:
                self._stopped.wait(self.settings.worker_poll_seconds)

    def _beat_on(self) -> None:
        """Say every few seconds that this process is alive, and free what the dead hold."""
        while not self._stopped.is_set():
            try:
                self._beat()
                free_what_the_dead_hold(self.database, leased=(DueWork, Import, Backtest))
            except ShortrunError as error:
                log.warning("beat_failed", reason=error.detail)
            except Exception:
                log.exception("beat_failed")
            self._stopped.wait(BEAT_SECONDS)


def _tried(work: Callable[[], bool]) -> bool | None:
    """Do a step of work; None, and a line in the log, where it failed."""
    try:
        return work()
    except Unavailable as error:
        log.warning("database_away", reason=error.detail)
    except Exception:
        log.exception("batch_failed")
    return None


def work(database: Database, settings: Settings, *, ends_with_parent: int | None = None) -> None:
    """Run a worker in this process until SIGTERM or SIGINT."""
    configure_logs(settings.log_level)
    configure_tracing()
    keep_freed_memory()
    worker = Worker(database, settings, ends_with_parent=ends_with_parent)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: worker.stop())
    worker.run()
