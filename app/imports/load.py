"""Take a file of sales in: look through it, make the catalog, store the events, reconcile."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal

from sqlalchemy.orm import Session

from app.audit.record import Act, CommandLine, Detail, record
from app.database.database import Database
from app.errors import SetupError
from app.imports.brand import BrandSettings, find_or_make_brand
from app.imports.catalog import put_catalog
from app.imports.economics import StyleDefaults
from app.imports.online_retail import OnlineRetailFile
from app.imports.queries import units_by_sku
from app.imports.report import ImportReport, KindUnits, SkuKind, SkuUnits
from app.imports.rows import NONE, Line, RowError, SalesFile, Tallies
from app.imports.sales_file import ContractFile
from app.imports.survey import ERRORS_SHOWN, Survey, not_ahead, signed_units, survey
from app.parties.refs import BrandRef
from app.sales.ingest import Outcome, store_sales
from app.sales.tables import SalesRow

ONLINE_RETAIL = "online-retail"
PRESETS = (ONLINE_RETAIL,)

Repeats = Literal["keep", "drop"]

UNPRICED = "the file tells no price to make its style with: add unit_price, or price to the terms"
REFUSALS = {
    "unknown_sku": ("sku", "the brand has no such SKU"),
    "event_conflict": ("event_id", "the event_id is taken by an event with other content"),
}


def import_sales(
    database: Database,
    *,
    path: Path,
    preset: str | None,
    brand: BrandSettings,
    economics: StyleDefaults,
    progress: Callable[[int, int], None],
    at: datetime,
    repeats: Repeats = "keep",
) -> ImportReport:
    """Store what a file says was sold and returned; doing it again changes nothing.

    The file is read twice, in chunks: once before anything is stored, so that a damaged one
    leaves no trace, and once to store. Each chunk is a transaction of its own; an import that
    was interrupted is finished by starting it again.

    Args:
        database: Where to.
        path: The file.
        preset: `online-retail`, or None for the contract's own columns.
        brand: Whose sales; made when it does not exist.
        economics: What holds for every style that the file names.
        progress: Told the steps done and their number: two a row, read and stored.
        at: The service's time; rows more than a day ahead of it are left out.
        repeats: What to do with rows equal to an earlier one, where the preset knows of such.

    Raises:
        SetupError: If the file cannot be read or does not fit the brand.
    """
    file = open_sales_file(path, preset, timezone=brand.timezone, repeats=repeats)
    found = survey(file, at=at, progress=lambda done: progress(done, 2 * max(file.rows, done)))
    with database.write() as session:
        owner = find_or_make_brand(session, brand, at=at)
        written = put_catalog(session, owner, found.styles, economics, at=at)
        if written:
            _record(session, owner, "catalog.imported", path, at=at, written=written)
    stored = _store(database, owner, file, found, progress, at, path)
    with database.read(SalesRow) as session:
        held = units_by_sku(session, owner.id)
    return _report(found, stored, held, drops_repeats=file.drops_repeats)


def open_sales_file(
    path: Path, preset: str | None, *, timezone: str, repeats: Repeats = "keep"
) -> SalesFile:
    """Open a file by the rules of a preset, or as one of the contract's own columns.

    Raises:
        SetupError: If there is no such preset, or the file is not what it should be.
    """
    if preset is None:
        return ContractFile(path)
    if preset == ONLINE_RETAIL:
        return OnlineRetailFile(path, timezone=timezone, repeats=repeats)
    raise SetupError(f"there is no preset {preset}; there is: {', '.join(PRESETS)}")


@dataclass
class _Stored:
    """What became of the rows when they were stored."""

    new: int = 0
    known: int = 0
    refused: Tallies = field(default_factory=Tallies)
    errors: list[RowError] = field(default_factory=list)
    units: Counter[SkuKind] = field(default_factory=Counter)
    unpriced: frozenset[str] = frozenset()
    """SKUs of styles that the file has no price of."""

    def add(self, lines: Sequence[Line], outcome: Outcome) -> None:
        """Count the lines of one transaction."""
        self.new += outcome.accepted
        self.known += outcome.duplicates
        for line, verdict in zip(lines, outcome.verdicts, strict=True):
            if verdict in REFUSALS:
                column, message = REFUSALS[verdict]
                if verdict == "unknown_sku" and line.event.sku in self.unpriced:
                    column, message = "unit_price", UNPRICED
                self.refused.add(verdict, signed_units(line))
                self.errors.append(RowError(line.row, column, verdict, message))
            else:
                self.units[line.event.sku, line.event.kind] += line.event.quantity


def _store(
    database: Database,
    brand: BrandRef,
    file: SalesFile,
    found: Survey,
    progress: Callable[[int, int], None],
    at: datetime,
    path: Path,
) -> _Stored:
    stored = _Stored(unpriced=found.unpriced)
    done = 0
    for chunk in not_ahead(file, at):
        with database.write() as session:
            outcome = store_sales(session, brand, [line.event for line in chunk.lines], at=at)
            if outcome.accepted:
                _record(session, brand, "sales.imported", path, at=at, written=outcome.accepted)
        stored.add(chunk.lines, outcome)
        done += chunk.rows
        progress(found.rows + done, 2 * found.rows)
    return stored


def _record(
    session: Session, brand: BrandRef, action: str, path: Path, *, at: datetime, written: int
) -> None:
    details: dict[str, Detail] = {"file": path.name[:200], "written": written}
    act = Act(action, brand.code, brand_id=brand.id, details=details)
    record(session, CommandLine(), act, at=at)


def _report(
    found: Survey, stored: _Stored, held: Mapping[SkuKind, int], *, drops_repeats: bool
) -> ImportReport:
    left_out = Tallies(dict(found.left_out.by_reason))
    left_out.add_all(stored.refused.by_reason)
    skus = sorted({sku for sku, _ in stored.units})
    return ImportReport(
        rows_read=found.rows,
        left_out=dict(left_out.by_reason),
        errors=tuple(sorted(found.errors + stored.errors, key=lambda one: one.row)[:ERRORS_SHOWN]),
        repeats_found=found.repeats,
        repeats_dropped=found.repeats if drops_repeats else NONE,
        styles=len(found.styles),
        skus=len(skus),
        events_stored=stored.new,
        events_already_there=stored.known,
        units_sold=_sum(stored.units, "sale"),
        units_cancelled=_sum(stored.units, "cancellation"),
        units_returned=_sum(stored.units, "return"),
        reconciliation=tuple(
            SkuUnits(sku, KindUnits.of(sku, stored.units), KindUnits.of(sku, held)) for sku in skus
        ),
    )


def _sum(units: Mapping[SkuKind, int], kind: str) -> int:
    return sum(count for (_, its_kind), count in units.items() if its_kind == kind)
