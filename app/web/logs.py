"""Log lines as JSON, one a line, on standard error: our own, and those of every library."""

import logging
import sys

import structlog
from structlog.typing import Processor

FOR_ALL: tuple[Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)
LAST: tuple[Processor, ...] = (
    structlog.processors.format_exc_info,
    structlog.processors.JSONRenderer(),
)
OURS: list[Processor] = [*FOR_ALL, *LAST]
"""The same list however often a process is set up: loggers keep the one they met first."""


def configure_logs(level: str) -> None:
    """Set up logging for this process; `level` is a name such as `INFO`."""
    number = logging.getLevelNamesMapping().get(level.upper(), logging.INFO)
    structlog.configure(
        processors=OURS,
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    _take_over(max(number, logging.WARNING))


def _take_over(level: int) -> None:
    """Write what libraries log, and Python's warnings, as we do: a reader of lines reads all."""
    logging.captureWarnings(capture=True)
    theirs = _Theirs()
    theirs.setLevel(level)
    theirs.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *LAST],
            foreign_pre_chain=[*FOR_ALL, structlog.stdlib.add_logger_name],
        )
    )
    root = logging.getLogger()
    for one in [before for before in root.handlers if isinstance(before, _Theirs)]:
        root.removeHandler(one)
    root.addHandler(theirs)


class _Theirs(logging.Handler):
    """The handler of what is not ours; there is one."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line."""
        print(self.format(record), file=sys.stderr)
