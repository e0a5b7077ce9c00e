"""`shortrun accuracy`: how good a brand's forecasts would have been, against what is easy."""

import json
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.progress import track

from app.clock.time import local_day, now
from app.database.database import Database
from app.demand.build import whole_past
from app.demand.teachers import MOST_TEACHING, teachers_of
from app.errors import SetupError
from app.forecasting.accuracy.evaluate import cuts_of, evaluate
from app.forecasting.accuracy.report import print_report, to_json
from app.parties.queries import brand_named
from app.sales.tables import SalesRow
from app.settings import Settings

HISTORY_WEEKS = 156
"""Weeks of the past looked at: the latest cuts then have two years to learn from."""


def print_accuracy(
    database: Database,
    settings: Settings,
    *,
    brand: str,
    as_of: date | None,
    cuts: int,
    file: Path | None,
) -> None:
    """Evaluate a brand's past, print the tables, and write everything as JSON where asked.

    Raises:
        SetupError: If there is no such brand, its past is too short, or the file cannot be
            written.
    """
    with database.read(SalesRow) as session:
        named = brand_named(session, brand)
        if named is None:
            raise SetupError(f"there is no brand {brand}")
        today = local_day(now(session, sandbox=settings.sandbox), named.timezone)
        origin = today if as_of is None else as_of
        if origin > today:
            raise SetupError(f"{origin} has not begun yet where {brand} is")
        styles = teachers_of(session, named, origin=origin, most=MOST_TEACHING)
        panel = whole_past(
            session, named, origin=origin, style_ids=styles.teaching, weeks=HISTORY_WEEKS
        )
    chosen = () if panel is None else cuts_of(panel, cuts)
    if panel is None or not chosen:
        raise SetupError(f"{brand} has less than 12 weeks of sales before {origin}")
    console = Console()
    watched = track(chosen, f"forecasting {brand}'s past", console=console, transient=True)
    evaluation = evaluate(panel, watched)
    print_report(evaluation, brand, origin, console)
    if styles.others:
        looked, besides = len(styles.teaching), len(styles.others)
        console.print(
            f"Of {looked:,} styles, some of every family; {besides:,} others were not looked at.",
            highlight=False,
        )
    if file is not None:
        _write(file, json.dumps(to_json(evaluation, brand, origin), indent=2))


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise SetupError(f"cannot write {file}: {error.strerror}") from error
