"""The real service, as an operator starts it: one process for HTTP, its worker beside it."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.client import ShortrunClient

STARTED_WITHIN_SECONDS = 90.0


@dataclass
class Service:
    """A running service, its address and an ops key."""

    url: str
    ops_key: str
    environment: dict[str, str]
    process: subprocess.Popen[bytes]

    def client(self, key: str | None = None) -> ShortrunClient:
        return ShortrunClient(self.url, key or self.ops_key)


def shortrun(environment: dict[str, str], *arguments: str) -> str:
    """Run the command to its end and return what it printed."""
    command = [sys.executable, "-m", "app.cli", *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.fixture
def service(database_url: str, tmp_path: Path) -> Iterator[Service]:
    environment = {
        **os.environ,
        "SHORTRUN_DATABASE_URL": database_url,
        "SHORTRUN_SANDBOX": "1",
        "SHORTRUN_WORKER_POLL_SECONDS": "0.05",
    }
    key = shortrun(environment, "keys", "create", "--role", "ops")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = (tmp_path / "service.log").open("wb")
    process = subprocess.Popen(
        [sys.executable, "-m", "app.cli", "serve", "--port", str(port)],
        env=environment,
        stdout=log,
        stderr=log,
    )
    running = Service(f"http://127.0.0.1:{port}", key, environment, process)
    try:
        _wait_until_ready(running, tmp_path / "service.log")
        yield running
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            assert process.wait(30) == 0
        finally:
            process.kill()
            log.close()


def _wait_until_ready(running: Service, log: Path) -> None:
    deadline = time.monotonic() + STARTED_WITHIN_SECONDS
    with running.client() as ops:
        while time.monotonic() < deadline:
            assert running.process.poll() is None, log.read_text()
            if ops.is_ready():
                return
            time.sleep(0.1)
    raise AssertionError(f"not ready: {log.read_text()}")
