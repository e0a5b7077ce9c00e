"""`shortrun pull` as cron and its neighbours see it: codes, silence, a lock, no key to be read."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from app.database.database import Database
from tests.client.live import LiveService, change
from tests.recommendations.scene import Scene

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

COMMAND = [sys.executable, "-m", "app.cli", "pull", "--factory", "fab1", "--format", "json"]


def environment(service: LiveService, key: str) -> dict[str, str]:
    own = {"SHORTRUN_URL": service.url, "SHORTRUN_KEY": key, "PYTHONDONTWRITEBYTECODE": "1"}
    return {**os.environ, **own}


def run(*command: str, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("[!.]*"))


def wait_for(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_one_that_stays_gets_news_keeps_others_out_and_shows_nobody_its_key(
    service: LiveService, database: Database, scene: Scene, fab1_key: str, tmp_path: Path
) -> None:
    folder, env = tmp_path / "in", environment(service, fab1_key)
    change(database, scene, 1)
    with subprocess.Popen([*COMMAND, "--to", str(folder), "--follow"], env=env) as staying:
        try:
            wait_for(lambda: len(names(folder)) == 1)
            change(database, scene, 1)
            wait_for(lambda: len(names(folder)) == 2)
            shown = run("ps", "-ww", "-o", "args=", "-p", str(staying.pid), env=env)
            second = run(*COMMAND, "--to", str(folder), env=env)
        finally:
            staying.kill()

    change(database, scene, 1)
    third = run(*COMMAND, "--to", str(folder), env=env)

    assert "--follow" in shown.stdout
    assert fab1_key not in shown.stdout
    assert (second.returncode, second.stdout) == (4, "")
    assert second.stderr.startswith("shortrun: another pull is at work in ")
    assert (third.returncode, third.stdout, third.stderr) == (0, "", "")
    assert names(folder) == [
        "0000-000000000001-000000000001-events.json",
        "0000-000000000002-000000000003-events.json",
        "0000-000000000004-000000000005-events.json",
    ]


def test_a_full_disk_shows_no_half_file_and_the_next_run_brings_it_whole(
    service: LiveService, database: Database, scene: Scene, fab1_key: str, tmp_path: Path
) -> None:
    folder, env = tmp_path / "in", environment(service, fab1_key)
    change(database, scene, 3)
    limited = 'ulimit -f 1; exec "$@"'

    first = run("bash", "-c", limited, "bash", *COMMAND, "--to", str(folder), env=env)
    seen = names(folder)
    second = run(*COMMAND, "--to", str(folder), "--verbose", env=env)

    assert (first.returncode, first.stdout, seen) == (1, "", [])
    assert "File too large" in first.stderr
    expected = folder / "0000-000000000001-000000000005-events.json"
    assert (second.returncode, second.stdout, second.stderr) == (0, f"{expected}\n", "")
    assert names(folder) == [expected.name]
