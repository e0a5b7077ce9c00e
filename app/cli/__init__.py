"""The `shortrun` command. Each command imports what it runs, so that none pays for another."""

import subprocess
import sys
from collections.abc import Callable

from rich.console import Console

from app.cli import factory, files, keeping, months, people, planning, service, shops
from app.cli.root import app
from app.errors import SetupError, ShortrunError

__all__ = [
    "app",
    "factory",
    "files",
    "keeping",
    "main",
    "months",
    "people",
    "planning",
    "service",
    "shops",
]

errors = Console(stderr=True)


def main() -> None:
    """Run the command; what stops it from starting is one line, not a traceback."""
    command: Callable[[], None] = app
    try:
        command()
    except (SetupError, ShortrunError) as error:
        errors.print(f"shortrun: {_one_line(error)}", style="red", markup=False, soft_wrap=True)
        sys.exit(1)
    except subprocess.CalledProcessError as error:
        sys.exit(error.returncode)


def _one_line(error: SetupError | ShortrunError) -> str:
    named = error.errors if isinstance(error, ShortrunError) else ()
    return "; ".join([str(error), *(one.message for one in named)])
