"""Months of sales as partitions on PostgreSQL: made ahead of need, listed, taken out.

Rows of a month that has no partition lie in the default one, until their month is made and they
are moved (as `pg_partman` does); those of a closed month stay there. No lock is waited for longer
than LOCK_SECONDS, since whoever sells would wait behind.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import structlog
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.database.database import Database
from app.database.upsert import is_sqlite
from app.database.waiting import limit_waiting
from app.errors import Unavailable
from app.sales.tables import ClosedMonth, SalesRow

PARENT = SalesRow.__tablename__
REST = f"{PARENT}_default"

AHEAD = 3
"""Months that are there before the first event of them: time enough to notice that none is made."""

WORTH_A_TABLE = 10_000
"""Events of a past month from which on it gets a partition: each costs every query a look."""

LOCK_SECONDS = 0.8
"""Less than the second after which PostgreSQL looks for deadlocks and ends one of the two: whoever
changes the months gives up first."""

TURN = 7203121
"""A number that nobody else in the database uses."""

log = structlog.get_logger()


@dataclass(frozen=True)
class Partition:
    """A partition as it stands; `month` is None for the default one."""

    month: date | None
    table_name: str
    events: int
    size: int


def month_of(day: date) -> date:
    """Return the first day of a day's month."""
    return day.replace(day=1)


def months_after(month: date, count: int) -> date:
    """Return the first day of the month so many months later, or earlier."""
    years, index = divmod(month.month - 1 + count, 12)
    return date(month.year + years, index + 1, 1)


def table_of_month(month: date) -> str:
    """Return the name of a month's table."""
    return f"{PARENT}_{month:%Y_%m}"


def partitions(session: Session) -> list[Partition]:
    """Return the partitions, the oldest month first and the default one last; [] on SQLite."""
    if is_sqlite(session):
        return []
    query = text(
        "SELECT c.relname, pg_total_relation_size(c.oid) FROM pg_inherits i"
        " JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = to_regclass(:parent)"
        " ORDER BY c.relname"
    )
    found = [
        Partition(_month_in(name), name, _count(session, name), size)
        for name, size in session.execute(query, {"parent": PARENT})
    ]
    return sorted(found, key=lambda one: one.month or date.max)


def months_made(session: Session) -> set[date]:
    """Return the months that have a partition."""
    query = text(
        "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
        " WHERE i.inhparent = to_regclass(:parent)"
    )
    names = session.scalars(query, {"parent": PARENT})
    return {month for name in names if (month := _month_in(name)) is not None}


def closed_months(session: Session) -> Sequence[ClosedMonth]:
    """Return the months that were taken out, the oldest first."""
    return session.scalars(select(ClosedMonth).order_by(ClosedMonth.month)).all()


def months_to_make(session: Session, *, today: date, at_least: int = WORTH_A_TABLE) -> list[date]:
    """Return the months that should have a partition and have none, the oldest first.

    Args:
        session: A transaction on PostgreSQL.
        today: This month and the AHEAD next ones are wanted in any case.
        at_least: Events in the default partition from which on a past month is.
    """
    ahead = {months_after(month_of(today), count) for count in range(AHEAD + 1)}
    past = text(
        f"SELECT date_trunc('month', day)::date FROM {REST}"  # noqa: S608  our own names
        " GROUP BY 1 HAVING count(*) >= :at_least"
    )
    crowded = set(session.scalars(past, {"at_least": at_least}))
    closed = {one.month for one in closed_months(session)}
    return sorted((ahead | crowded) - closed - months_made(session))


