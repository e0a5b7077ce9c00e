"""Run the API in this process and a worker in a child, and end both together."""

import gc
import os
import resource
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
import uvicorn

from app.database.database import Database
from app.errors import SetupError
from app.main import create_app
from app.patience import PatientProtocol
from app.recommendations.polling import let_all_go
from app.settings import Settings
from app.web.logs import configure_logs
from app.web.tracing import configure_tracing

DRAIN_SECONDS = 20
MOST_FILES = 65_536
WORKER_RESTART_SECONDS = 2.0

log = structlog.get_logger()


def serve_until_stopped(
    database: Database, settings: Settings, *, host: str, port: int, worker: bool
) -> None:
    """Serve until SIGTERM or SIGINT, then let running requests end.

    Raises:
        SetupError: If the address cannot be listened on.
    """
    configure_logs(settings.log_level)
    allow_connections()
    configure_tracing()
    listening = listen(host, port)
    config = uvicorn.Config(
        create_app(settings, database, expects_worker=worker),
        http=PatientProtocol,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=DRAIN_SECONDS,
        timeout_keep_alive=30,
        server_header=False,
    )
    name, bound = listening.getsockname()[:2]
    log.info("serving", url=f"http://{name}:{bound}", docs=f"http://{name}:{bound}/docs")
    # Uvicorn raises the signal that ended it once more, for whoever started it: by then the work
    # is done, and dying of it would leave the worker behind.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: None)
    with _worker_beside(enabled=worker):
        _set_imports_aside()
        _Server(config).run(sockets=[listening])


def _set_imports_aside() -> None:
    """Let the collector look no more through what was imported, which stays anyway.

    A full collection took 126 ms with everybody waiting, and a thousand polls that are answered
    at once call for one.
    """
    gc.collect()
    gc.freeze()


class _Server(uvicorn.Server):
    """A server that does not wait, when it ends, for those who wait for news."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Answer them, then let running requests end."""
        let_all_go()
        await super().shutdown(sockets)


def allow_connections() -> None:
    """Let this process hold many connections where the machine permits, not the usual 1,024."""
    current, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_FILES if most == resource.RLIM_INFINITY else min(most, MOST_FILES)
    if current != resource.RLIM_INFINITY and current < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


def listen(host: str, port: int) -> socket.socket:
    """Listen on an address.

    Raises:
        SetupError: If it is taken, or is no address of this machine.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named TCP, asyncio turns Nagle's algorithm off: of an answer in several writes the second
    # waited 40 ms for the client's delayed acknowledgement.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(2048)
    except OSError as error:
        listening.close()
        raise SetupError(f"cannot listen on {host}:{port}: {error.strerror}") from None
    except OverflowError:
        listening.close()
        raise SetupError(f"cannot listen on {host}:{port}: no such port") from None
    return listening


@contextmanager
def _worker_beside(*, enabled: bool) -> Iterator[None]:
    """Keep one worker process running meanwhile; StatsForecast never loads in this one."""
    if not enabled:
        yield
        return
    ending = threading.Event()
    current: list[subprocess.Popen[bytes]] = []

    def keep_running() -> None:
        while not ending.is_set():
            command = [sys.executable, "-m", "app.cli", "worker"]
            child = subprocess.Popen(  # noqa: S603  our own command
                [*command, "--ends-with-parent", str(os.getpid())]
            )
            current[:] = [child]
            if ending.is_set():
                child.send_signal(signal.SIGTERM)
            code = child.wait()
            if not ending.is_set():
                log.error("worker_ended", code=code)
                ending.wait(WORKER_RESTART_SECONDS)

    keeper = threading.Thread(target=keep_running, daemon=True)
    keeper.start()
    try:
        yield
    finally:
        ending.set()
        for child in current:
            child.send_signal(signal.SIGTERM)
        keeper.join(DRAIN_SECONDS)
        for child in current:
            child.kill()
