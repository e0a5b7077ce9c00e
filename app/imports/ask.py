"""Ask for an import: keep its file for whichever worker takes it up."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import BinaryIO

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from app.audit.record import Act, Actor, record
from app.database.database import Database
from app.database.upsert import take_turn
from app.errors import Conflict
from app.ids import new_id
from app.imports.queries import any_old_part, first_like, open_imports, unwanted_parts
from app.imports.tables import Import, ImportPart

PART_BYTES = 4 * 1024 * 1024
"""Of a file, written in one transaction: others write in between."""

MOST_OPEN = 20
"""Imports of one brand that may wait or run."""

ABANDONED = timedelta(hours=6)
"""Parts this old without an import are of an upload that was refused or never whole."""


@dataclass(frozen=True)
class Asked:
    """What somebody wants done with a file."""

    kind: str
    preset: str | None = None
    mapping: Mapping[str, str] | None = None
    dry_run: bool = False
    on_error: str = "skip"


@dataclass(frozen=True)
class Upload:
    """A file as it was received: what it is called, how long it is, and what it is known by."""

    file: BinaryIO
    name: str
    size: int
    sha256: str


def keep(database: Database, upload: Upload) -> str:
    """Keep a file in the database, part by part; return the id of the import that it is for."""
    import_id = new_id("imp")
    at = datetime.now(UTC)
    for number, content in enumerate(iter(lambda: upload.file.read(PART_BYTES), b"")):
        row = {"import_id": import_id, "part": number, "content": content, "received_at": at}
        with database.write() as session:
            session.execute(insert(ImportPart), [row])
    return import_id


def find_same(session: Session, brand_id: int, asked: Asked, upload: Upload) -> Import | None:
    """Return the import that did all of this before, or is about to; None where none did.

    One that rejected rows did not do it all: what it lacked may be there by now.
    """
    return None if asked.dry_run else first_like(session, brand_id, _same(asked, upload))


def ask(
    session: Session,
    brand_id: int,
    asked: Asked,
    upload: Upload,
    *,
    import_id: str,
    actor: Actor,
    at: datetime,
) -> tuple[Import, bool]:
    """Ask for the import of a file that is kept; say whether it is a new one.

    Raises:
        Conflict: If MOST_OPEN of the brand's wait or run.
    """
    take_turn(session, "brand", brand_id)
    before = find_same(session, brand_id, asked, upload)
    if before is not None:
        forget_file(session, import_id)
        return before, False
    refuse_many(session, brand_id)
    made = Import(
        id=import_id,
        brand_id=brand_id,
        kind=asked.kind,
        status="queued",
        stage="checking" if asked.dry_run or asked.on_error == "abort" else "storing",
        preset=asked.preset,
        mapping=None if asked.mapping is None else dict(asked.mapping),
        dry_run=asked.dry_run,
        on_error=asked.on_error,
        file_name=upload.name,
        file_bytes=upload.size,
        sha256=upload.sha256,
        same=_same(asked, upload),
        requested_at=at,
        rows_read=0,
        rows_stored=0,
        rows_duplicate=0,
        rows_rejected=0,
        left_out={},
        attempts=0,
    )
    session.add(made)
    session.flush()
    details = {"kind": asked.kind, "file": upload.name, "sha256": upload.sha256}
    act = Act("import.asked", import_id, brand_id=brand_id, details=details)
    record(session, actor, act, at=at)
    return made, True


def refuse_many(session: Session, brand_id: int) -> None:
    """Refuse one more import where too many of the brand's are open.

    Raises:
        Conflict: If MOST_OPEN wait or run.
    """
    waiting = open_imports(session, brand_id)
    if waiting >= MOST_OPEN:
        raise Conflict(f"{waiting} imports of the brand wait or run", code="too_many_open")


def forget_file(session: Session, import_id: str) -> None:
    """Drop the parts of a file."""
    session.execute(delete(ImportPart).where(ImportPart.import_id == import_id))


def _same(asked: Asked, upload: Upload) -> str:
    """Return what two requests for the same work on the same bytes share."""
    mapping = None if asked.mapping is None else dict(sorted(asked.mapping.items()))
    told = [asked.kind, asked.preset, mapping, asked.dry_run, upload.sha256]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def drop_abandoned(database: Database) -> None:
    """Drop files whose upload ended before it was whole, or whose import has ended."""
    before = datetime.now(UTC) - ABANDONED
    with database.read() as session:
        if not any_old_part(session, before=before):
            return
    with database.write() as session:
        gone = unwanted_parts(session, before=before)
        session.execute(delete(ImportPart).where(ImportPart.import_id.in_(gone)))
