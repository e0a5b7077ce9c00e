"""A Dask cluster decides what this process would have, and is never missed."""

import shutil
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from distributed import LocalCluster
from sqlalchemy import update
from structlog.testing import capture_logs

from app.database.database import Database
from app.errors import SetupError
from app.parties.tables import Brand
from app.refresh import cluster as clusters
from app.refresh.cluster import Cluster
from app.refresh.pipeline import refresh_next
from tests.refresh.shop import AT, SETTINGS, decisions, open_shop, sell, standing

pytestmark = pytest.mark.filterwarnings(
    # Its client leaves the socket of a connection that came to nothing to the collector.
    "ignore::ResourceWarning",
    "ignore::pytest.PytestUnraisableExceptionWarning",
)

STYLES = ("S1", "S2", "S3", "S4", "S5")
Found = tuple[list[str], list[object]]


@pytest.fixture(scope="module")
def workers() -> Iterator[str]:
    """A process that takes a task at a time; the address of its scheduler."""
    with LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=":0") as local:
        yield local.scheduler_address


@pytest.fixture
def cluster(workers: str) -> Iterator[Cluster]:
    connected = Cluster(workers)
    yield connected
    connected.close()


@pytest.fixture
def new_database(sqlite_template: Path, tmp_path: Path) -> Iterator[Callable[[str], Database]]:
    opened: list[Database] = []

    def made(name: str) -> Database:
        path = tmp_path / f"{name}.db"
        shutil.copy(sqlite_template, path)
        opened.append(Database(f"sqlite:///{path}"))
        return opened[-1]

    yield made
    for one in opened:
        one.close()


def decided(database: Database, cluster: Cluster | None, money: int | None = None) -> Found:
    """Refresh five styles in three chunks; return the digests, and what is recommended."""
    brand = open_shop(database, *STYLES)
    with database.write() as session:
        limit = None if money is None else Decimal(money)
        session.execute(update(Brand).values(open_to_buy=limit))
        for index, style in enumerate(STYLES):
            sell(session, brand, style, days=10 + 3 * index, a_day=2 + index)
    while refresh_next(database, SETTINGS, at=AT, cluster=cluster):
        pass
    with database.read() as session:
        digests = sorted(one.digest for one in decisions(session))
        rows = sorted(standing(session), key=lambda row: row.style)
        return digests, [(row.style, row.lines, row.total_cost) for row in rows]


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clusters, "CHUNK_STYLES", 2)


@pytest.mark.parametrize("money", [None, 3_000])
def test_a_cluster_decides_as_this_process_does_what_is_shared_included(
    new_database: Callable[[str], Database],
    cluster: Cluster,
    money: int | None,
) -> None:
    here = decided(new_database("here"), None, money)

    with capture_logs() as logged:
        there = decided(new_database("there"), cluster, money)

    assert there == here
    assert len(here[0]) == 5
    assert (sum(row[2] for row in here[1]) <= 3_000) is (money is not None)
    assert "cluster_failed" not in {one["event"] for one in logged}


def test_what_fails_on_the_cluster_is_decided_here(
    new_database: Callable[[str], Database],
    cluster: Cluster,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(clusters, "_decide_chunk", abs)

    with capture_logs() as logged:
        found = decided(new_database("there"), cluster)

    assert found == decided(new_database("here"), None)
    assert "cluster_failed" in {one["event"] for one in logged}


@pytest.mark.parametrize("closes", [False, True])
def test_a_cluster_without_workers_or_gone_is_not_waited_for(
    new_database: Callable[[str], Database], closes: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clusters, "CONNECT_SECONDS", 1.0)
    with LocalCluster(n_workers=0, processes=False, dashboard_address=":0") as local:
        connected = Cluster(local.scheduler_address)
        if closes:
            local.close()

        found = decided(new_database("there"), connected)

        connected.close()
    assert len(found[0]) == 5


def test_an_address_where_no_scheduler_answers_is_said_in_one_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(clusters, "CONNECT_SECONDS", 0.2)

    with pytest.raises(SetupError, match=r"no Dask scheduler answers at tcp://127\.0\.0\.1:1"):
        Cluster("tcp://127.0.0.1:1")
