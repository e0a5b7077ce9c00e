"""Write down how far an import is: by whoever holds it, and in the transaction that moves it."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from app.database.upsert import upsert
from app.imports.ask import forget_file
from app.imports.kinds.opened import Opened, header_digest
from app.imports.passage import Told
from app.imports.queries import count_faults, finished_imports
from app.imports.rows import RowError
from app.imports.tables import Import, LearnedMapping, RowFault

MOST_FAULTS = 100_000
"""Faults of one import that are kept by name; the rows rejected are counted all."""

KEPT = 200
"""Finished imports of a brand that are kept; older ones go."""

NAME_LENGTH = 100


def held(session: Session, import_id: str, lease: str) -> Import | None:
    """Lock and return the import, if that lease still holds it."""
    query = select(Import).where(Import.id == import_id, Import.lease == lease)
    return session.scalars(query.with_for_update()).one_or_none()


def start_over(session: Session, found: Import) -> None:
    """Forget what was counted: a check that lost its worker begins again."""
    found.rows_read = found.rows_stored = found.rows_duplicate = found.rows_rejected = 0
    found.left_out = {}
    session.execute(delete(RowFault).where(RowFault.import_id == found.id))


def advance(session: Session, found: Import, told: Told) -> None:
    """Count what became of some rows, and keep what was wrong with them."""
    found.rows_read += told.read
    found.rows_stored += told.stored
    found.rows_duplicate += told.duplicate
    found.rows_rejected += told.rejected
    found.left_out = dict(Counter(found.left_out) + told.left_out)
    found.attempts = 1
    _keep(session, found.id, told.errors)


def _keep(session: Session, import_id: str, errors: Sequence[RowError]) -> None:
    if not errors:
        return
    room = MOST_FAULTS - count_faults(session, import_id)
    kept = {
        (error.row, error.column[:NAME_LENGTH]): error
        for error in sorted(errors, key=lambda one: (one.row, one.column))
    }
    rows = [
        {
            "import_id": import_id,
            "row_number": row,
            "column_name": column,
            "code": error.code,
            "message": error.message[:300],
        }
        for (row, column), error in list(kept.items())[: max(0, room)]
    ]
    if rows:
        session.execute(insert(RowFault), rows)


def tell_opened(found: Import, opened: Opened) -> None:
    """Say how the file was understood."""
    read_as = opened.source.read_as
    found.rows_expected = opened.source.rows
    found.read_as = {
        **read_as.facts,
        "mapping_used": dict(opened.headings),
        "warnings": list(read_as.warnings),
    }


def learn(session: Session, found: Import, opened: Opened, *, at: datetime) -> None:
    """Remember which column was which, for the next file with this header."""
    row = {
        "brand_id": found.brand_id,
        "kind": found.kind,
        "header": header_digest(opened.source.names),
        "mapping": dict(opened.headings),
        "updated_at": at,
    }
    upsert(session, LearnedMapping, [row], key=("brand_id", "kind", "header"))


def close(
    session: Session,
    found: Import,
    *,
    at: datetime,
    seconds: float = 0.0,
    preview: list[dict[str, Any]] | None = None,
    error: tuple[str, str] | None = None,
) -> None:
    """End an import, well or with an error; its file is not needed any more."""
    found.status = "done" if error is None else "failed"
    if error is not None:
        found.error_code, found.error = error[0][:40], error[1][:1000]
    found.finished_at = at
    found.seconds = round((found.seconds or 0.0) + seconds, 3)
    found.preview = preview
    found.lease = found.lease_until = found.holder = None
    session.flush()
    forget_file(session, found.id)
    old = finished_imports(session, found.brand_id)[KEPT:]
    if old:
        session.execute(delete(RowFault).where(RowFault.import_id.in_(old)))
        session.execute(delete(Import).where(Import.id.in_(old)))
