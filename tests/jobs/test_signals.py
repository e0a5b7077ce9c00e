"""Signals about many keys at once are marked due before any key is claimed."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import event, func, select

from app.database.database import Database
from app.jobs.finish import finish
from app.jobs.metrics import work_metrics
from app.jobs.signals import FEW, NOTES_AT_MOST, signal, take_in
from app.jobs.tables import DueSignal, DueWork
from app.jobs.work import Claim, claim, is_due, mark_due

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
WALL = datetime(2026, 11, 25, 9, tzinfo=UTC)
BRAND = 1
MANY = range(1, FEW + 2)


def tell(database: Database, keys: range = MANY, *, at: datetime = AT) -> None:
    with database.write() as session:
        signal(session, BRAND, keys, at=at)


def take(database: Database) -> Claim | None:
    with database.write() as session:
        take_in(session)
        return claim(session, at=AT, wall=WALL, limit=1_000, lease_seconds=60)


def test_many_keys_are_due_with_their_signal_once_somebody_claims(database: Database) -> None:
    tell(database, at=AT - timedelta(minutes=5))

    claimed = take(database)

    assert claimed is not None
    assert sorted(claimed.generations) == list(MANY)
    assert set(claimed.signals.values()) == {AT - timedelta(minutes=5)}
    assert take(database) is None


def test_what_is_noted_counts_as_due_for_whoever_only_looks(database: Database) -> None:
    with database.write() as session:
        mark_due(session, BRAND, [1, 900], at=AT, signal_at=AT)
        mark_due(session, BRAND, [2], at=AT + timedelta(hours=9))
    tell(database, at=AT - timedelta(minutes=5))
    tell(database, at=AT + timedelta(days=1))

    with database.read() as session:
        told = {one.name: one.samples[0].value for one in work_metrics(session, AT) if one.samples}
        waits = is_due(session, at=AT - timedelta(minutes=1), group_id=BRAND)
        waits_elsewhere = is_due(session, at=AT, group_id=2)

    assert waits
    assert not waits_elsewhere
    assert told["shortrun_due_styles"] == FEW + 2
    assert told["shortrun_oldest_due_seconds"] == 300
    assert told["shortrun_oldest_signal_seconds"] == 300


def test_news_during_the_work_outlast_its_end(database: Database) -> None:
    tell(database)
    claimed = take(database)
    assert claimed is not None
    tell(database)

    with database.write() as session:
        finish(session, claimed, dict.fromkeys(MANY, AT + timedelta(days=1)))

    again = take(database)
    assert again is not None
    assert sorted(again.generations) == list(MANY)
    assert set(again.signals.values()) == {AT}


def test_a_signal_that_rolled_back_is_none(database: Database) -> None:
    with database.write() as session:
        signal(session, BRAND, MANY, at=AT)
        session.rollback()

    assert take(database) is None


def test_notes_that_nobody_takes_in_stay_few(database: Database) -> None:
    for _ in range(NOTES_AT_MOST + 1):
        tell(database)

    with database.read() as session:
        marked = session.scalar(select(func.count()).select_from(DueWork))
        if database.is_sqlite:
            assert session.scalar(select(func.count()).select_from(DueSignal)) == 1

    assert marked == len(MANY)


def test_a_call_on_sqlite_writes_no_row_of_due_work_for_each_key(database: Database) -> None:
    if not database.is_sqlite:
        return
    statements: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *told: statements.append(told[2]))

    tell(database)

    assert [one for one in statements if "due_work" in one] == []
