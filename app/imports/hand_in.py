"""`shortrun import stock FILE` and its like: a file taken in here and now, as a worker would."""

import hashlib
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from rich.console import Console, Group, RenderableType
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text
from sqlalchemy.orm import Session

from app.audit.record import CommandLine
from app.database.database import Database
from app.errors import SetupError
from app.imports.ask import Asked, Upload, ask, keep
from app.imports.kinds.presets import PRESETS
from app.imports.queries import faults_of, import_of
from app.imports.tables import Import, RowFault
from app.imports.work import Imports
from app.parties.queries import brand_named
from app.settings import Settings

ERRORS_SHOWN = 20
PREVIEW_SHOWN = 5
POLL_SECONDS = 0.2


@dataclass(frozen=True)
class FileWish:
    """What the command line asks for; the mapping as `ours=theirs`."""

    path: Path
    brand: str
    kind: str
    preset: str | None
    mapping: tuple[str, ...]
    dry_run: bool
    on_error: str

    def to_asked(self) -> Asked:
        """Return it as the room knows it.

        Raises:
            SetupError: If the mapping or the preset cannot be.
        """
        pairs = [one.partition("=") for one in self.mapping]
        if any(not equals for _, equals, _ in pairs):
            raise SetupError("--mapping is our column, =, and the file's heading: sku=Artikel")
        if self.preset is not None and (
            self.preset not in PRESETS or PRESETS[self.preset].kind != self.kind
        ):
            known = [name for name, one in PRESETS.items() if one.kind == self.kind]
            raise SetupError(f"presets for {self.kind}: {', '.join(known) or 'none'}")
        mapping = {ours: theirs for ours, _, theirs in pairs} or None
        return Asked(self.kind, self.preset, mapping, self.dry_run, self.on_error)


def hand_in(database: Database, settings: Settings, wish: FileWish) -> bool:
    """Take a file in and print what became of it; say whether it could be.

    Raises:
        SetupError: If there is no such file or brand.
    """
    console = Console()
    import_id = _asked(database, wish)
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        console=console,
    ) as bar:
        task = bar.add_task(f"reading {wish.path.name}", total=None)
        imports = Imports(database, settings, only=import_id)
        while True:
            busy = imports.step()
            with database.read() as session:
                found = import_of(session, import_id, brand_id=None)
                assert found is not None
                bar.update(task, completed=found.rows_read, total=found.rows_expected)
                if found.status in {"done", "failed"}:
                    faults = _first_faults(session, import_id)
                    break
            if not busy:
                time.sleep(POLL_SECONDS)  # a worker took it up before us
    console.print(report(found, faults))
    return found.status == "done"


def _asked(database: Database, wish: FileWish) -> str:
    asked = wish.to_asked()
    with database.read() as session:
        brand = brand_named(session, wish.brand)
    if brand is None:
        raise SetupError(f"there is no brand {wish.brand}")
    try:
        with wish.path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            size = file.tell()
            file.seek(0)
            upload = Upload(file, wish.path.name[:200], size, sha256)
            import_id = keep(database, upload)
    except OSError as error:
        raise SetupError(f"{wish.path} cannot be opened: {error.strerror}") from None
    with database.write() as session:
        at = datetime.now(UTC)
        actor = CommandLine()
        made, _ = ask(session, brand.id, asked, upload, import_id=import_id, actor=actor, at=at)
        return made.id


def _first_faults(session: Session, import_id: str) -> list[RowFault]:
    return list(islice(faults_of(session, import_id), ERRORS_SHOWN))


def report(found: Import, faults: list[RowFault]) -> RenderableType:
    """Return what became of a file, as tables for a terminal."""
    parts: list[RenderableType] = []
    told = found.read_as or {}
    if told:
        facts = ", ".join(
            f"{name} {value}" for name, value in told.items() if isinstance(value, str)
        )
        columns = ", ".join(f"{ours} = {theirs}" for ours, theirs in told["mapping_used"].items())
        parts.append(Text(f"{facts}\ncolumns: {columns}"))
        parts.extend(Text(f"note: {said}", style="yellow") for said in told["warnings"])
    verb = "would be stored" if found.dry_run else "stored"
    left_out = sum(found.left_out.values())
    parts.append(
        Text(
            f"{found.rows_read:,} rows read: {found.rows_stored:,} {verb},"
            f" {found.rows_duplicate:,} there already, {found.rows_rejected:,} wrong,"
            f" {left_out:,} left out"
        )
    )
    parts.extend(Text(f"  left out: {rows:,} {why}") for why, rows in found.left_out.items())
    if found.error:
        parts.append(Text(found.error, style="red"))
    parts.extend(Text(f"  {one}") for one in (found.preview or [])[:PREVIEW_SHOWN])
    if faults:
        parts.append(_table(faults))
    return Group(*parts)


def _table(faults: list[RowFault]) -> Table:
    table = Table(title="The first rows that are wrong", title_justify="left", box=None)
    for name in ("row", "column", "code", "what is wrong"):
        table.add_column(name, justify="right" if name == "row" else "left")
    for one in faults:
        table.add_row(str(one.row_number), Text(one.column_name), one.code, Text(one.message))
    return table
