"""Copy a SQLite database while it is used, and put a copy in its place while it is not.

PostgreSQL has its own tools for both: `pg_dump` and `pg_restore`, or its archive of changes.
"""

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from app.database.database import Database
from app.database.migrate import known_revisions
from app.errors import SetupError


def back_up(database: Database, target: Path) -> int:
    """Copy the database as it stands to a new file, checked and on disk; return its bytes.

    Writers go on meanwhile. A crash leaves the target as it was.

    Raises:
        SetupError: If the database is not a SQLite file, or the target cannot be written.
    """
    source = _file_of(database)
    partial = target.with_name(f"{target.name}.partial")
    try:
        partial.unlink(missing_ok=True)
        with (
            closing(sqlite3.connect(f"{source.as_uri()}?mode=ro", uri=True)) as reading,
            closing(sqlite3.connect(partial)) as writing,
        ):
            # In one step: between two, a write would make SQLite begin again from the first page.
            reading.backup(writing)
            writing.execute("PRAGMA journal_mode=DELETE")
        _check(partial)
        _settle(partial, target)
    except (OSError, sqlite3.Error) as error:
        partial.unlink(missing_ok=True)
        raise SetupError(f"cannot back up to {target}: {error}") from None
    return target.stat().st_size


def restore(database: Database, source: Path) -> None:
    """Put a backup in the database's place; what was there is lost.

    Cursors that factories hold from a later history are told so (410) and start anew.

    Raises:
        SetupError: If the backup is damaged or not one of this service, or the database is used.
    """
    target = _file_of(database)
    try:
        _check(source)
        _refuse_while_used(target)
        partial = target.with_name(f"{target.name}.partial")
        shutil.copyfile(source, partial)
        for suffix in ("-wal", "-shm"):
            target.with_name(target.name + suffix).unlink(missing_ok=True)
        _settle(partial, target)
    except (OSError, sqlite3.Error) as error:
        raise SetupError(f"cannot restore {source}: {error}") from None


def _file_of(database: Database) -> Path:
    if not database.is_sqlite or not database.url.database:
        raise SetupError("not a SQLite file; PostgreSQL has pg_dump and pg_restore")
    return Path(database.url.database).expanduser().resolve()


def _check(file: Path) -> None:
    """Refuse a file that is damaged, or not of a version that this one can read."""
    with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as found:
        [verdict] = found.execute("PRAGMA integrity_check(1)").fetchone()
        orphan = found.execute("PRAGMA foreign_key_check").fetchone()
        [revision] = found.execute("SELECT version_num FROM alembic_version").fetchone()
    if verdict != "ok" or orphan is not None:
        raise SetupError(f"{file} is damaged: {'rows are missing' if orphan else verdict}")
    if revision not in known_revisions():
        raise SetupError(f"{file} is at revision {revision}, which this version does not know")


def _refuse_while_used(target: Path) -> None:
    """Refuse to replace a database that a process has open; a damaged one nobody can use."""
    if not target.exists():
        return
    with closing(sqlite3.connect(target, timeout=0)) as found:
        try:
            # Leaving the write-ahead log needs the file alone, idle connections included.
            found.execute("PRAGMA journal_mode=DELETE")
        except sqlite3.OperationalError:
            raise SetupError(f"{target} is used; stop the service and its workers first") from None
        except sqlite3.DatabaseError:
            return


def _settle(partial: Path, target: Path) -> None:
    """Rename a finished file into place, the bytes and the name both on disk."""
    _to_disk(partial)
    partial.replace(target)
    _to_disk(target.parent)


def _to_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
