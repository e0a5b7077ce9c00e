"""The service as real processes that a test may end in any way and start again."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from app.client import ShortrunClient
from app.client.sending import Retries

STUBBORN = Retries(attempts=200, first_delay=0.05, longest_delay=10.0)
"""As a shop must be: it sends the same again until it is answered."""


@dataclass
class Site:
    """One database, one address, and the processes that were started there."""

    database_url: str
    folder: Path
    settings: Mapping[str, str] = field(default_factory=dict)
    port: int = 0
    started: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def client(self, key: str) -> ShortrunClient:
        return ShortrunClient(self.url, key, retries=STUBBORN)

    def api(self, *struck: str) -> subprocess.Popen[bytes]:
        """Start the API alone, on the same port each time, and wait until it answers."""
        if not self.port:
            self.port = free_port()
        process = self._start(struck, "serve", "--no-worker", "--port", str(self.port))
        until(lambda: self._answers(process), "the API answers")
        return process

    def worker(self, *struck: str) -> subprocess.Popen[bytes]:
        return self._start(struck, "worker")

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        return self._start((), *arguments)

    def end_all(self) -> None:
        for process in self.started:
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGCONT)
            process.kill()
            process.wait()

    def log(self) -> str:
        return (self.folder / "site.log").read_text()

    def _start(self, struck: tuple[str, ...], *arguments: str) -> subprocess.Popen[bytes]:
        module = ["tests.faults.struck", *struck, "--"] if struck else ["app.cli"]
        environment = {
            **os.environ,
            "SHORTRUN_DATABASE_URL": self.database_url,
            "SHORTRUN_SANDBOX": "1",
            "SHORTRUN_WORKER_POLL_SECONDS": "0.05",
            "SHORTRUN_FORECAST_PATHS": "128",
            **self.settings,
        }
        with (self.folder / "site.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", *module, *arguments],
                env=environment,
                stdout=log,
                stderr=log,
                cwd=Path(__file__).parents[2],
            )
        self.started.append(process)
        return process

    def _answers(self, process: subprocess.Popen[bytes]) -> bool:
        assert process.poll() is None, self.log()
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port)):
            return True
        return False


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def until(happened: Callable[[], bool], what: str, *, seconds: float = 90.0) -> None:
    """Wait for something; a test that waits for ever says what for."""
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, f"never: {what}"
        time.sleep(0.05)
