"""What reading a large brand costs: the console, the lists, the figures; and keeping it safe.

    uv run python -m tests.benchmarks.sized [sqlite | postgresql] [--full] [--pages | --commands]
    uv run python -m tests.benchmarks.sized URL [--pages | --commands]

10,000 styles and a million events, with `--full` 100,000 and 10 million, stored in bulk by
`sized_past`, which may have stored the database that a URL names. A real service without a
worker answers each page over HTTP: the median on the clock, the processor time of the API process
and of PostgreSQL's server, the size of the answer, and how much memory the API took for it beyond
what it held. Then `verify`, and on SQLite `backup` and `restore`, each as a process of its own.
"""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import median
from typing import Any

import httpx

from app.audit.record import CommandLine
from app.console.door import COOKIE
from app.console.sessions import open_session
from app.console.users import add_user
from app.database.database import Database
from tests.benchmarks.processes import (
    child_pid,
    largest_mib,
    processor_seconds,
    resident_kib,
    server_seconds,
)
from tests.benchmarks.refresh import AT
from tests.benchmarks.servers import new_database, running_service
from tests.benchmarks.sized_pages import PAGES

KINDS = ("sqlite", "postgresql")
TENTH, FULL = (10_000, 1_000_000), (100_000, 10_000_000)
REPEATS, LONG_ENOUGH = 5, 3.0
"""A page is asked for so often, or until that many seconds are over; the first time warms up."""


def filled(url: str, size: tuple[int, int]) -> None:
    """Fill a database, in a process of its own."""
    began = time.perf_counter()
    module = [sys.executable, "-m", "tests.benchmarks.sized_past", url, *map(str, size)]
    subprocess.run(module, check=True)
    print(f"filled in {time.perf_counter() - began:.0f} s", flush=True)


def pages(url: str) -> None:
    """Ask a real service for every page."""
    database = Database(url)
    with running_service(url) as (address, key):
        api = child_pid("serve")
        headers = {"Authorization": f"Bearer {key}"}
        with httpx.Client(base_url=address, headers=headers, timeout=300) as client:
            client.put("/v1/clock", json={"now": AT.isoformat()}).raise_for_status()
            browser = httpx.Client(base_url=address, cookies=_signed_in(database), timeout=300)
            with browser:
                for name, path in PAGES.items():
                    asked = browser if path.startswith("/console") else client
                    _told(name, _costs(asked, path, api, database))
    database.close()


def _signed_in(database: Database) -> dict[str, str]:
    at = datetime.now(UTC)
    with database.write() as session:
        name = f"olga{at:%H%M%S}"
        user = add_user(session, CommandLine(), name, role="ops", brand=None, password=None, at=at)
        return {COOKIE: open_session(session, user, by="link", at=at)}


def _costs(client: httpx.Client, path: str, api: int, database: Database) -> dict[str, Any]:
    """Ask again and again; return milliseconds, bytes and MiB of one answer."""
    first = client.get(path)
    assert first.status_code in {200, 503}, (path, first.status_code, first.text)
    held = resident_kib(api)
    Path(f"/proc/{api}/clear_refs").write_text("5")  # the most it held is what it holds now
    walls: list[float] = []
    ours, servers = processor_seconds(api), server_seconds(database)
    began = time.perf_counter()
    while len(walls) < REPEATS and time.perf_counter() - began < LONG_ENOUGH:
        asked = time.perf_counter()
        client.get(path)
        walls.append(time.perf_counter() - asked)
    ours, servers = processor_seconds(api) - ours, server_seconds(database) - servers
    return {
        "ms": round(median(walls) * 1e3, 1),
        "api_ms": round(ours / len(walls) * 1e3),
        "server_ms": round(servers / len(walls) * 1e3),
        "kib": round(len(first.content) / 1024, 1),
        "more_mib": round(largest_mib(api) - held / 1024, 1),
        "api_mib": round(held / 1024),
    }


def _told(name: str, figures: dict[str, Any]) -> None:
    print(json.dumps({"what": name, **figures}), flush=True)


def commands(url: str) -> None:
    """Verify; on SQLite back up, and restore in another place."""
    _told("verify", _command(url, "verify"))
    if not url.startswith("sqlite"):
        return
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        copy = f"{folder}/copy.db"
        _told("backup", _command(url, "backup", copy))
        _told("restore", _command(f"sqlite:///{folder}/other.db", "restore", copy))


def _command(url: str, *words: str) -> dict[str, Any]:
    """Run a command of ours to its end; return seconds, its processor's, and its memory."""
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "app.cli", *words],
        env={**os.environ, "SHORTRUN_DATABASE_URL": url},
        stdout=subprocess.DEVNULL,
    )
    peak, ended = 0.0, 0
    while not ended:
        with contextlib.suppress(IndexError):  # it is ending, and holds nothing any more
            peak = max(peak, largest_mib(process.pid))
        time.sleep(0.05)
        ended, status, used = os.wait4(process.pid, os.WNOHANG)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, words
    return {
        "seconds": round(time.perf_counter() - began, 1),
        "processor_s": round(used.ru_utime + used.ru_stime, 1),
        "peak_mib": round(peak),
    }


def measured(url: str) -> None:
    """Print the figures of a filled database."""
    parts: dict[str, Callable[[str], None]] = {"--pages": pages, "--commands": commands}
    asked = [part for name, part in parts.items() if name in sys.argv] or list(parts.values())
    for part in asked:
        part(url)


def main() -> None:
    os.environ["SHORTRUN_SANDBOX"] = "1"  # the brand's time is the end of its past
    os.environ["SHORTRUN_REQUESTS_PER_MINUTE"] = "1000000"
    print(f"{date.today()}  {datetime.now(UTC):%H:%M} UTC")
    given = [one for one in sys.argv[1:] if "://" in one]
    for url in given:
        measured(url)
    kinds = [one for one in KINDS if one in sys.argv]
    for kind in kinds or (() if given else KINDS):
        print(kind, flush=True)
        with new_database(kind) as url:
            filled(url, FULL if "--full" in sys.argv else TENTH)
            measured(url)


if __name__ == "__main__":
    main()
