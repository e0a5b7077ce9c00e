"""Decisions that trust what a factory did more than what its offer says."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from app.database.database import Database
from app.parties.queries import brand_named
from app.parties.tables import Factory
from app.recommendations.answer import accept
from app.recommendations.kept import kept_decision
from app.recommendations.tables import DecisionRow, Recommendation
from app.refresh.replay import replay
from app.runs.progress import Step, take_steps
from app.runs.queries import lines_of, locked_run
from app.sales.ingest import SalesEvent, store_sales
from app.sourcing.ingest import put_offer
from tests.refresh.shop import AT, offer, open_shop, refresh, sell, standing

STYLES = ("S1", "S2", "S3", "S4", "S5")
LATER = AT + timedelta(days=34)


def have_runs_made(database: Database, *, days: int, good: float) -> None:
    """Accept whatever is open, and receive a share of it that many days later."""
    with database.write() as session:
        for row in standing(session):
            accept(session, row.id, row.factory_id, at=AT)
    with database.write() as session:
        for row in standing(session):
            run = locked_run(session, row.run or "", brand_id=row.brand_id, factory_id=None)
            on = AT + timedelta(days=days)
            steps = [
                Step(line.sku, "received", line.sku, round(line.quantity * good), on)
                for line in lines_of(session, [run.id])[run.id]
            ]
            done = Step("done", "closed", None, None, on)
            take_steps(session, run, [*steps, done], posted_by="brand", at=on)


def decided_later(database: Database) -> tuple[DecisionRow, Recommendation]:
    """Sell on, refresh again, and return the last decision with what it asks for."""
    with database.write() as session:
        brand = brand_named(session, "acme")
        assert brand is not None
        events = [
            SalesEvent(f"{size}-{day}", f"S1-{size}", "sale", 40, AT + timedelta(days=day))
            for day in range(34)
            for size in "ML"
        ]
        store_sales(session, brand, events, at=LATER)
    refresh(database, at=LATER)
    with database.read() as session:
        asked = standing(session)[-1]
        assert asked.issued_at == LATER
        decision = session.get_one(DecisionRow, asked.decision_id)
        assert replay(kept_decision(session, decision)).identical
        session.expunge_all()
    return decision, asked


def open_and_sell(database: Database, *styles: str) -> None:
    brand = open_shop(database, *styles)
    with database.write() as session:
        factory = session.scalars(select(Factory.id)).one()
        put_offer(session, factory, replace(offer(), yield_rate=0.98), at=AT)
        for style in styles:
            sell(session, brand, style, a_day=20)
    refresh(database)


def test_a_factory_that_took_longer_and_made_less_is_believed_by_its_runs(
    database: Database,
) -> None:
    open_and_sell(database, *STYLES)
    have_runs_made(database, days=28, good=0.8)

    decision, asked = decided_later(database)

    codes = {reason["code"]: reason for reason in decision.body["reasons"]}
    said = codes["learned_lead_time"]["values"]
    assert (said["days"], said["stated_days"], said["runs"]) == (asked.lead_time_days, 14.0, 5)
    assert asked.lead_time_days > 20
    assert codes["learned_lead_time"]["text"].startswith("After 5 runs fab ")
    assert codes["learned_yield"]["values"]["stated_rate"] == 0.98
    assert 0.8 < asked.expected_good_share < 0.86
    terms = decision.inputs["situation"]["offers"][0]
    assert terms["lead_time_days"] == asked.lead_time_days


def test_a_factory_with_few_runs_is_believed_by_its_offer(database: Database) -> None:
    open_and_sell(database, "S1")
    have_runs_made(database, days=28, good=0.8)

    decision, asked = decided_later(database)

    assert asked.lead_time_days == 14
    assert not {"learned_lead_time", "learned_yield"} & {
        reason["code"] for reason in decision.body["reasons"]
    }
