"""`shortrun backtest`: a brand's own past, decided again by us and by rules it knows."""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from app.backtest.picture import picture_of
from app.backtest.reading import Wish, set_stage
from app.backtest.report import print_report
from app.backtest.result import to_result
from app.clock.time import local_day, now
from app.database.database import Database
from app.errors import SetupError
from app.imports.economics_file import read_economics
from app.parties.queries import brand_named
from app.refresh.memory import keep_freed_memory
from app.settings import Settings


@dataclass(frozen=True)
class Asked:
    """What the command line asks for; None: today, and no files."""

    brand: str
    as_of: date | None
    weeks: int
    styles: int
    json: Path | None
    picture: Path | None
    terms: Path | None = None


def run_backtest(database: Database, settings: Settings, asked: Asked) -> None:
    """Run a backtest here and now, print its tables, and write its files.

    Raises:
        SetupError: If there is no such brand, a file cannot be written, or the terms cannot be.
        Invalid: If the brand's past is too short, or nothing has an offer.
    """
    keep_freed_memory()
    terms = None if asked.terms is None else read_economics(asked.terms)
    with database.read() as session:
        brand = brand_named(session, asked.brand)
        if brand is None:
            raise SetupError(f"there is no brand {asked.brand}")
        today = local_day(now(session, sandbox=settings.sandbox), brand.timezone)
    until = asked.as_of or today
    if until > today:
        raise SetupError(f"{until} has not begun yet where {asked.brand} is")
    console = Console()
    wish = Wish(until, asked.weeks, asked.styles, settings.forecast_paths, terms)
    stage = set_stage(database, brand, wish)
    with _progress(console) as bar:
        task = bar.add_task(f"deciding {brand.code}'s past", total=1.0)
        for done in stage.replay.steps():
            bar.update(task, completed=done)
    result = to_result(stage)
    print_report(result, console)
    if asked.json is not None:
        _write(asked.json, json.dumps(result, indent=2) + "\n")
    if asked.picture is not None:
        _write(asked.picture, picture_of(result))


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=True,
    )


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise SetupError(f"cannot write {file}: {error.strerror}") from error
