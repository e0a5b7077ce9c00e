"""The log shows when an entry was changed, moved, dropped or put in."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from rich.console import Console
from sqlalchemy import delete, select, text, update

from app.audit.chain import BEFORE_ALL, Anchor, chained, first_break, head
from app.audit.command import print_audit
from app.audit.record import Act, CommandLine, record
from app.audit.tables import AuditEntry, AuditHead
from app.database.database import Database

AT = datetime(2026, 3, 2, 10, 15, 0, 250, tzinfo=UTC)


def write(database: Database, *subjects: str) -> None:
    for subject in subjects:
        with database.write() as session:
            act = Act("offer.set", subject, brand_id=7, details={"styles": ["é", "b"], "n": 3})
            record(session, CommandLine(), act, at=AT)


def found(database: Database) -> str | None:
    with database.read() as session:
        return first_break(session)


@pytest.fixture
def log(database: Database) -> Database:
    write(database, "a", "b", "c", "d")
    return database


def test_a_log_that_nobody_touched_is_whole(log: Database) -> None:
    assert found(log) is None
    assert print_audit(log, Console(quiet=True))


def test_an_empty_log_is_whole(database: Database) -> None:
    assert found(database) is None


@pytest.mark.parametrize(
    "changed",
    [
        {"subject": "x"},
        {"details": {"styles": ["é"], "n": 3}},
        {"at": datetime(2026, 3, 2, 10, 15, 0, 251, tzinfo=UTC)},
        {"brand_id": None},
        {"key_id": "key_1"},
        {"role": "ops"},
        {"hash": "f" * 64},
    ],
    ids=str,
)
def test_a_tampered_entry_is_found(log: Database, changed: dict[str, object]) -> None:
    with log.write() as session:
        session.execute(update(AuditEntry).where(AuditEntry.seq == 2).values(**changed))

    assert found(log) == "entry 2 is not the one that was written"
    assert not print_audit(log, Console(quiet=True))


def test_a_tampered_entry_with_a_new_hash_breaks_the_next(log: Database) -> None:
    with log.write() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.seq == 2)).one()
        [before] = session.scalars(select(AuditEntry.hash).where(AuditEntry.seq == 1))
        entry.subject = "x"
        entry.hash = chained(before, vars(entry))

    assert found(log) == "entry 3 is not the one that was written"


@pytest.mark.parametrize(
    ("seq", "said"),
    [
        (1, "no entry 1, the next is 2"),
        (3, "no entry 3, the next is 4"),
        (4, "ends at 3, its head says 4"),
    ],
)
def test_a_dropped_entry_is_found(log: Database, seq: int, said: str) -> None:
    with log.write() as session:
        session.execute(delete(AuditEntry).where(AuditEntry.seq == seq))

    assert found(log) == said


def test_a_head_taken_away_is_found(log: Database) -> None:
    with log.write() as session:
        session.execute(delete(AuditHead))

    assert found(log) == "its head is gone"
    assert not print_audit(log, Console(quiet=True))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_entry_that_cannot_be_read_any_more_is_found(log: Database) -> None:
    with log.write() as session:
        session.execute(text("UPDATE audit_entries SET details = '{' WHERE seq = 2"))

    assert found(log) == "an entry cannot be read"
    assert not print_audit(log, Console(quiet=True))


def test_two_entries_in_each_others_place_are_found(log: Database) -> None:
    with log.write() as session:
        for old, new in ((2, 99), (3, 2), (99, 3)):
            session.execute(update(AuditEntry).where(AuditEntry.seq == old).values(seq=new))

    assert found(log) == "entry 2 is not the one that was written"


def test_an_entry_put_in_behind_the_last_is_found(log: Database) -> None:
    with log.write() as session:
        last = session.scalars(select(AuditEntry).where(AuditEntry.seq == 4)).one()
        copied = {c.name: getattr(last, c.name) for c in AuditEntry.__table__.columns}
        session.add(AuditEntry(**{**copied, "seq": 5, "id": "aud_x"}))

    assert found(log) == "entry 5 is not the one that was written"


def test_a_log_written_anew_does_not_lead_through_an_anchor_kept_elsewhere(log: Database) -> None:
    with log.read() as session:
        anchor = Anchor.parse(str(head(session)))
    with log.write() as session:
        session.execute(delete(AuditEntry))
        session.execute(update(AuditHead).values(last_seq=0, last_hash=BEFORE_ALL))
    write(log, "a", "c", "d", "e", "f")

    with log.read() as session:
        assert first_break(session) is None
        assert first_break(session, anchor=anchor) == "does not lead through 4, as it did once"


def test_an_anchor_stays_good_while_the_log_grows(log: Database) -> None:
    with log.read() as session:
        anchor = head(session)
    write(log, "e")

    with log.read() as session:
        assert first_break(session, anchor=anchor) is None


def test_what_is_rolled_back_leaves_no_entry(log: Database) -> None:
    def write_and_fail() -> None:
        with log.write() as session:
            record(session, CommandLine(), Act("offer.set", "x"), at=AT)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_and_fail()

    assert found(log) is None
    with log.read() as session:
        assert head(session).seq == 4


def test_entries_written_at_once_are_one_chain(database: Database) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: write(database, *[f"{n}-{i}" for i in range(5)]), range(8)))

    with database.read() as session:
        assert head(session).seq == 40
        assert first_break(session) is None
