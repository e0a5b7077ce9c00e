"""Two API processes and two workers on one PostgreSQL decide what one worker on SQLite does."""

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select, update

from app.clock.time import set_now
from app.database.database import Database
from app.jobs.tables import DueWork, WorkerBeat
from app.jobs.work import is_due
from app.parties.tables import Factory
from app.recommendations.tables import FeedEvent
from app.refresh.pipeline import refresh_next
from app.sales.ingest import SalesEvent, store_sales
from app.sales.tables import SalesRow
from app.settings import Settings
from tests.faults.counted import unsound
from tests.faults.site import Site, until
from tests.recommendations.scene import key_for
from tests.refresh.shop import AT, decisions, open_shop, standing

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
STYLES = tuple(f"S{number}" for number in range(8))
SETTINGS = {"SHORTRUN_WORKER_BATCH_STYLES": "2"}
Found = tuple[list[str], list[Any]]


def season() -> list[SalesEvent]:
    return [
        SalesEvent(f"{style}-{size}-{day}", f"{style}-{size}", "sale", 2 + index % 4,
                   AT - timedelta(days=day))
        for index, style in enumerate(STYLES)
        for size in "ML"
        for day in range(1, 15)
    ]  # fmt: skip


def on_the_wire(event: SalesEvent) -> dict[str, Any]:
    return {
        "event_id": event.event_id,
        "sku": event.sku,
        "kind": event.kind,
        "quantity": event.quantity,
        "occurred_at": event.occurred_at.isoformat(),
    }


@pytest.fixture
def sites(database_url: str, tmp_path: Path) -> Iterator[list[Site]]:
    made = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        made.append(Site(database_url, tmp_path / name, SETTINGS))
    yield made
    for site in made:
        site.end_all()


def found(database: Database) -> Found:
    with database.read() as session:
        rows = sorted(standing(session), key=lambda row: row.style)
        made = [(row.style, row.status, row.lines, row.total_cost) for row in rows]
        return sorted(one.digest for one in decisions(session)), made


def by_one_worker(path: Path) -> Found:
    database = Database(f"sqlite:///{path}")
    brand = open_shop(database, *STYLES)
    with database.write() as session:
        store_sales(session, brand, season(), at=AT)
    settings = Settings(forecast_paths=128)
    while refresh_next(database, settings, at=AT):
        pass
    decided = found(database)
    database.close()
    return decided


def due_at(database: Database, at: datetime) -> None:
    with database.write() as session:
        session.execute(update(DueWork).values(due_at=at))


def are_at_work(database: Database, number: int) -> bool:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(WorkerBeat)) == number


def read_all(site: Site, key: str) -> list[int]:
    headers = {"Authorization": f"Bearer {key}"}
    page = httpx.get(f"{site.url}/v1/factories/fab/feed", headers=headers, trust_env=False)
    return [event["seq"] for event in page.json()["data"]]


def test_two_apis_and_two_workers_do_what_one_does_and_nothing_twice(
    database: Database, sites: list[Site], sqlite_template: Path, tmp_path: Path
) -> None:
    with database.write() as session:
        set_now(session, AT)
    brand = open_shop(database, *STYLES)
    shop_key = key_for(database, "brand", brand_id=brand.id)
    with database.read() as session:
        factory_key = key_for(database, "factory", factory_id=session.scalar(select(Factory.id)))
    events = [on_the_wire(event) for event in season()]
    batches = [events[first : first + 16] for first in range(0, len(events), 16)]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(Site.api, sites))

    def post(number: int) -> int:
        """Each batch to both, by several clients at once."""
        headers = {"Authorization": f"Bearer {shop_key}"}
        url = f"{sites[number % 2].url}/v1/sales"
        body = {"events": batches[number // 2]}
        answer = httpx.post(url, json=body, headers=headers, timeout=60, trust_env=False)
        return int(answer.raise_for_status().json()["accepted"])

    with ThreadPoolExecutor(4) as pool:
        accepted = sum(pool.map(post, range(2 * len(batches))))
    due_at(database, AT + timedelta(minutes=1))
    for site in sites:
        site.worker()
    until(partial(are_at_work, database, len(sites)), "both workers are there")
    due_at(database, AT)

    def nothing_is_due() -> bool:
        with database.read() as session:
            return not is_due(session, at=AT)

    until(nothing_is_due, "all is decided")
    shutil.copy(sqlite_template, tmp_path / "alone.db")
    with database.read() as session:
        stored = session.scalar(select(func.count()).select_from(SalesRow))
        told = session.scalar(select(func.count()).select_from(FeedEvent)) or 0

    assert (accepted, stored) == (224, 224)
    assert found(database) == by_one_worker(tmp_path / "alone.db")
    assert len(found(database)[0]) == len(STYLES)
    assert [read_all(site, factory_key) for site in sites] == [list(range(1, told + 1))] * 2
    assert told == len(found(database)[1]) > 0
    assert all('"event": "refreshed"' in site.log() for site in sites)
    assert unsound(database) == []
