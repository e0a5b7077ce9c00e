"""What the doctor sees in a fresh place, and in a shop that trades."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.console import Console
from sqlalchemy import text

from app.database.database import Database
from app.database.migrate import head
from app.doctor.command import examine, print_examination
from app.jobs.beats import beat
from app.parties.issue_keys import Wanted, issue_key
from app.settings import Settings
from tests.refresh.shop import open_shop, sell


def told(database: Database, settings: Settings | None = None) -> dict[str, list[str]]:
    """Return what is not well, by subject."""
    found: dict[str, list[str]] = {}
    for advice in examine(database, settings or Settings(production=False)):
        if advice.level != "ok":
            found.setdefault(f"{advice.level} {advice.subject}", []).append(advice.said)
    return found


def make_key(database: Database, role: str, **whom: str) -> None:
    with database.write() as session:
        wanted = Wanted(role=role, name="test", **whom)
        issue_key(session, wanted, sandbox=False, at=datetime.now(UTC))


def test_a_place_without_a_database_is_told_how_to_make_one_and_gets_none(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'none.db'}")

    advices = list(examine(database, Settings()))

    assert [(one.level, one.remedy) for one in advices][-1] == ("broken", "shortrun serve makes it")
    assert list(tmp_path.iterdir()) == []


def test_a_database_that_is_away_is_named_without_its_password() -> None:
    database = Database("postgresql://shortrun:hunter2@127.0.0.1:1/shortrun")

    [said] = told(database)["broken database"]

    assert "refused" in said
    assert "hunter2" not in said


def test_an_empty_service_is_told_what_comes_first(database: Database) -> None:
    found = told(database)

    assert found["broken workers"] == ["there never was one"]
    assert found["broken keys"] == ["there is none for operators"]
    assert found["hint brands"] == ["there is none"]
    assert found["hint factories"] == ["there is none"]


def test_a_shop_that_trades_is_told_only_what_is_left_to_do(database: Database) -> None:
    brand = open_shop(database, "S2")
    with database.write() as session:
        sell(session, brand, "S2")
        beat(session, "here", datetime.now(UTC))
    make_key(database, "ops")
    make_key(database, "brand", brand="acme")

    found = told(database)

    assert not [subject for subject in found if subject.startswith("broken")]
    assert found["hint brand acme"] == [
        "reported no stock: on hand counts 0, and no stock-out can be seen"
    ]
    assert found["hint factory fab"] == ["has no key"]


def test_tables_of_an_earlier_version_are_told_apart_from_those_of_a_later(
    database: Database,
) -> None:
    said = []
    for revision in ("0003", "9999"):
        with database.write() as session:
            session.execute(text("UPDATE alembic_version SET version_num = :r"), {"r": revision})
            session.execute(text("UPDATE schema_state SET readable_from = :r"), {"r": revision})
        said += [
            (one.said, one.remedy) for one in examine(database, Settings()) if one.level == "broken"
        ]

    assert said == [
        (f"revision 0003, not {head()}", "shortrun migrate"),
        ("revision 9999 is newer than this program", "upgrade the program"),
    ]


def test_the_command_says_no_where_nothing_can_work(
    database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    sound = print_examination(database, Settings(), Console())

    assert sound is False
    assert "shortrun keys create --role ops" in capsys.readouterr().out
