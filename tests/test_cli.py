"""What stops a command from starting is one clear line and a code, never a traceback."""

import os
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from app.cli.root import ready_database
from app.settings import Settings
from tests.refresh.shop import open_shop


def run(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "app.cli", *arguments],
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'own.db'}"


def refusal(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 1, done
    [line] = done.stderr.strip().splitlines()
    return line


def test_a_new_database_needs_no_other_step_and_the_key_is_printed_alone(url: str) -> None:
    done = run("keys", "create", "--role", "ops", SHORTRUN_DATABASE_URL=url)

    assert done.returncode == 0
    assert len(done.stdout.split()) == 1
    assert done.stdout.startswith("sr_live_")


def test_a_key_for_nobody_is_refused(url: str) -> None:
    done = run("keys", "create", "--role", "brand", SHORTRUN_DATABASE_URL=url)

    assert refusal(done) == "shortrun: the key is not valid; a brand key names its brand"


def test_a_port_in_use_is_named(url: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        done = run("serve", "--port", str(port), SHORTRUN_DATABASE_URL=url)

    assert f"cannot listen on 127.0.0.1:{port}" in refusal(done)


def test_another_kind_of_database_is_refused() -> None:
    done = run("migrate", SHORTRUN_DATABASE_URL="mysql://localhost/x")

    assert "mysql is not supported" in refusal(done)


def test_a_database_that_is_away_is_said_so() -> None:
    done = run("worker", SHORTRUN_DATABASE_URL="postgresql://nobody@127.0.0.1:1/x")

    assert "cannot open the database" in refusal(done)


def test_a_newer_database_is_refused(url: str) -> None:
    run("migrate", SHORTRUN_DATABASE_URL=url)
    with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.execute("UPDATE schema_state SET readable_from = '9999'")

    done = run("serve", SHORTRUN_DATABASE_URL=url)

    assert "newer than this version" in refusal(done)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "own.db").write_text("certainly not a database, whatever its name says")

    done = run("migrate", SHORTRUN_DATABASE_URL=f"sqlite:///{tmp_path / 'own.db'}")

    assert "file is not a database" in refusal(done)


def test_a_setting_that_cannot_be_is_named(url: str) -> None:
    done = run("migrate", SHORTRUN_DATABASE_URL=url, SHORTRUN_FORECAST_PATHS="many")

    assert "SHORTRUN_FORECAST_PATHS" in refusal(done)


def test_a_file_that_cannot_be_read_is_named(url: str, tmp_path: Path) -> None:
    missing = str(tmp_path / "missing.csv")

    done = run("import", "sales", missing, "--brand", "acme", SHORTRUN_DATABASE_URL=url)

    assert f"{missing} cannot be opened" in refusal(done)


def test_nobody_plans_as_on_a_day_that_has_not_begun(url: str) -> None:
    with ready_database(Settings(database_url=url)) as database:
        open_shop(database, "S2")

    done = run("refresh", "--as-of", "2099-01-01", SHORTRUN_DATABASE_URL=url)

    assert refusal(done) == "shortrun: 2099-01-01 has not begun yet where acme is"


def test_the_api_document_needs_no_database() -> None:
    done = run("openapi")

    assert done.returncode == 0
    assert done.stdout.startswith("{")
