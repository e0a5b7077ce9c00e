"""From a sale that is posted to the recommendation in the feed, against the pipeline in process.

    uv run python -m tests.benchmarks.latency

Each round sells enough of another style to call for a run, through the real service and its
worker, while a factory waits at its feed. The floor is the same with other styles of the same
database, once the service has ended: the sale is stored and the pipeline called in this process.
Prints the median of both, the slowest tenth of ours, and the ratio of the medians.
"""

import sys
import threading
import time
from datetime import UTC, date, datetime, timedelta
from statistics import median, quantiles
from typing import Any

from sqlalchemy import select

from app.catalog.tables import Style
from app.client import ShortrunClient
from app.database.database import Database
from app.jobs.work import is_due
from app.parties.queries import brand_named
from app.refresh.pipeline import refresh_next
from app.sales.ingest import SalesEvent, store_sales
from app.settings import Settings
from tests.benchmarks.servers import new_database, running_service

ROUNDS = 30
SKUS_A_STYLE = 4
UNITS_SOLD = 60
TOLD = {"issued", "superseded"}


def seed(address: str, key: str) -> None:
    """Store a brand, its factory, an offer, and styles that have not sold anything."""
    with ShortrunClient(address, key, brand="acme") as ops:
        ops.put_factory("fab1", {"name": "Fab 1", "timezone": "Europe/Lisbon"})
        ops.put_brand(
            "acme",
            {
                "name": "Acme",
                "timezone": "Europe/Paris",
                "currency": "EUR",
                "factories": ["fab1"],
            },
        )
        ops.post_catalog([style(number) for number in range(2 * ROUNDS)])
    with ShortrunClient(address, key, factory="fab1") as ops:
        ops.put_offer(
            "small",
            {
                "brand": "acme",
                "mode": "small_batch",
                "currency": "EUR",
                "price_breaks": [{"min_quantity": 1, "unit_cost": "12.00"}],
                "setup_cost": "40.00",
                "lead_time_days": {"mean": 14.0, "sd": 1.0},
            },
        )


def style(number: int) -> dict[str, Any]:
    return {
        "style": f"S{number}",
        "name": f"Style {number}",
        "currency": "EUR",
        "price": "40.00",
        "skus": [
            {"sku": f"S{number}-{size}", "colorway": "BLK", "size": str(size)}
            for size in range(SKUS_A_STYLE)
        ],
    }


def events(number: int) -> list[dict[str, Any]]:
    at = datetime.now(UTC) - timedelta(days=1)
    return [
        {
            "event_id": f"{number}-{size}",
            "sku": f"S{number}-{size}",
            "kind": "sale",
            "quantity": UNITS_SOLD,
            "occurred_at": at.isoformat(),
        }
        for size in range(SKUS_A_STYLE)
    ]


def through_the_service(database: Database, address: str, key: str) -> list[float]:
    """Return the seconds of each round, from before the post to the event at the factory."""
    seconds = []
    with (
        ShortrunClient(address, key, brand="acme") as brand,
        ShortrunClient(address, key) as factory,
    ):
        for number in range(ROUNDS):
            cursor = factory.standing("fab1").feed_cursor
            heard = Heard(factory, cursor, f"S{number}")
            heard.start()
            time.sleep(0.3 + 0.017 * number)  # it waits by now; the worker is anywhere in its pause
            started = time.perf_counter()
            brand.post_sales(events(number))
            heard.join()
            if heard.at is not None:
                seconds.append(heard.at - started)
            settle(database)
    return seconds


class Heard(threading.Thread):
    """Somebody who waits at the feed for news of a style."""

    def __init__(self, factory: ShortrunClient, cursor: str, style: str) -> None:
        super().__init__()
        self.factory, self.cursor, self.style = factory, cursor, style
        self.at: float | None = None

    def run(self) -> None:
        until = time.perf_counter() + 5
        while self.at is None and time.perf_counter() < until:
            page = self.factory.feed_page("fab1", after=self.cursor, wait=5)
            self.cursor = page["next_cursor"]
            if any(one["recommendation"]["style"] == self.style for one in page["data"]):
                self.at = time.perf_counter()


def in_process(database: Database) -> list[float]:
    """Return the seconds that the same takes with everything at hand."""
    settings = Settings()
    with database.read() as session:
        brand = brand_named(session, "acme")
        assert brand is not None
        ids = {row.code: row.id for row in session.execute(select(Style.code, Style.id))}
    seconds = []
    for number in range(ROUNDS, 2 * ROUNDS):
        made = [
            SalesEvent(**{**one, "occurred_at": datetime.fromisoformat(one["occurred_at"])})
            for one in events(number)
        ]
        fate = None
        started = time.perf_counter()
        with database.write() as session:
            store_sales(session, brand, made, at=datetime.now(UTC))
        while fate is None:
            outcome = refresh_next(database, settings)
            assert outcome is not None
            fate = outcome.fates.get(ids[f"S{number}"])
        if fate in TOLD:
            seconds.append(time.perf_counter() - started)
        while refresh_next(database, settings):
            pass
    return seconds


def settle(database: Database) -> None:
    """Wait until nothing is due."""
    while True:
        with database.read() as session:
            if not is_due(session, at=datetime.now(UTC)):
                return
        time.sleep(0.1)


def measure(kind: str) -> None:
    with new_database(kind) as url:
        database = Database(url)
        with running_service(url, worker=True) as (address, key):
            seed(address, key)
            settle(database)
            ours = through_the_service(database, address, key)
        bare = in_process(database)
        database.close()
    slow = quantiles(ours, n=10)[-1]
    ratio = median(ours) / median(bare)
    print(
        f"{kind:11} sale to feed {1000 * median(ours):.0f} ms (slowest tenth {1000 * slow:.0f},"
        f" {len(ours)} rounds), in process {1000 * median(bare):.0f} ms ({len(bare)}),"
        f" ratio {ratio:.2f}",
        flush=True,
    )


def main() -> None:
    print(f"{date.today()}  {ROUNDS} rounds")
    for kind in sys.argv[1:] or ("sqlite", "postgresql"):
        measure(kind)


if __name__ == "__main__":
    main()
