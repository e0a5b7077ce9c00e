"""What a worker writes into its log: a refresh is followed from its claim by `refresh_id`."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from sqlalchemy import update
from structlog.testing import capture_logs

import app.worker
from app.clock.time import set_now
from app.database.database import Database
from app.imports.work import Imports
from app.parties.tables import Brand
from app.settings import Settings
from app.worker import Worker
from tests.faults.site import Site, until
from tests.refresh.shop import AT, open_shop, sell, style_id


@pytest.fixture
def site(database_url: str, tmp_path: Path) -> Iterator[Site]:
    made = Site(database_url, tmp_path)
    yield made
    made.end_all()


def lines(site: Site, event: str) -> list[dict[str, Any]]:
    """Return the lines of this event, or wait for one."""

    def found() -> list[dict[str, Any]]:
        whole = site.log().rpartition("\n")[0].splitlines()
        return [line for line in map(json.loads, whole) if line["event"] == event]

    until(lambda: bool(found()), f"a line {event}")
    return found()


def test_each_refresh_is_followed_by_an_id_of_its_own_and_its_failure_too(
    database: Database, site: Site
) -> None:
    with database.write() as session:
        set_now(session, AT)
    brand = open_shop(database, "S2")
    with database.write() as session:
        sell(session, brand, "S2")

    with database.read() as session:
        sold = style_id(session, "S2")
    site.worker()
    [done] = lines(site, "refreshed")
    with database.write() as session:
        sell(session, brand, "S2", named="again")
        session.execute(update(Brand).values(timezone="Nowhere/Never"))
    failed = lines(site, "batch_failed")

    assert (done["brand"], done["styles"], done["style_ids"]) == ("acme", 1, [sold])
    assert done["oldest_signal"] == "2026-03-02T09:00:00+00:00"
    ids = {line["refresh_id"] for line in (done, *failed)}
    assert len(ids) == 1 + len(failed)
    assert all(one.startswith("lease_") for one in ids)
    assert all("Nowhere/Never" in line["exception"] for line in failed)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_fails_after_a_refresh_is_not_said_to_be_of_it(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    brand = open_shop(database, "S2")
    with database.write() as session:
        set_now(session, AT)
        sell(session, brand, "S2")

    def unforeseen(_: Imports) -> bool:
        raise RuntimeError("unforeseen")

    monkeypatch.setattr(Imports, "step", unforeseen)
    # A logger that was used before may keep what was set up then: its lines are not captured.
    monkeypatch.setattr(app.worker, "log", structlog.get_logger())
    worker = Worker(database, Settings(worker_poll_seconds=0.01, sandbox=True))
    running = threading.Thread(target=worker.run, daemon=True)

    with capture_logs(processors=[structlog.contextvars.merge_contextvars]) as said:
        running.start()
        until(lambda: len(said) > 1, "two lines")
        worker.stop()
        running.join(20)

    assert [line["event"] for line in said[:2]] == ["refreshed", "batch_failed"]
    assert ["refresh_id" in line for line in said[:2]] == [True, False]
