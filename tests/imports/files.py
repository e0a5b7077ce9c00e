"""What the tests of imports share: how files are written and what an import is told."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.database.database import Database
from app.imports.brand import BrandSettings
from app.imports.economics import StyleDefaults
from app.imports.load import import_sales
from app.imports.report import ImportReport

AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
ACME = BrandSettings("acme", "Acme Gifts", "Europe/London", "GBP")

RetailRow = tuple[Any, Any, Any, Any, Any, Any]
WriteRetail = Callable[[Sequence[RetailRow]], Path]
WriteText = Callable[..., Path]


def take_in(database: Database, path: Path, **options: Any) -> ImportReport:
    """Import a file; with a preset when it is Parquet of the retailer."""
    told: dict[str, Any] = {
        "preset": None,
        "brand": ACME,
        "economics": StyleDefaults(),
        "progress": lambda _done, _total: None,
        "at": AT,
    }
    return import_sales(database, path=path, **{**told, **options})
