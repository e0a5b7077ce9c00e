"""What workers did in all: nothing counted twice, nothing lost while the database is away."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from app.database.database import Database
from app.errors import Unavailable
from app.jobs.totals import add_totals, count, taken, totals_of


@pytest.fixture(autouse=True)
def _nothing_counted_before() -> None:
    with taken():
        pass


def stored(database: Database) -> dict[str, float]:
    with database.read() as session:
        return totals_of(session, "things")


def flush(database: Database) -> None:
    with taken() as counted, database.write() as session:
        add_totals(session, counted)


def test_what_several_processes_add_comes_together(database: Database) -> None:
    def work(_: int) -> None:
        with database.write() as session:
            add_totals(session, {("things", "a"): 1.5, ("things", "b"): 1.0})

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(8)))

    assert stored(database) == {"a": 12.0, "b": 8.0}


def test_what_was_told_is_not_told_again(database: Database) -> None:
    count("things", "a", 2)

    flush(database)
    flush(database)

    assert stored(database) == {"a": 2.0}


def test_what_could_not_be_told_is_told_the_next_time(database: Database) -> None:
    def lost() -> None:
        with taken():
            count("things", "a")
            raise Unavailable("the database is away")

    count("things", "a")
    with pytest.raises(Unavailable):
        lost()

    flush(database)

    assert stored(database) == {"a": 2.0}
