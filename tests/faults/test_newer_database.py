"""Processes of this version beside a database that a later version migrated."""

from pathlib import Path

import httpx
import pytest

from app.database.database import Database
from app.database.migrate import migrate
from app.parties.refs import BrandRef
from tests.database.revisions import with_one_more, with_two_more
from tests.faults.site import Site, until
from tests.refresh.shop import decisions, sell

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


def decided(database: Database) -> int:
    with database.read() as session:
        return len(decisions(session))


def ready(site: Site) -> tuple[int, str]:
    answer = httpx.get(f"{site.url}/readyz", trust_env=False)
    return answer.status_code, answer.json()["migrations"]


def test_old_processes_go_on_beside_what_adds_and_end_at_what_takes_away(
    database: Database, site: Site, brand: BrandRef, tmp_path: Path
) -> None:
    site.api()
    worker = site.worker()
    until(lambda: decided(database) == 1, "the style is decided")

    migrate(database, scripts=with_one_more(tmp_path / "adds"))
    with database.write() as session:
        sell(session, brand, "S2")
    until(lambda: decided(database) == 2, "the old worker decides again")
    beside_more = ready(site), worker.poll()
    migrate(database, scripts=with_two_more(tmp_path / "takes away"))
    ended = worker.wait(60)
    beside_less = ready(site)
    late = site.start("migrate").wait(60)

    assert beside_more == ((200, "ahead"), None)
    assert (beside_less, ended) == ((503, "too_new"), 0)
    assert '"event": "database_too_new"' in site.log()
    assert late == 1
    assert "newer than this version of shortrun; upgrade the program" in site.log()
