"""What stands in the log: a JSON object a line, whoever wrote it."""

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from app.web.logs import configure_logs


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """Bind nothing that others left, and write to the real standard error again afterwards."""
    structlog.contextvars.clear_contextvars()
    yield
    configure_logs("INFO")


def test_what_a_library_logs_is_a_line_like_ours(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("INFO")

    with structlog.contextvars.bound_contextvars(request_id="r1"):
        logging.getLogger("uvicorn.error").warning("odd: %s", "this\nand that")

    [line] = map(json.loads, capsys.readouterr().err.splitlines())
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "odd: this\nand that",
        "level": "warning",
        "logger": "uvicorn.error",
        "request_id": "r1",
    }


def test_a_failure_that_a_library_logs_keeps_its_traceback_in_one_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure_logs("INFO")

    try:
        int("x")
    except ValueError:
        logging.getLogger("asyncio").exception("it failed")

    [line] = map(json.loads, capsys.readouterr().err.splitlines())
    assert line["exception"].startswith("Traceback")


def test_configuring_twice_writes_once(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("INFO")
    configure_logs("INFO")

    logging.getLogger("uvicorn.error").warning("odd")

    assert len(capsys.readouterr().err.splitlines()) == 1
