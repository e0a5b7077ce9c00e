"""What Prometheus reads from a real service moves by real work, whichever process did it."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import select

from app.clock.time import set_now
from app.database.database import Database
from app.parties.refs import BrandRef
from app.parties.tables import Factory
from tests.faults.site import Site, until
from tests.recommendations.scene import key_for
from tests.refresh.shop import AT, open_shop

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)

FEED = "/v1/factories/fab/feed"
ISSUED = 'shortrun_refresh_styles_total{fate="issued"}'
LAST_REFRESH = "shortrun_worker_last_refresh_timestamp_seconds"
STAGES = ("claim", "learn", "panel", "forecast", "decide", "publish")


@pytest.fixture
def site(database_url: str, tmp_path: Path) -> Iterator[Site]:
    made = Site(database_url, tmp_path)
    yield made
    made.end_all()


@pytest.fixture
def brand(database: Database) -> BrandRef:
    with database.write() as session:
        set_now(session, AT)
    return open_shop(database, "S2")


def scraped(site: Site) -> dict[str, float]:
    """Return every sample by its name and labels, as PromQL writes them."""
    text = httpx.get(f"{site.url}/metrics", trust_env=False).text
    found = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            labels = ",".join(f'{name}="{value}"' for name, value in sample.labels.items())
            found[f"{sample.name}{{{labels}}}" if labels else sample.name] = sample.value
    return found


def sale(number: int, sku: str = "S2-M") -> dict[str, Any]:
    at = AT - timedelta(days=1 + number % 20)
    return {
        "event_id": f"e{number}",
        "sku": sku,
        "kind": "sale",
        "quantity": 4,
        "occurred_at": at.isoformat(),
    }


def follow(http: httpx.Client, site: Site, key: str) -> dict[str, float]:
    """Read the feed with news, again, to its end, and wait at it; scraped while one waits."""
    headers = {"Authorization": f"Bearer {key}"}
    page = http.get(FEED, headers=headers)
    http.get(FEED, headers={**headers, "If-None-Match": page.headers["etag"]})
    end = {"after": page.json()["next_cursor"]}
    http.get(FEED, params=end, headers=headers)
    with ThreadPoolExecutor(1) as pool:
        pool.submit(http.get, FEED, params=end, headers={**headers, "Prefer": "wait=50"})
        until(lambda: scraped(site)["shortrun_feed_waiting_requests"] == 1, "a request waits")
        found = scraped(site)
        site.started[0].terminate()
    return found


def test_real_work_moves_the_numbers_that_a_scrape_of_the_api_reads(
    site: Site, database: Database, brand: BrandRef
) -> None:
    shop_key = key_for(database, "brand", brand_id=brand.id)
    with database.read() as session:
        factory_key = key_for(database, "factory", factory_id=session.scalar(select(Factory.id)))
    site.api()
    before = scraped(site)

    with httpx.Client(base_url=site.url, trust_env=False, timeout=60) as http:
        events = [*(sale(number) for number in range(40)), sale(1), sale(99, "unknown")]
        headers = {"Authorization": f"Bearer {shop_key}"}
        http.post("/v1/sales", json={"events": events}, headers=headers)
        posted = scraped(site)
        began = time.time()
        site.worker()
        until(lambda: scraped(site)[ISSUED] > 0, "what the worker did is told")
        found = follow(http, site, factory_key)

    events = {"accepted": 40, "duplicate": 1, "rejected": 1}
    assert {
        one: posted[f'shortrun_sales_events_total{{outcome="{one}"}}'] for one in events
    } == events
    assert posted['shortrun_sales_batch_events_bucket{le="100.0"}'] == 1
    assert 0 < posted["shortrun_sales_seconds_sum"] < 60
    assert (before["shortrun_due_styles"], posted["shortrun_due_styles"]) == (1, 1)
    assert (before["shortrun_workers"], found["shortrun_workers"]) == (0, 1)
    assert (found["shortrun_due_styles"], found["shortrun_leased_styles"]) == (0, 0)
    assert (before[ISSUED], found[ISSUED]) == (0, 1)
    stages = [f'shortrun_refresh_stage_seconds_total{{stage="{one}"}}' for one in STAGES]
    assert all(found[one] > before[one] == 0 for one in stages)
    [refreshed] = [at for name, at in found.items() if name.startswith(LAST_REFRESH)]
    assert began < refreshed < time.time()
    polls = {"news": 1, "unchanged": 1, "empty": 1}
    assert {one: found[f'shortrun_feed_polls_total{{outcome="{one}"}}'] for one in polls} == polls
    assert (before["shortrun_feed_events_total"], found["shortrun_feed_events_total"]) == (0, 1)
    assert found["shortrun_feed_lag_events_sum"] == 1
