"""Two kinds of transaction, and types that mean the same on both databases."""

import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.database.database import Database, when_committed
from app.database.inserting import insert_new
from app.database.upsert import one_of
from app.errors import SetupError, ShortrunError, Unavailable
from app.forecasting.tables import PriorsRow
from app.parties.tables import Brand, Factory

AT = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)


def factory(code: str) -> Factory:
    return Factory(code=code, name="é", timezone="UTC", setup_matrix={"a": [1.5]}, created_at=AT)


def brand(*, release_limit: Decimal | None) -> Brand:
    return Brand(
        id=3,
        code="b",
        name="B",
        timezone="UTC",
        currency="EUR",
        review_period_days=7,
        release="auto",
        release_limit=release_limit,
        counter_tolerance=Decimal(0),
        respond_within_hours=1,
        open_to_buy=None,
        share_forecast=True,
        created_at=AT,
    )


def count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Factory)) or 0


def test_what_a_write_block_did_is_there_when_it_ends(
    database: Database, open_again: Callable[[], Database]
) -> None:
    with database.write() as session:
        session.add(factory("fab"))

    with open_again().read() as session:
        assert count(session) == 1


def test_a_write_at_once_is_there_when_it_ends_and_told_of(database: Database) -> None:
    told: list[str] = []

    with database.write(at_once=True) as session:
        session.add(factory("fab"))
        when_committed(session, lambda: told.append("stored"))

    with database.read() as session:
        assert count(session) == 1
    assert told == ["stored"]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_write_at_once_is_committed_as_its_statement_ends_and_the_next_write_is_not(
    database: Database,
) -> None:
    with database.write(at_once=True) as session:
        session.add(factory("fab"))
        session.flush()
        with database.read() as beside:
            assert count(beside) == 1
    with database.write() as session:
        session.add(factory("other"))
        session.flush()
        with database.read() as beside:
            assert count(beside) == 1


def test_what_waits_for_a_commit_is_called_after_it_and_never_without(database: Database) -> None:
    told: list[str] = []

    def fail(session: Session) -> None:
        when_committed(session, lambda: told.append("never"))
        raise ZeroDivisionError

    with database.write() as session:
        when_committed(session, lambda: told.append("committed"))
        assert told == []
    with pytest.raises(ZeroDivisionError), database.write() as session:
        fail(session)

    assert told == ["committed"]


def test_a_write_block_that_raises_leaves_nothing(database: Database) -> None:
    def fail(session: Session) -> None:
        session.add(factory("fab"))
        session.flush()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), database.write() as session:
        fail(session)

    with database.read() as session:
        assert count(session) == 0


def test_a_read_block_sees_one_moment_only(
    database: Database, open_again: Callable[[], Database]
) -> None:
    other = open_again()

    with database.read() as session:
        before = count(session)
        with other.write() as writing:
            writing.add(factory("fab"))
        after = count(session)

    assert (before, after) == (0, 0)


def test_rows_read_stay_usable_after_the_block(database: Database) -> None:
    with database.write() as session:
        session.add(factory("fab"))

    with database.read() as session:
        row = session.scalars(select(Factory)).one()

    assert (row.name, row.setup_matrix, row.created_at) == ("é", {"a": [1.5]}, AT)


def test_money_and_days_come_back_exactly(database: Database) -> None:
    with database.write() as session:
        session.add(brand(release_limit=Decimal("12345678901.2345")))
        session.flush()
        session.add(PriorsRow(brand_id=3, day=date(2024, 2, 29), numbers={}))

    with database.read() as session:
        stored = session.get_one(Brand, 3)
        kept = session.scalars(select(PriorsRow.day)).one()

    assert stored.release_limit == Decimal("12345678901.2345")
    assert (stored.share_forecast, stored.open_to_buy, kept) == (True, None, date(2024, 2, 29))


def test_what_a_statement_was_given_is_not_in_its_error(database: Database) -> None:
    query, secret = text("SELECT :secret FROM no_such_table"), "whsec_" + "hidden"

    with pytest.raises((ShortrunError, DBAPIError)) as failed, database.read() as session:
        session.execute(query, {"secret": secret})

    said = "".join(traceback.format_exception(failed.value))
    assert "no_such_table" in said
    assert secret not in said


def test_a_row_that_a_rule_refuses_is_not_in_the_error(database: Database) -> None:
    with database.write() as session:
        session.add(factory("sealed"))
    unknown = brand(release_limit=None)
    unknown.name, unknown.release = "sealed", "sealed"

    refusals = []
    for refused in (factory("sealed"), unknown):
        with pytest.raises(DBAPIError) as failed, database.write() as session:
            session.add(refused)
        refusals.append("".join(traceback.format_exception(failed.value)))

    assert "factories" in refusals[0]
    assert "release_known" in refusals[1]
    assert "sealed" not in refusals[0] + refusals[1]


def test_only_new_rows_are_inserted_and_named(database: Database) -> None:
    def row(code: str) -> dict[str, object]:
        return {"code": code, "name": code, "timezone": "UTC", "created_at": AT}

    with database.write() as session:
        first = insert_new(session, Factory, [row("b"), row("a")], key=("code",))
    with database.write() as session:
        second = insert_new(session, Factory, [row("a"), row("c")], key=("code",))

    assert (first, second) == ({("a",), ("b",)}, {("c",)})


def test_a_long_list_of_values_is_one_parameter(database: Database) -> None:
    with database.write() as session:
        session.add(factory("fab"))

    with database.read() as session:
        codes = [f"f{number}" for number in range(50_000)] + ["fab"]
        assert session.scalars(
            select(Factory.code).where(one_of(session, Factory.code, codes))
        ).all() == ["fab"]


def test_many_threads_writing_at_once_all_succeed(database: Database) -> None:
    def write(number: int) -> None:
        with database.write() as session:
            session.add(factory(f"fab{number}"))

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(write, range(64)))

    with database.read() as session:
        assert count(session) == 64


def test_a_database_that_is_away_is_said_so_in_our_own_word() -> None:
    database = Database("postgresql://nobody@127.0.0.1:1/none")

    with pytest.raises(Unavailable), database.read():
        pass


@pytest.mark.parametrize("url", ["mysql://localhost/x", "not a url", ""])
def test_a_url_of_another_database_is_refused_in_one_line(url: str) -> None:
    with pytest.raises(SetupError, match="SHORTRUN_DATABASE_URL"):
        Database(url)


def test_a_folder_that_does_not_exist_is_named() -> None:
    with pytest.raises(SetupError, match="/nowhere/at/all"):
        Database("sqlite:////nowhere/at/all/shortrun.db")


def test_the_members_of_a_document_come_back_in_one_order_on_either_database(
    database: Database,
) -> None:
    unordered = {"until": 1, "a": [{"zz": 1, "b": 2}, {"y": 1, "c": 2}], "é": {"bbb": 1, "cc": 2}}
    with database.write() as session:
        made = factory("fab")
        made.setup_matrix = unordered
        session.add(made)

    with database.read() as session:
        read = session.scalars(select(Factory.setup_matrix)).one()

    assert read == unordered
    assert list(read) == ["a", "é", "until"]
    assert [list(one) for one in read["a"]] == [["b", "zz"], ["c", "y"]]
    assert list(read["é"]) == ["cc", "bbb"]
