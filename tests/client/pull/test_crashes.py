"""A pull killed at any step, by a real `kill -9`, and resumed: no file lost, none twice.

`EVERY_STEP=1` dies before fsync and the like too, which changes nothing that a process leaves.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from app.client.pull.command import PullWish, pull_files
from app.database.database import Database
from tests.client.live import LiveService, change
from tests.recommendations.scene import Scene

KILLED = -9


def deaths(service: LiveService, key: str, form: str, folder: Path) -> list[Any]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.client.pull.dying", service.url, form, str(folder)],
        env={**os.environ, "SHORTRUN_KEY": key},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return [json.loads(line) for line in done.stdout.splitlines()]


def undisturbed(service: LiveService, key: str, form: Any, folder: Path) -> dict[str, str]:
    wish = PullWish("fab1", folder, form, service.url, limit=3)
    assert pull_files(wish, {"SHORTRUN_KEY": key}) == 0
    return {path.name: path.read_text() for path in sorted(folder.glob("[!.]*"))}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_pull_killed_at_any_step_and_resumed_hands_out_the_same_files_once(
    service: LiveService, database: Database, scene: Scene, fab1_key: str, tmp_path: Path
) -> None:
    change(database, scene, 3)
    expected = undisturbed(service, fab1_key, "json", tmp_path / "undisturbed")
    assert list(expected) == [
        "0000-000000000001-000000000003-events.json",
        "0000-000000000004-000000000005-events.json",
    ]

    lived = deaths(service, fab1_key, "json", tmp_path)

    assert [first for first, *_ in lived] == [KILLED] * (len(lived) - 1) + [0]
    for _, seen, second, rest in lived:
        assert second == 0
        assert seen.keys().isdisjoint(rest)
        assert seen | rest == expected
    assert len(lived) >= 20
