"""Decisions on the Online Retail data set, week by week, against rules that a brand knows.

    uv run python -m tests.benchmarks.backtest [--data DIR] [--styles N] [--weeks N] [--json FILE]

Imports the file as the README does (`--preset online-retail`, economics and offers of
`tests/imports/online_retail.toml`: a workshop that makes 24 to 600 in two weeks for half the price,
and a factory that makes 500 and more in ten weeks for 0.30 of it), then runs `shortrun backtest
--as-of 2011-12-10`. The file knows no stock, so that its sales are the true demand. Prints the
tables, and how long it took on how many cores.
"""

import argparse
import json
import os
import time
from datetime import UTC, date, datetime
from pathlib import Path

from rich.console import Console

from app.backtest.reading import Wish, set_stage
from app.backtest.report import print_report
from app.backtest.result import to_result
from app.database.database import Database
from app.imports.brand import BrandSettings
from app.imports.economics_file import read_economics
from app.imports.load import ONLINE_RETAIL, import_sales
from app.imports.offers import put_economics
from app.parties.queries import brand_named
from app.parties.refs import BrandRef
from app.settings import Settings
from tests.benchmarks.servers import new_database

UNTIL = date(2011, 12, 10)
TERMS = Path(__file__).parents[1] / "imports" / "online_retail.toml"


def taken_in(database: Database, path: Path) -> BrandRef:
    """Import the file, and the economics and offers."""
    economics = read_economics(TERMS)
    at = datetime.now(UTC)
    import_sales(
        database,
        path=path,
        preset=ONLINE_RETAIL,
        brand=BrandSettings("gift", "Gift", "Europe/London", "GBP"),
        economics=economics.style,
        progress=lambda _done, _total: None,
        at=at,
    )
    put_economics(database, economics, brand="gift", at=at)
    with database.read() as session:
        brand = brand_named(session, "gift")
    assert brand is not None
    return brand


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--styles", type=int, default=200)
    parser.add_argument("--weeks", type=int, default=40)
    parser.add_argument("--json", type=Path)
    wish = parser.parse_args()
    console = Console(width=170)
    with new_database("sqlite") as url:
        database = Database(url)
        brand = taken_in(database, wish.data / "online_retail.parquet")
        started, busy = time.perf_counter(), time.process_time()
        paths = Settings().forecast_paths
        stage = set_stage(database, brand, Wish(UNTIL, wish.weeks, wish.styles, paths))
        longest, last = 0.0, time.perf_counter()
        for _ in stage.replay.steps():
            longest = max(longest, time.perf_counter() - last)
            last = time.perf_counter()
        took, worked = time.perf_counter() - started, time.process_time() - busy
        database.close()
    result = to_result(stage)
    print_report(result, console)
    print(
        f"{took:.0f} s, of them {worked:.0f} s of this process on a core, longest slice"
        f" {longest:.1f} s; load {os.getloadavg()[0]:.1f}"
    )
    if wish.json:
        wish.json.write_text(json.dumps(result, indent=2) + "\n")


if __name__ == "__main__":
    main()
