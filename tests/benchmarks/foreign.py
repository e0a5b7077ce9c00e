"""Can a caller tell by the time what is somebody else's from what does not exist?

    uv run python -m tests.benchmarks.foreign [sqlite|postgresql]

Two brands; one asks for the other's style and backtest (finished, with a result of 1 MB) and for
ids that nobody has, in turns. The floor is what two sets of unknown ids differ by.
"""

import random
import statistics
import sys
import time
from datetime import UTC, datetime

import httpx

from app.backtest.tables import Backtest
from app.client import ShortrunClient
from app.database.database import Database
from app.parties.queries import brand_named
from tests.benchmarks.servers import new_database, running_service

ROUNDS = 400
AT = datetime(2026, 3, 2, tzinfo=UTC)
STYLE = {"name": "S", "currency": "EUR", "price": "39.00", "skus": [{"sku": "ZS-M"}]}
RULES = {"name": "B", "timezone": "UTC", "currency": "EUR"}
LARGE = {"weeks": ["x" * 1000] * 1000}


def measured(url: str, key: str, path: str, foreign: str) -> dict[str, float]:
    """Return the median milliseconds of asking for a foreign id, and twice for unknown ones."""
    asked = {"foreign": foreign, "unknown": "Q" * len(foreign), "again": "R" * len(foreign)}
    times: dict[str, list[float]] = {name: [] for name in asked}
    headers = {"Authorization": f"Bearer {key}"}
    with httpx.Client(base_url=url, headers=headers, trust_env=False) as client:
        for _ in range(ROUNDS):
            for name in random.sample(list(asked), 3):
                began = time.perf_counter()
                assert client.get(path.format(asked[name])).status_code == 404
                times[name].append(1000 * (time.perf_counter() - began))
    return {name: statistics.median(taken) for name, taken in times.items()}


def add_backtest(database_url: str) -> None:
    database = Database(database_url)
    with database.write() as session:
        zeta = brand_named(session, "zeta")
        assert zeta is not None
        session.add(
            Backtest(
                id="bt_zeta",
                brand_id=zeta.id,
                status="done",
                until=AT.date(),
                weeks=4,
                styles=5,
                progress=1.0,
                requested_at=AT,
                finished_at=AT,
                attempts=1,
                result=LARGE,
            )
        )
    database.close()


def main(kind: str) -> None:
    with new_database(kind) as database_url, running_service(database_url) as (url, ops_key):
        with ShortrunClient(url, ops_key) as ops:
            for brand in ("acme", "zeta"):
                ops.put_brand(brand, RULES)
            key = ops.create_key("brand", name="acme", brand="acme")["key"]
            zeta = ops.create_key("brand", name="zeta", brand="zeta")["key"]
        with ShortrunClient(url, zeta) as client:
            client.put_style("ZS", STYLE)
        add_backtest(database_url)
        for path, foreign in (("/v1/styles/{}", "ZS"), ("/v1/backtests/{}", "bt_zeta")):
            took = measured(url, key, path, foreign)
            ratio, floor = took["foreign"] / took["unknown"], took["again"] / took["unknown"]
            print(f"{kind} {path}: {took['unknown']:.2f} ms, x{ratio:.3f} (unknown x{floor:.3f})")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "sqlite")
