"""`shortrun import sales`: a file of sales, with a progress bar and a report."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from app.database.database import Database
from app.errors import SetupError
from app.imports.brand import BrandSettings
from app.imports.economics import Economics
from app.imports.economics_file import read_economics
from app.imports.load import ONLINE_RETAIL, Repeats, import_sales
from app.imports.offers import put_economics
from app.imports.report import render_report
from app.imports.sales_file import is_contract_file
from app.parties.queries import brand_named

PRESET_HOMES = {ONLINE_RETAIL: ("Europe/London", "GBP")}
"""Where the sales of a preset were made: a new brand needs a calendar and a currency."""


@dataclass(frozen=True)
class ImportWish:
    """What the command line asks for; None: whatever fits the brand, the preset or the file."""

    path: Path
    brand: str
    preset: str | None
    timezone: str | None
    currency: str | None
    terms: Path | None
    repeats: Repeats


def import_file(database: Database, wish: ImportWish) -> None:
    """Read the file into the database; reading it again changes nothing.

    Raises:
        SetupError: If the file, the terms or the brand cannot be what they are said to be.
    """
    console = Console()
    at = datetime.now(UTC)
    economics = read_economics(wish.terms) if wish.terms else Economics()
    with _progress(console) as bar:
        task = bar.add_task(f"reading {wish.path.name}", total=None)
        report = import_sales(
            database,
            path=wish.path,
            preset=wish.preset,
            brand=_brand(database, wish),
            economics=economics.style,
            progress=lambda done, total: bar.update(task, completed=done, total=total),
            at=at,
            repeats=wish.repeats,
        )
    console.print(render_report(report))
    if economics.offers:
        changed = put_economics(database, economics, brand=wish.brand, at=at)
        console.print(f"{changed:,} offers new or changed, from {wish.terms}")


def makes_catalog(path: Path, preset: str | None) -> bool:
    """Say whether a file is one that a brand and its catalog are made from.

    One that cannot be opened is, so that whoever reads it says why.
    """
    if preset is not None:
        return preset == ONLINE_RETAIL
    try:
        return is_contract_file(path)
    except SetupError:
        return True


def _brand(database: Database, wish: ImportWish) -> BrandSettings:
    """Take what is not said from the brand that exists, else from the preset."""
    with database.read() as session:
        existing = brand_named(session, wish.brand)
    home = PRESET_HOMES.get(wish.preset or "", ("UTC", "EUR"))
    timezone, currency = (existing.timezone, existing.currency) if existing else home
    return BrandSettings(
        code=wish.brand,
        name=existing.name if existing else wish.brand,
        timezone=wish.timezone or timezone,
        currency=wish.currency or currency,
    )


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        console=console,
    )
