"""`shortrun partitions`: months of sales listed, made and taken out."""

from datetime import date, datetime

from rich.console import Console
from rich.table import Table

from app.clock.time import now
from app.database.database import Database
from app.demand.closing import closable, close_month
from app.errors import SetupError
from app.sales.months import closed_months, make_month, months_to_make, partitions
from app.settings import Settings

ON_SQLITE = (
    "sales are partitioned on PostgreSQL; SQLite keeps them in one table, and nothing of it can"
    " be taken out"
)


def print_partitions(database: Database, console: Console) -> None:
    """Print the partitions of sales, and the months that were taken out.

    Raises:
        SetupError: If the database is SQLite.
    """
    _refuse_sqlite(database)
    with database.read() as session:
        found, closed = partitions(session), closed_months(session)
    table = Table("month", "table", "events", "bytes")
    for one in found:
        month = "any other" if one.month is None else f"{one.month:%Y-%m}"
        table.add_row(month, one.table_name, str(one.events), str(one.size))
    for gone in closed:
        table.add_row(f"{gone.month:%Y-%m}", f"{gone.table_name}, detached", str(gone.events), "")
    console.print(table)


def make_partitions(database: Database, settings: Settings, console: Console) -> None:
    """Make the months that workers would make, all at once, and say what was moved.

    Raises:
        SetupError: If the database is SQLite.
        Unavailable: If a lock was not free.
    """
    _refuse_sqlite(database)
    with database.read() as session:
        wanted = months_to_make(session, today=now(session, sandbox=settings.sandbox).date())
    for month in wanted:
        with database.write() as session:
            moved = make_month(session, month)
        console.print(f"{month:%Y-%m} made, {moved} events moved into it")


def detach_partitions(
    database: Database, settings: Settings, console: Console, *, before: str, dry_run: bool
) -> None:
    """Take every month before one out, the oldest first, and say which.

    Raises:
        SetupError: If the database is SQLite, the month none, or too late to be taken out.
    """
    _refuse_sqlite(database)
    with database.read() as session:
        at = now(session, sandbox=settings.sandbox)
        months = closable(session, before=_month(before), today=at.date())
    for month in months:
        if dry_run:
            console.print(f"{month:%Y-%m} would be detached")
            continue
        closed = close_month(database, month, at=at)
        console.print(f"{closed.table_name} detached: {closed.events} events", soft_wrap=True)
    if not months:
        console.print(f"no month before {before} is there")


def _month(text: str) -> date:
    try:
        return datetime.strptime(text, "%Y-%m").date()  # noqa: DTZ007  a month has no zone
    except ValueError:
        raise SetupError(f"--before {text} is no month, such as 2024-01") from None


def _refuse_sqlite(database: Database) -> None:
    if database.is_sqlite:
        raise SetupError(ON_SQLITE)
