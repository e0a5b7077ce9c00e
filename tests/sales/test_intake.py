import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event, select

from app.database.database import Database
from app.errors import Invalid
from app.parties.refs import BrandRef
from app.sales.ingest import Outcome, SalesEvent
from app.sales.intake import FEW, Intake
from app.sales.tables import SalesRow
from tests.sales.shop import add_style, open_brand, sale

Call = tuple[BrandRef, Sequence[SalesEvent]]

NOON = "2026-03-02 12:00"


@pytest.fixture
def intake(database: Database) -> Intake:
    return Intake(database, sandbox=False)


@pytest.fixture
def commits(database: Database) -> list[object]:
    """One entry for each transaction that is committed from now on."""
    seen: list[object] = []
    event.listen(database.engine, "commit", seen.append)
    return seen


def posted(intake: Intake, *calls: Call) -> list[Outcome | BaseException]:
    """Post all calls at once; return what became of each."""

    async def post() -> list[Outcome | BaseException]:
        taken = (intake.take(brand, events) for brand, events in calls)
        return await asyncio.gather(*taken, return_exceptions=True)

    return asyncio.run(post())


def verdicts(outcomes: Sequence[Outcome | BaseException]) -> list[tuple[str, ...]]:
    return [outcome.verdicts for outcome in outcomes if isinstance(outcome, Outcome)]


def stored(database: Database) -> list[tuple[int, str]]:
    with database.read() as session:
        query = select(SalesRow.brand_id, SalesRow.event_id).order_by(SalesRow.event_id)
        return [(row.brand_id, row.event_id) for row in session.execute(query)]


def test_calls_of_a_brand_that_come_at_once_are_committed_together(
    database: Database, brand: BrandRef, intake: Intake, commits: list[object]
) -> None:
    outcomes = posted(intake, *((brand, [sale(f"e{number}", NOON)]) for number in range(4)))

    assert verdicts(outcomes) == [("accepted",)] * 4
    assert stored(database) == [(brand.id, f"e{number}") for number in range(4)]
    assert len(commits) == 1


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_group_asks_postgresql_for_its_skus_and_stores_by_one_statement(
    database: Database, brand: BrandRef, intake: Intake
) -> None:
    sent: list[object] = []
    event.listen(database.engine, "before_cursor_execute", lambda *told: sent.append(told[2]))

    outcomes = posted(intake, *((brand, [sale(f"e{number}", NOON)]) for number in range(4)))

    assert verdicts(outcomes) == [("accepted",)] * 4
    assert len(sent) == 2


def test_each_call_of_a_group_gets_the_verdicts_of_one_after_the_other(
    brand: BrandRef, intake: Intake
) -> None:
    outcomes = posted(
        intake,
        (brand, [sale("e1", NOON), sale("e1", NOON)]),
        (brand, [sale("e2", NOON, sku="no such")]),
        (brand, [sale("e1", NOON), sale("e2", NOON), sale("e1", NOON, quantity=2)]),
    )

    assert verdicts(outcomes) == [
        ("accepted", "duplicate"),
        ("unknown_sku",),
        ("duplicate", "accepted", "event_conflict"),
    ]


def test_a_call_that_is_refused_takes_no_other_with_it(
    database: Database, brand: BrandRef, intake: Intake
) -> None:
    in_two_days = (datetime.now(UTC) + timedelta(days=2)).strftime("%Y-%m-%d %H:%M")

    first, refused, last = posted(
        intake,
        (brand, [sale("e1", NOON)]),
        (brand, [sale("e2", NOON), sale("e3", in_two_days)]),
        (brand, [sale("e4", NOON)]),
    )

    assert verdicts([first, last]) == [("accepted",), ("accepted",)]
    assert isinstance(refused, Invalid)
    assert [error.pointer for error in refused.errors] == ["/events/1/occurred_at"]
    assert stored(database) == [(brand.id, "e1"), (brand.id, "e4")]


def test_calls_of_different_brands_are_stored_each_for_its_own(
    database: Database, brand: BrandRef, intake: Intake
) -> None:
    with database.write() as session:
        other = open_brand(session, "zeta", timezone="Asia/Kolkata")
        add_style(session, other, "T1", ["Z"])

    outcomes = posted(
        intake,
        (brand, [sale("e1", NOON)]),
        (other, [sale("e2", NOON, sku="Z")]),
        (brand, [sale("e3", NOON, sku="Z")]),
    )

    assert verdicts(outcomes) == [("accepted",), ("accepted",), ("unknown_sku",)]
    assert stored(database) == [(brand.id, "e1"), (other.id, "e2")]


def test_a_call_of_many_events_waits_for_no_group(
    brand: BrandRef, intake: Intake, commits: list[object]
) -> None:
    many = [sale(f"m{number}", NOON) for number in range(FEW + 1)]

    outcomes = posted(intake, (brand, many), (brand, many), (brand, [sale("e1", NOON)]))

    assert len(commits) == 3
    assert sorted(outcome[0] for outcome in verdicts(outcomes)) == [
        "accepted",
        "accepted",
        "duplicate",
    ]
