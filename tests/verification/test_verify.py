"""What is stored adds up, and each kind of damage is found by name."""

import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta

import pytest
from rich.console import Console
from sqlalchemy import select, text

from app.catalog.tables import Style
from app.database.database import Database
from app.demand.closing import close_month
from app.jobs.signals import FEW, signal
from app.recommendations.answer import accept
from app.recommendations.feed import append, news
from app.recommendations.retention import prune_feeds
from app.recommendations.tables import Recommendation
from app.runs.progress import Step, take_steps
from app.runs.queries import locked_run
from app.sales.ingest import store_sales
from app.verification.command import print_verification
from app.verification.finding import Finding
from app.verification.verify import CHECKS
from tests.refresh.shop import AT, open_shop, refresh, sell, standing
from tests.sales.shop import add_style, open_brand, sale

RUN_SKU = "S2-M"


@pytest.fixture
def shop(database: Database) -> Database:
    """A season in short: sales, a recommendation, its run, and what came of it."""
    brand = open_shop(database, "S2")
    with database.write() as session:
        sell(session, brand, "S2")
    refresh(database)
    with database.write() as session:
        [issued] = standing(session)
        accepted = accept(session, issued.id, issued.factory_id, at=AT)
    assert accepted.run is not None
    with database.write() as session:
        run = locked_run(session, accepted.run, brand_id=None, factory_id=None)
        steps = [
            Step("1", "produced", RUN_SKU, 8, AT + timedelta(days=9)),
            Step("2", "received", RUN_SKU, 7, AT + timedelta(days=14)),
        ]
        take_steps(session, run, steps, posted_by="factory", at=AT + timedelta(days=14))
    refresh(database)
    return database


def found(database: Database) -> dict[str, list[Finding]]:
    with database.read() as session:
        all_found = {name: list(check(session)) for name, check in CHECKS.items()}
    return {name: findings for name, findings in all_found.items() if findings}


def damage(database: Database, *statements: str) -> None:
    """Do what no code of ours does."""
    with database.engine.connect() as connection:
        if database.is_sqlite:
            connection.execute(text("PRAGMA foreign_keys=OFF"))
        for statement in statements:
            connection.execute(text(statement))
        connection.commit()
        if database.is_sqlite:
            connection.execute(text("PRAGMA foreign_keys=ON"))


def test_a_season_adds_up(shop: Database) -> None:
    assert found(shop) == {}


def test_a_feed_that_forgot_old_events_adds_up_from_there(shop: Database) -> None:
    with shop.write() as session:
        row = session.scalars(select(Recommendation)).first()
        assert row is not None
        append(session, news("recommendation.issued", row, at=datetime(2030, 1, 1, tzinfo=UTC)))

    assert prune_feeds(shop, before=datetime(2029, 1, 1, tzinfo=UTC)) > 0

    assert found(shop) == {}


@pytest.mark.parametrize(
    ("check", "statement", "said"),
    [
        (
            "days of sales",
            "UPDATE sales_events SET day = day - 40 WHERE id = 1",
            ", sold on 2026-0",
        ),
        ("chains of feeds", "DELETE FROM feed_events WHERE seq = 1", "no event 1, the next is 2"),
        (
            "chains of feeds",
            "UPDATE feed_events SET body = replace(body, 'small', 'large') WHERE seq = 1",
            "event 1 is not the one that was told",
        ),
        ("chains of feeds", "DELETE FROM feed_events WHERE seq > 1", "ends at 1, its head at"),
        ("accepted, once", "UPDATE recommendations SET status = 'declined'", "is declined"),
        (
            "accepted, once",
            "UPDATE runs SET recommendation_id = 'rec_none'",
            "accepted, and no run",
        ),
        ("units of runs", "UPDATE run_lines SET produced = 9 WHERE sku = 'S2-M'", "reported 8"),
        ("units of runs", "UPDATE receipts SET quantity = 6", "7 received, 6 booked into stock"),
        ("units of runs", "UPDATE runs SET quantity = quantity + 1", "its lines of"),
        ("styles in the round", "DELETE FROM due_work", "never due again"),
    ],
)
def test_damage_is_found_and_named(shop: Database, check: str, statement: str, said: str) -> None:
    damage(shop, statement)

    assert said in " ".join(one.detail for one in found(shop)[check])


def test_a_style_whose_signal_waits_to_be_taken_in_is_in_the_round(shop: Database) -> None:
    damage(shop, "DELETE FROM due_work")
    with shop.write() as session:
        every = session.scalars(select(Style.id)).all()
        signal(session, 1, [*every, *range(1_000, 1_000 + FEW)], at=AT)

    assert found(shop) == {}


def test_a_row_that_names_nothing_is_found(shop: Database) -> None:
    if not shop.is_sqlite:
        return  # PostgreSQL itself refuses to store one
    damage(shop, "UPDATE skus SET style_id = 999 WHERE code = 'S2-M'")

    assert "1 rows name none of styles" in [
        one.detail for one in found(shop)["rows that name others"]
    ]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_tables_that_the_command_needs_for_nothing_else_are_looked_at(
    database: Database, database_url: str
) -> None:
    damage(
        database,
        "INSERT INTO refresh_styles (refresh_id, style_id, status) VALUES ('x', 9, 'waiting')",
    )
    settings = {"SHORTRUN_DATABASE_URL": database_url, "SHORTRUN_MIGRATE_AT_START": "0"}

    done = subprocess.run(
        [sys.executable, "-m", "app.cli", "verify"],
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        check=False,
    )

    assert "refresh_styles: 1 rows name none of refreshes" in done.stdout
    assert done.returncode == 1


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("DELETE FROM sales_event_ids WHERE event_id = 'old'", "1 ids, 1 events and 1 of closed"),
        (
            "UPDATE sales_events SET event_id = 'x' WHERE event_id = 'new'",
            "has no id that keeps it from counting again",
        ),
        ("UPDATE closed_days SET sold = 4", "3 units were taken out, its days add up to 4"),
    ],
)
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_closed_months_add_up_and_are_not_recounted(
    database: Database, statement: str, said: str
) -> None:
    with database.write() as session:
        brand = open_brand(session)
        add_style(session, brand, "S2", ["A"])
        events = [sale("old", "2024-02-10 12:00", 3), sale("new", "2026-03-02 12:00")]
        store_sales(session, brand, events, at=AT)
    close_month(database, date(2024, 2, 1), at=AT)
    printed = Console(record=True, width=200)

    sound = print_verification(database, printed)
    damage(database, statement)

    said_of_it = printed.export_text()
    assert "2024-02 was detached: 1 events are not recounted" in said_of_it
    assert "events, each once: ok" in said_of_it
    assert said in " ".join(one.detail for one in found(database)["events, each once"])
    assert sound
