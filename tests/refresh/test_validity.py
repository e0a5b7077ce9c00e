"""Styles whose offers are not valid today: nothing is made, and nothing is said to be over."""

from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import select

from app.catalog.ingest import put_styles
from app.database.database import Database
from app.parties.tables import Factory
from app.recommendations.tables import DecisionRow
from app.sourcing.ingest import OfferDraft, put_offer
from tests.refresh.shop import AT, decisions, draft, offer, open_shop, refresh, sell

ENDS = AT.date() + timedelta(days=120)


def decided(database: Database, *offers: OfferDraft) -> DecisionRow:
    """Return the decision for a style that sells well, ends in four months and has an offer."""
    brand = open_shop(database)
    with database.write() as session:
        put_styles(session, brand.id, [replace(draft("S1"), end_of_life_date=ENDS)], at=AT)
        factory = session.scalars(select(Factory.id)).one()
        for one in offers:
            put_offer(session, factory, one, at=AT)
        sell(session, brand, "S1")
    refresh(database)
    with database.read() as session:
        return decisions(session)[-1]


def codes(decision: DecisionRow) -> list[str]:
    return [reason["code"] for reason in decision.body["reasons"]]


def test_a_style_whose_offer_becomes_valid_in_time_is_held_for_it(database: Database) -> None:
    made = decided(database, replace(offer(), valid_from=date(2026, 4, 1)))

    assert (made.action, made.final) == ("hold", False)
    assert "offer_not_yet_valid" in codes(made)
    assert "no_offer" not in codes(made)
    [reason] = [one for one in made.body["reasons"] if one["code"] == "offer_not_yet_valid"]
    assert reason["text"] == "fab's offer small is valid from 2026-04-01 on."
    assert reason["values"]["valid_from"] == "2026-04-01"


def test_a_style_whose_offer_has_expired_is_held(database: Database) -> None:
    made = decided(database, replace(offer(), valid_to=date(2026, 2, 1)))

    assert (made.action, made.final) == ("hold", False)
    assert {"no_offer", "offer_expired"} <= set(codes(made))
    assert "end_of_life_near" not in codes(made)


def test_a_slow_offer_does_not_make_a_style_final_that_a_quick_one_is_coming_for(
    database: Database,
) -> None:
    slow = replace(offer(), lead_time_days_mean=125.0)
    quick = replace(offer(), code="quick", valid_from=date(2026, 4, 1))

    made = decided(database, slow, quick)

    assert (made.action, made.final) == ("hold", False)
    assert "offer_not_yet_valid" in codes(made)
