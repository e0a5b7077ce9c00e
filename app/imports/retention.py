"""Forget imports that ended long ago, with what was wrong in their files; what they stored stays.

The same file handed in again is read again then, and its rows are told to be there already.
"""

from datetime import datetime

from sqlalchemy import delete, select, tuple_

from app.database.database import Database
from app.imports.tables import Import, RowFault

ROWS_A_TRANSACTION = 1_000


def prune_imports(database: Database, *, before: datetime) -> int:
    """Delete the imports that ended before a time; say how many."""
    query = select(Import.id).where(Import.finished_at < before).order_by(Import.id)
    with database.read() as session:
        old = list(session.scalars(query))
    for import_id in old:
        while not _prune(database, import_id):
            pass
    return len(old)


def _prune(database: Database, import_id: str) -> bool:
    """Delete some of an import's wrong rows, and at last the import; say whether it is gone."""
    row = tuple_(RowFault.import_id, RowFault.row_number, RowFault.column_name)
    some = (
        select(RowFault.import_id, RowFault.row_number, RowFault.column_name)
        .where(RowFault.import_id == import_id)
        .limit(ROWS_A_TRANSACTION)
        .correlate(None)
    )
    with database.write() as session:
        gone = session.execute(delete(RowFault).where(row.in_(some)))
        is_last: bool = gone.rowcount < ROWS_A_TRANSACTION  # type: ignore[attr-defined]  # a DELETE
        if is_last:
            session.execute(delete(Import).where(Import.id == import_id))
    return is_last
