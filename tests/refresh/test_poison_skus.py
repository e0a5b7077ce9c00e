"""Histories that nobody would believe: decided with finite figures, and no style waits for them."""

import json
import math
from collections.abc import Sequence
from datetime import timedelta

from app.database.database import Database
from app.parties.refs import BrandRef
from app.sales.ingest import SalesEvent, store_sales
from tests.refresh.shop import AT, decisions, open_shop, refresh, sell, standing

MOST_EVENTS_A_DAY = 100_000
BATCH = 10_000


def one_then_nothing_then_a_million() -> list[SalesEvent]:
    early, late = AT - timedelta(days=401), AT - timedelta(hours=1)
    return [
        SalesEvent("first", "GAP-M", "sale", 1, early),
        SalesEvent("million", "GAP-M", "sale", 1_000_000, late),
    ]


def returns_only() -> list[SalesEvent]:
    return [
        SalesEvent(f"back-{day}", "BACK-L", "return", 3, AT - timedelta(days=day))
        for day in range(1, 30)
    ]


def a_day_of_single_units() -> list[SalesEvent]:
    noon = AT - timedelta(days=1)
    return [
        SalesEvent(f"rush-{number}", "RUSH-M", "sale", 1, noon)
        for number in range(MOST_EVENTS_A_DAY)
    ]


def post(database: Database, brand: BrandRef, events: Sequence[SalesEvent]) -> None:
    for first in range(0, len(events), BATCH):
        with database.write() as session:
            store_sales(session, brand, events[first : first + BATCH], at=AT)


def is_finite(document: object) -> bool:
    if isinstance(document, dict):
        return all(is_finite(one) for one in document.values())
    if isinstance(document, list):
        return all(is_finite(one) for one in document)
    return not isinstance(document, float) or math.isfinite(document)


def test_poison_histories_are_decided_beside_the_others(database: Database) -> None:
    brand = open_shop(database, "S2", "GAP", "BACK", "RUSH")
    with database.write() as session:
        sell(session, brand, "S2")
    for events in (one_then_nothing_then_a_million(), returns_only(), a_day_of_single_units()):
        post(database, brand, events)

    [outcome] = refresh(database)

    assert outcome.errors == {}
    with database.read() as session:
        bodies = [json.loads(json.dumps(row.body)) for row in decisions(session)]
        recommended = {row.style for row in standing(session)}
    assert len(bodies) == 4
    assert all(is_finite(body) for body in bodies)
    assert "S2" in recommended
