"""A worker may end or hang anywhere: what was due is decided, and published once."""

import os
import signal
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from app.database.database import Database
from app.jobs.tables import DueWork
from app.parties.refs import BrandRef
from app.recommendations.tables import DecisionRow, FeedEvent
from tests.faults.counted import unsound
from tests.faults.site import Site, until
from tests.refresh.shop import refresh, sell, standing

CLAIMED = ("app.refresh.pipeline:priors_for", "before")
COMPUTED = ("app.refresh.pipeline:decide_styles", "after")
WRITTEN = ("app.refresh.publishing:publish", "after")
PUBLISHED = ("app.refresh.publishing:_publish", "after")


def let_leases_run_out(database: Database) -> None:
    past = datetime.now(UTC) - timedelta(seconds=1)
    with database.write() as session:
        session.execute(
            update(DueWork).where(DueWork.lease_until.is_not(None)).values(lease_until=past)
        )


def counts(database: Database) -> tuple[int, int, int]:
    with database.read() as session:
        decided = session.scalar(select(func.count()).select_from(DecisionRow)) or 0
        told = session.scalar(select(func.count()).select_from(FeedEvent)) or 0
        return decided, len(standing(session)), told


@pytest.mark.parametrize("place", [CLAIMED, COMPUTED, WRITTEN, PUBLISHED])
def test_what_a_killed_worker_left_is_done_by_the_next_one(
    database: Database, site: Site, brand: BrandRef, place: tuple[str, str]
) -> None:
    with database.write() as session:
        sell(session, brand, "S2")

    killed = site.worker("KILL", *place)
    assert killed.wait(90) == -signal.SIGKILL
    let_leases_run_out(database)
    refresh(database)

    assert counts(database) == (1, 1, 1)
    assert unsound(database) == []


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_what_a_worker_held_that_was_killed_here_is_done_long_before_its_lease_ends(
    database: Database, site: Site, brand: BrandRef
) -> None:
    with database.write() as session:
        sell(session, brand, "S2")
    killed = site.worker("KILL", *COMPUTED)
    assert killed.wait(90) == -signal.SIGKILL
    with database.read() as session:
        lease_until = session.scalars(select(DueWork.lease_until)).one()

    site.worker()
    until(lambda: counts(database) == (1, 1, 1), "the next worker takes it")

    assert lease_until is not None
    assert datetime.now(UTC) < lease_until
    assert '"event": "worker_died"' in site.log()
    assert unsound(database) == []


def test_a_worker_that_hung_past_its_lease_publishes_nothing(
    database: Database, site: Site, brand: BrandRef
) -> None:
    with database.write() as session:
        sell(session, brand, "S2")
    hung = site.worker("STOP", *COMPUTED)
    os.waitpid(hung.pid, os.WUNTRACED)
    let_leases_run_out(database)
    refresh(database)
    before = counts(database)

    hung.send_signal(signal.SIGCONT)
    until(lambda: '"event": "refreshed"' in site.log(), "the worker goes on")
    hung.send_signal(signal.SIGTERM)

    assert hung.wait(90) == 0
    assert counts(database) == before == (1, 1, 1)
    assert unsound(database) == []
