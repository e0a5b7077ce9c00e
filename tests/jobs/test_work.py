"""Due work: marked, claimed under a lease, finished by whoever still holds it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from app.database.database import Database
from app.jobs.finish import finish, held, put_back
from app.jobs.tables import DueWork
from app.jobs.work import Claim, bring_forward, claim, is_due, mark_due

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
WALL = datetime(2026, 11, 25, 9, tzinfo=UTC)
TOMORROW = AT + timedelta(days=1)
BRAND = 1


def take(database: Database, *, at: datetime = AT, wall: datetime = WALL) -> Claim | None:
    with database.write() as session:
        return claim(session, at=at, wall=wall, limit=10, lease_seconds=60)


def mark(database: Database, *keys: int, at: datetime = AT) -> None:
    with database.write() as session:
        mark_due(session, BRAND, keys, at=at, signal_at=at)


def give_back(database: Database, claimed: Claim, key: int, due: datetime | None) -> None:
    with database.write() as session:
        finish(session, claimed, {key: due})


def test_many_signals_about_one_key_are_one_piece_of_work(database: Database) -> None:
    mark(database, 7)
    mark(database, 7, 8)

    claimed = take(database)

    assert claimed is not None
    assert sorted(claimed.generations) == [7, 8]
    assert take(database) is None


def test_a_finished_key_is_due_again_only_at_its_next_time(database: Database) -> None:
    mark(database, 7)
    claimed = take(database)
    assert claimed is not None

    give_back(database, claimed, 7, TOMORROW)

    assert take(database) is None
    assert take(database, at=TOMORROW) is not None


def test_news_during_the_work_leave_the_key_due(database: Database) -> None:
    mark(database, 7)
    claimed = take(database)
    assert claimed is not None
    mark(database, 7, at=AT + timedelta(minutes=1))

    give_back(database, claimed, 7, TOMORROW)

    assert take(database) is not None


def test_keys_finished_together_each_become_what_is_said_of_them(database: Database) -> None:
    mark(database, 5, 6, 7, 8)
    claimed = take(database)
    assert claimed is not None
    mark(database, 8)

    with database.write() as session:
        finish(session, claimed, {5: None, 6: TOMORROW, 7: TOMORROW, 8: TOMORROW}, unanswered=[7])

    with database.read() as session:
        rows = session.scalars(select(DueWork).order_by(DueWork.key)).all()
        left = [(row.key, row.due_at, row.signal_at, row.lease) for row in rows]
    assert left == [(6, TOMORROW, None, None), (7, TOMORROW, AT, None), (8, AT, AT, None)]


def test_a_worker_stopped_past_its_lease_holds_nothing_any_more(database: Database) -> None:
    mark(database, 7)
    slow = take(database)
    later = WALL + timedelta(seconds=61)
    quick = take(database, wall=later)
    assert slow is not None
    assert quick is not None

    with database.write() as session:
        assert held(session, slow, [7]) == set()
        assert held(session, quick, [7]) == {7}
        finish(session, slow, {7: None})

    assert quick.lease != slow.lease
    with database.read() as session:
        assert session.scalars(select(DueWork.lease)).one() == quick.lease


def test_a_key_that_is_finished_for_good_is_gone(database: Database) -> None:
    mark(database, 7)
    claimed = take(database)
    assert claimed is not None

    give_back(database, claimed, 7, None)

    with database.read() as session:
        assert not is_due(session, at=TOMORROW)


def test_the_oldest_signal_is_remembered_until_the_work_is_done(database: Database) -> None:
    mark(database, 7)
    mark(database, 7, at=AT + timedelta(hours=1))

    claimed = take(database, at=AT + timedelta(hours=2))

    assert claimed is not None
    assert claimed.signals == {7: AT}


def test_a_key_that_keeps_ending_its_workers_is_claimed_alone(database: Database) -> None:
    mark(database, 7)
    for crash in range(2):
        assert take(database, wall=WALL + timedelta(minutes=2 * crash)) is not None
    mark(database, 8, 9)
    later = WALL + timedelta(minutes=4)

    others, suspect = take(database, wall=later), take(database, wall=later)

    assert others is not None
    assert suspect is not None
    assert sorted(others.generations) == [8, 9]
    assert suspect.attempts == {7: 3}


def test_a_key_whose_signal_was_not_answered_keeps_its_time(database: Database) -> None:
    mark(database, 7)
    claimed = take(database)
    assert claimed is not None

    with database.write() as session:
        finish(session, claimed, {7: AT}, unanswered=[7])

    again = take(database)
    assert again is not None
    assert again.signals == {7: AT}


def test_a_batch_put_back_is_taken_again_after_its_rest(database: Database) -> None:
    mark(database, 7)
    claimed = take(database)
    assert claimed is not None

    with database.write() as session:
        put_back(session, claimed, until=WALL + timedelta(seconds=5))

    assert take(database, wall=WALL + timedelta(seconds=4)) is None
    again = take(database, wall=WALL + timedelta(seconds=6))
    assert again is not None
    assert again.attempts == {7: 1}


def test_two_workers_claiming_at_once_never_share_a_key(
    database: Database, open_again: Callable[[], Database]
) -> None:
    mark(database, *range(200))
    handles = [database, open_again()]

    def drain(handle: Database) -> list[int]:
        taken: list[int] = []
        while claimed := take(handle):
            taken.extend(claimed.generations)
        return taken

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(drain, handles)

    assert sorted(first + second) == list(range(200))


def test_a_signal_of_an_uncommitted_sale_survives_a_claim_that_overtakes_it(
    database: Database, open_again: Callable[[], Database]
) -> None:
    if database.is_sqlite:
        return  # one writer at a time: nothing can overtake
    mark(database, 7)
    seller = open_again()

    with seller.write() as session:
        mark_due(session, BRAND, [7], at=AT)
        overtaken = take(database)

    assert overtaken is None
    assert take(database) is not None


def test_work_marked_by_a_later_clock_is_brought_forward_and_tonights_is_not(
    database: Database,
) -> None:
    mark(database, 7, at=WALL)
    mark(database, 8, at=TOMORROW)

    with database.write() as session:
        bring_forward(session, at=AT)

    claimed = take(database)
    assert claimed is not None
    assert list(claimed.generations) == [7]