def tend_months(database: Database, *, today: date) -> None:
    """Make what months are wanted, those to come first, and one past month at most.

    What does not get its lock at once is left for the next time, and keeps no other from being
    made: into months to come nothing has to be moved yet.
    """
    if database.is_sqlite:
        return
    with database.read() as session:
        wanted = months_to_make(session, today=today)
    past = [month for month in wanted if month < month_of(today)]
    for month in sorted(set(wanted) - set(past[1:]), reverse=True):
        try:
            with database.write() as session:
                moved = make_month(session, month)
        except Unavailable:
            log.info("month_waits", month=f"{month:%Y-%m}", reason="sales are in use")
            continue
        log.info("month_made", month=f"{month:%Y-%m}", moved=moved)


def make_month(session: Session, month: date) -> int:
    """Make a month's partition and move what the default one holds of it; return the rows moved.

    Whoever writes sales waits meanwhile, before it holds a lock that is wanted here: PostgreSQL
    would end one of the two. Nothing is done for a month that is there or closed. To be the only
    statement of a transaction, whose earlier snapshots would not see the rows any more.

    Raises:
        Unavailable: If another makes one, or a lock is not free; nothing was done then.
    """
    name, after = table_of_month(month), months_after(month, 1)
    inside = f"day >= '{month}' AND day < '{after}'"
    take_turn(session)
    run = session.connection().exec_driver_sql
    if month in months_made(session) or session.get(ClosedMonth, month) is not None:
        return 0
    run(f"LOCK TABLE ONLY {PARENT} IN SHARE ROW EXCLUSIVE MODE")
    run(f"CREATE TABLE {name} (LIKE {PARENT} INCLUDING DEFAULTS INCLUDING CONSTRAINTS)")
    columns = ", ".join(SalesRow.__table__.c.keys())
    moved = run(
        f"WITH moved AS (DELETE FROM {REST} WHERE {inside} RETURNING {columns})"  # noqa: S608
        f" INSERT INTO {name} ({columns}) SELECT {columns} FROM moved"
    ).rowcount
    run(f"ALTER TABLE {name} ADD CONSTRAINT ck_{name}_month CHECK ({inside})")
    run(f"ALTER TABLE {name} ADD CONSTRAINT pk_{name} PRIMARY KEY (id)")
    run(f"CREATE INDEX ix_{name}_sku_id_day ON {name} (sku_id, day, kind, quantity)")
    run(f"CREATE INDEX ix_{name}_order ON {name} (brand_id, order_id, sku_id)")
    if moved:
        run(f"ANALYZE {name}")
        run(f"LOCK TABLE ONLY {PARENT} IN ACCESS EXCLUSIVE MODE")
    run(f"ALTER TABLE {PARENT} ATTACH PARTITION {name} FOR VALUES FROM ('{month}') TO ('{after}')")
    return moved


def take_turn(session: Session) -> None:
    """Be the only one that changes months, to the end of the transaction; waits for LOCK_SECONDS.

    Raises:
        Unavailable: If another does.
    """
    limit_waiting(session, lock_seconds=LOCK_SECONDS)
    session.connection().exec_driver_sql(f"SELECT pg_advisory_xact_lock({TURN})")


def hold_month(session: Session, month: date) -> None:
    """Keep everybody from writing to a month's partition, to the end of the transaction."""
    session.connection().exec_driver_sql(f"LOCK TABLE {table_of_month(month)} IN SHARE MODE")


def detach_month(session: Session, month: date) -> None:
    """Take a month's partition out: an ordinary table from then on.

    Not CONCURRENTLY, which PostgreSQL refuses where there is a default partition; and so what is
    kept of the month's demand is there from the very moment on in which its events are not.
    """
    session.connection().exec_driver_sql(
        f"ALTER TABLE {PARENT} DETACH PARTITION {table_of_month(month)}"
    )


def _month_in(name: str) -> date | None:
    if name == REST:
        return None
    year, month = name.removeprefix(f"{PARENT}_").split("_")
    return date(int(year), int(month), 1)


def _count(session: Session, name: str) -> int:
    query = text(f'SELECT count(*) FROM "{name}"')  # noqa: S608  as PostgreSQL names it
    return session.scalar(query) or 0
