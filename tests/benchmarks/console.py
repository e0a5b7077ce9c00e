"""The console's pages for a brand of 10,000 styles, each of which has a draft that waits.

    uv run python -m tests.benchmarks.console

The app in this process, without a socket: what a page costs here, against an empty page of the
same frame (`/console/nowhere`), whose session, layout and headers are the same.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import insert, select

from app.audit.record import CommandLine
from app.catalog.tables import Style
from app.console.users import add_user
from app.database.database import Database
from app.database.migrate import migrate
from app.ids import new_id
from app.main import create_app
from app.recommendations.tables import DecisionRow, Recommendation
from app.settings import Settings
from tests.console.conftest import CHEAP, PASSWORD
from tests.console.visiting import Visit
from tests.recommendations.scene import AT, Scene, build, decide, offer, run_of

REPEATS = 15
PAGES = {
    "today": "/console/b/acme/today",
    "today, all, page 200": "/console/b/acme/today?show=all&page=200",
    "today, searched": "/console/b/acme/today?q=s04711",
    "styles": "/console/b/acme/styles",
    "styles, searched": "/console/b/acme/styles?q=4711",
    "styles, nothing found": "/console/b/acme/styles?q=nothing",
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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--styles", type=int, default=10_000)
    parser.add_argument("--url", help="An empty database; a new SQLite file else.")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        database = Database(asked.url or f"sqlite:///{Path(folder) / 'console.db'}")
        migrate(database)
        with database.write() as session:
            scene = build(session, release="manual")
            user = add_user(
                session, CommandLine(), "olga", role="ops", brand=None, password=None, at=AT
            )
            user.password_hash = CHEAP
        offer(database, scene)
        economics = {"expected_profit": "4321.00", "gain_over_waiting": "1234.00"}
        decide(database, scene, run_of(scene, economics=economics), at=datetime.now(UTC))
        fill(database, scene, asked.styles)
        visit = Visit(create_app(Settings(log_level="WARNING"), database))
        visit.sign_in("olga", PASSWORD)
        floor = milliseconds(lambda: visit.send("GET", "/console/nowhere"))
        print(json.dumps({"page": "an empty one", "p50_ms": round(median(floor), 1)}))
        for name, path in PAGES.items():
            assert visit.send("GET", path).status_code == 200, path
            times = milliseconds(lambda path=path: visit.send("GET", path))  # type: ignore[misc]
            figures = {
                "page": name,
                "p50_ms": round(median(times), 1),
                "worst_ms": round(times[-1], 1),
                "floors": round(median(times) / median(floor), 1),
            }
            print(json.dumps(figures))
        database.close()


if __name__ == "__main__":
    main()
