"""The console's pages for a brand of 10,000 styles, each of which has a draft that waits.

    uv run python -m tests.benchmarks.console [sqlite] [postgresql]

The app in this process, without a socket: what a page costs here, against an empty page of the
same frame (`/console/nowhere`), whose session, layout and headers are the same. The style that is
looked at, and 29 others, sold for half a year and have forecasts, of which Accuracy draws the
last three cuts again.
"""

import json
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from datetime import time as midnight
from statistics import median
from typing import Any

from sqlalchemy import insert, select

from app.audit.record import CommandLine
from app.catalog.tables import Sku, Style
from app.console.users import add_user
from app.database.database import Database
from app.forecasting.store import new_forecast, save_forecasts
from app.ids import new_id
from app.main import create_app
from app.recommendations.tables import DecisionRow, Recommendation
from app.sales.ingest import SalesEvent, store_sales
from app.settings import Settings
from tests.benchmarks.servers import new_database
from tests.console.conftest import CHEAP, PASSWORD
from tests.console.test_style import PRICED
from tests.console.visiting import Visit
from tests.forecasting.panels import forecast
from tests.recommendations.scene import AT, Scene, build, decide, offer, run_of

REPEATS = 15
STYLES = 10_000
WITH_A_PAST = 30
PAST_DAYS = 182
PAGES = {
    "today": "/console/b/acme/today",
    "today, all, page 200": "/console/b/acme/today?show=all&page=200",
    "today, searched": "/console/b/acme/today?q=s04711",
    "styles": "/console/b/acme/styles",
    "styles, searched": "/console/b/acme/styles?q=4711",
    "styles, nothing found": "/console/b/acme/styles?q=nothing",
    "a style": "/console/b/acme/styles/S2",
    "factories": "/console/b/acme/factories",
    "a factory": "/console/b/acme/factories/fab1",
    "quarantine": "/console/b/acme/quarantine",
    "imports": "/console/b/acme/imports",
    "accuracy": "/console/b/acme/accuracy",
    "backtests": "/console/b/acme/backtests",
    "keys": "/console/keys",
    "audit": "/console/audit",
}


def fill(database: Database, scene: Scene, styles: int) -> None:
    """Copy the scene's one style and its draft until there are so many."""
    with database.write() as session:
        style = vars(session.scalars(select(Style)).one())
        draft = vars(session.scalars(select(Recommendation)).one())
        decision = vars(session.scalars(select(DecisionRow)).one())
        made: dict[str, list[dict[str, Any]]] = {"styles": [], "decisions": [], "drafts": []}
        for number in range(1, styles):
            style_id, code = 1_000 + number, f"S{number:05d}"
            decided = new_id("dec")
            gain = str((number * 7919) % 100_000 / 100)
            made["styles"].append(_copy(Style, style, id=style_id, code=code, name=f"Style {code}"))
            made["decisions"].append(_copy(DecisionRow, decision, id=decided, style_id=style_id))
            made["drafts"].append(
                _copy(
                    Recommendation,
                    draft,
                    id=new_id("rec"),
                    style_id=style_id,
                    style=code,
                    decision_id=decided,
                    economics=draft["economics"] | {"gain_over_waiting": gain},
                )
            )
        for table, rows in zip((Style, DecisionRow, Recommendation), made.values(), strict=True):
            session.execute(insert(table), rows)


def _copy(table: Any, row: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {name: row[name] for name in table.__table__.columns.keys()} | changes  # noqa: SIM118


def milliseconds(work: Callable[[], Any]) -> list[float]:
    times = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        work()
        times.append((time.perf_counter() - began) * 1000)
    return sorted(times)


def live(database: Database, scene: Scene, at: datetime) -> None:
    """Give some styles two SKUs, half a year of sales, and a forecast of each of twelve weeks."""
    with database.write() as session:
        codes = ["S2", *(f"S{number:05d}" for number in range(1, WITH_A_PAST))]
        ids = {
            code: session.scalars(select(Style.id).where(Style.code == code)).one()
            for code in codes
        }
        for code in codes[1:]:
            session.add_all(
                Sku(brand_id=scene.brand.id, style_id=ids[code], code=f"{code}-BLK-{size}",
                    colorway="BLK", size=size, position=position, active=True)
                for position, size in enumerate(("M", "L"))
            )  # fmt: skip
        session.flush()
        for code in codes:
            skus = (f"{code}-BLK-M", f"{code}-BLK-L")
            sold = [
                SalesEvent(f"{sku}-{day}", sku, "sale", 1 + day % 3, at - timedelta(days=day))
                for sku in skus
                for day in range(1, PAST_DAYS)
            ]
            store_sales(session, scene.brand, sold, at=at)
            for week in range(13, -1, -1):
                made = replace(
                    forecast(shares=(20.0, 15.0)),
                    style_code=code,
                    origin=at.date() - timedelta(weeks=week),
                    sku_codes=skus,
                )
                when = datetime.combine(made.origin, midnight(1, tzinfo=UTC))
                row = new_forecast(ids[code], made, seed=week, horizon=26, made_at=when)
                save_forecasts(session, [row])


def main() -> None:
    for kind in sys.argv[1:] or ("sqlite", "postgresql"):
        with new_database(kind) as url:
            database = Database(url)
            measure(kind, database)
            database.close()


def measure(kind: str, database: Database) -> None:
    at = datetime.now(UTC)
    with database.write() as session:
        scene = build(session, release="manual")
        user = add_user(
            session, CommandLine(), "olga", role="ops", brand=None, password=None, at=AT
        )
        user.password_hash = CHEAP
    offer(database, scene)
    economics = {"expected_profit": "4321.00", "gain_over_waiting": "1234.00"}
    decide(database, scene, run_of(scene, economics=economics), at=at, body=PRICED)
    fill(database, scene, STYLES)
    live(database, scene, at)
    visit = Visit(create_app(Settings(log_level="WARNING"), database))
    visit.sign_in("olga", PASSWORD)
    floor = milliseconds(lambda: visit.send("GET", "/console/nowhere"))
    told(kind, "an empty one", floor, floor)
    for name, path in PAGES.items():
        assert visit.send("GET", path).status_code == 200, path
        told(kind, name, milliseconds(lambda path=path: visit.send("GET", path)), floor)  # type: ignore[misc]


def told(kind: str, page: str, times: list[float], floor: list[float]) -> None:
    """Print what a page takes."""
    figures = {
        "database": kind,
        "page": page,
        "p50_ms": round(median(times), 1),
        "worst_ms": round(times[-1], 1),
        "floors": round(median(times) / median(floor), 1),
    }
    print(json.dumps(figures), flush=True)


if __name__ == "__main__":
    main()
