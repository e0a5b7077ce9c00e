"""A disk without room: refused in words, nothing half stored, and on as soon as there is room."""

import resource
from pathlib import Path

import httpx

from app.database.database import Database
from app.parties.refs import BrandRef
from tests.faults.counted import batch, stored_units, unsound
from tests.faults.site import Site
from tests.recommendations.scene import key_for


def test_a_full_disk_refuses_and_recovers_by_itself(
    database: Database, site: Site, brand: BrandRef
) -> None:
    if not database.is_sqlite:
        return  # PostgreSQL's disk is its server's; a server that fails is the test beside this one
    key = key_for(database, "brand", brand_id=brand.id)
    api = site.api()
    log = Path(site.database_url.removeprefix("sqlite:///") + "-wal")
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)

    first = post(site, key, 1)
    resource.prlimit(api.pid, resource.RLIMIT_FSIZE, (log.stat().st_size + 8192, hard))
    full = post(site, key, 2, size=2000)
    read_meanwhile = httpx.get(f"{site.url}/v1/styles/S2", headers=bearer(key), trust_env=False)
    resource.prlimit(api.pid, resource.RLIMIT_FSIZE, (hard, hard))
    again = post(site, key, 2, size=2000)

    assert (first.status_code, full.status_code, again.status_code) == (200, 503, 200)
    assert full.headers["retry-after"].isdigit()
    assert full.headers["content-type"] == "application/problem+json"
    assert read_meanwhile.status_code == 200
    assert again.json()["accepted"] == 2000
    assert stored_units(database)[0] == 2050
    assert unsound(database) == []


def post(site: Site, key: str, number: int, *, size: int = 50) -> httpx.Response:
    body = {"events": batch(1, number, size)}
    return httpx.post(
        f"{site.url}/v1/sales", json=body, headers=bearer(key), trust_env=False, timeout=60
    )


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}
