"""The real service as a child process: its own folder, its own database, gone afterwards."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.client import ClientError, ShortrunClient

LOOPBACK = "127.0.0.1"
CONSOLE_USER = "demo"
SECONDS_TO_START = 120.0
SECONDS_TO_STOP = 10.0


class DemoFailed(Exception):
    """The demo cannot go on; the message is one line for whoever started it."""


@dataclass(frozen=True)
class RunningService:
    """Where the service answers, and the key that may do everything."""

    url: str
    ops_key: str
    process: subprocess.Popen[bytes]
    environment: Mapping[str, str]

    def console_link(self, user: str) -> str:
        """Return an address that signs a user of the console in once, within 15 minutes."""
        command = ["console", "link", "--user", user, "--url", self.url]
        return _printed_by(command, self.environment)


@contextlib.contextmanager
def running_service(folder: Path, port: int | None) -> Iterator[RunningService]:
    """Start the service on loopback, yield it once it is ready, and end it whatever happens.

    Raises:
        DemoFailed: The port is taken, or the service did not start.
    """
    chosen = free_port() if port is None else port
    _refuse_taken(chosen)
    environment = _environment(folder)
    key = _printed_by(["keys", "create", "--role", "ops"], environment)
    _printed_by(
        ["console", "add-user", CONSOLE_USER, "--role", "ops", "--no-password"], environment
    )
    log = folder / "service.log"
    command = [sys.executable, "-m", "app.cli", "serve", "--host", LOOPBACK, "--port", str(chosen)]
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - our own module, run by our own interpreter
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        url = f"http://{LOOPBACK}:{chosen}"
        _await_ready(url, process, log)
        yield RunningService(url, key, process, environment)
    except (ClientError, TimeoutError) as error:
        raise DemoFailed(f"{error}{_last_complaint(log)}") from error
    finally:
        _end(process)


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def _refuse_taken(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except (OSError, OverflowError) as error:
            raise DemoFailed(f"port {port} cannot be used: {error}") from error


def _environment(folder: Path) -> dict[str, str]:
    """Return our environment without its Shortrun settings: the demo has its own."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith("SHORTRUN_")}
    database = f"sqlite:///{(folder / 'demo.db').as_posix()}"
    return {**kept, "SHORTRUN_DATABASE_URL": database, "SHORTRUN_SANDBOX": "1"}


def _printed_by(arguments: Sequence[str], environment: Mapping[str, str]) -> str:
    """Run one of our commands and return the last word that it prints."""
    command = [sys.executable, "-m", "app.cli", *arguments]
    said = " ".join(arguments[:2])
    try:
        done = subprocess.run(  # noqa: S603 - our own module, run by our own interpreter
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=SECONDS_TO_START,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise DemoFailed(f"no end of {said} after {SECONDS_TO_START:.0f} s") from error
    if done.returncode or not done.stdout.strip():
        raise DemoFailed(f"{said} failed: {_last_line(done.stderr)}")
    return done.stdout.split()[-1]


def _await_ready(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    with ShortrunClient(url, timeout=5.0) as client:
        while time.monotonic() < deadline:
            if process.poll() is not None:
                said = _last_line(log.read_text(errors="replace"))
                raise DemoFailed(f"the service ended with code {process.returncode}: {said}")
            if client.is_ready():
                return
            time.sleep(0.1)
    said = _last_line(log.read_text(errors="replace"))
    raise DemoFailed(f"the service was not ready after {SECONDS_TO_START:.0f} s: {said}")


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ask the service to stop, then end it and its worker for certain."""
    process.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(SECONDS_TO_STOP)
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.wait()


def _last_complaint(log: Path) -> str:
    """Return what the service last logged as an error, or nothing."""
    for line in reversed(log.read_text(errors="replace").splitlines()):
        if '"level": "error"' in line:
            said = json.loads(line)
            return f"; the service said: {_last_line(said.get('exception', said['event']))}"
    return ""


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "it said nothing"
