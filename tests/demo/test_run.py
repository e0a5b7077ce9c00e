"""Starting the demo where it cannot start, and ending what it started."""

import io
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from rich.console import Console

from app.demo.run import run_demo
from app.demo.service import DemoFailed, _await_ready, _end


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield listening.getsockname()[1]


def test_a_port_in_use_is_one_line_and_a_non_zero_exit(
    taken_port: int, capsys: pytest.CaptureFixture[str]
) -> None:
    code = run_demo(keep=False, port=taken_port, seed=7, console=Console(file=io.StringIO()))

    said = capsys.readouterr().err
    assert code == 1
    assert said.startswith(f"demo: port {taken_port} cannot be used: ")
    assert said.count("\n") == 1


def test_a_port_that_does_not_exist_is_one_line_too(capsys: pytest.CaptureFixture[str]) -> None:
    code = run_demo(keep=False, port=70_000, seed=7, console=Console(file=io.StringIO()))

    assert code == 1
    assert capsys.readouterr().err.startswith("demo: port 70000 cannot be used: ")


def test_a_service_that_ends_at_once_is_reported_with_its_last_words(tmp_path: Path) -> None:
    log = tmp_path / "service.log"
    log.write_text("first\nthe database is newer than this version\n\n")
    process = subprocess.Popen([sys.executable, "-c", "raise SystemExit(3)"])
    process.wait()

    with pytest.raises(DemoFailed, match="ended with code 3: the database is newer than this"):
        _await_ready("http://127.0.0.1:1", process, log)


def test_the_services_own_children_end_with_it(tmp_path: Path) -> None:
    child_id = tmp_path / "child"
    script = (
        "import pathlib, signal, subprocess, sys, time\n"
        "signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        f"pathlib.Path({str(child_id)!r}).write_text(str(child.pid))\n"
        "time.sleep(60)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", script], start_new_session=True)
    _wait_until(lambda: child_id.exists() and child_id.read_text() != "")

    _end(process)

    _wait_until(lambda: not _runs(int(child_id.read_text())))
    assert process.returncode == 0


def _runs(process_id: int) -> bool:
    status = Path(f"/proc/{process_id}/stat")
    if status.parent.parent.exists() and not status.exists():
        return False
    if status.exists():
        return status.read_text().rsplit(")", 1)[1].split()[0] != "Z"
    try:
        os.kill(process_id, signal.SIG_DFL)
    except ProcessLookupError:
        return False
    return True


def _wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)
