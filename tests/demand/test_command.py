"""`shortrun partitions`, as it is typed."""

import pytest
from typer.testing import CliRunner

from app.cli import app
from app.database.database import Database
from app.demand.command import ON_SQLITE
from app.sales.ingest import store_sales
from tests.sales.shop import AT, add_style, open_brand, sale


def typed(database: Database, *words: str) -> str:
    url = database.url.render_as_string(hide_password=False)
    done = CliRunner().invoke(app, ["partitions", *words], env={"SHORTRUN_DATABASE_URL": url})
    return done.output if done.exception is None else str(done.exception)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_months_are_listed_made_and_taken_out(database: Database) -> None:
    with database.write() as session:
        brand = open_brand(session)
        add_style(session, brand, "S2", ["A"])
        old = [sale(f"o{day}", f"2024-02-{day:02} 12:00") for day in range(1, 11)]
        store_sales(session, brand, [*old, sale("new", "2026-03-02 12:00")], at=AT)

    made = typed(database, "make")
    wished = typed(database, "detach", "--before", "2024-03", "--dry-run")
    listed = typed(database)
    done = typed(database, "detach", "--before", "2024-03")
    again = typed(database, "detach", "--before", "2024-03")
    after = typed(database)

    assert made.count(" made, 0 events moved into it") == 4
    assert wished == "2024-02 would be detached\n"
    assert "any other │ sales_events_default │ 11" in listed
    assert done == "sales_events_2024_02 detached: 10 events\n"
    assert again == "no month before 2024-03 is there\n"
    assert "any other │ sales_events_default           │ 1 " in after
    assert "2024-02   │ sales_events_2024_02, detached │ 10" in after
    assert "13 full months are kept" in typed(database, "detach", "--before", "2030-01")
    assert "--before soon is no month" in typed(database, "detach", "--before", "soon")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_on_sqlite_it_says_that_there_are_none(database: Database) -> None:
    assert typed(database) == typed(database, "make") == ON_SQLITE
    assert typed(database, "detach", "--before", "2024-03") == ON_SQLITE
