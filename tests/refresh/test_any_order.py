"""The same events make the same decision, in whatever order, batches and repetitions they come."""

import random
from collections.abc import Iterator, Sequence
from datetime import timedelta

import pytest

from app.database.database import Database
from app.database.migrate import migrate
from app.sales.ingest import SalesEvent, store_sales
from tests.refresh.shop import AT, decisions, open_shop, refresh, standing


def season() -> list[SalesEvent]:
    """Three weeks of orders, some cancelled, some returned."""
    events = []
    for day in range(1, 22):
        for size in "ML":
            at = AT - timedelta(days=day)
            order = f"{size}-{day}"
            kinds = [("sale", 5, at)]
            if day % 5 == 0:
                kinds.append(("cancellation", 1, at + timedelta(hours=3)))
            if day % 4 == 0:
                kinds.append(("return", 1, at + timedelta(days=2)))
            events += [
                SalesEvent(f"{order}-{kind}", f"S2-{size}", kind, units, when, order_id=order)  # type: ignore[arg-type]
                for kind, units, when in kinds
            ]
    return events


def batches(events: Sequence[SalesEvent], size: int) -> Iterator[Sequence[SalesEvent]]:
    for first in range(0, len(events), size):
        yield events[first : first + size]


def shuffled(events: Sequence[SalesEvent]) -> list[SalesEvent]:
    return random.Random(11).sample(events, len(events))  # noqa: S311  a fixed order


ORDERS = {
    "newest first, one by one": [[event] for event in season()],
    "oldest first, in sevens": list(batches(season()[::-1], 7)),
    "at random, each batch twice": [b for b in batches(shuffled(season()), 9) for _ in range(2)],
    "returns before their sales": [
        [event for event in season() if event.kind != "sale"],
        [event for event in season() if event.kind == "sale"],
    ],
}


def decided(database: Database, posted: Sequence[Sequence[SalesEvent]]) -> tuple[str, list[object]]:
    """Post the batches, refresh, and return the decision's digest and what is recommended."""
    brand = open_shop(database, "S2")
    for batch in posted:
        with database.write() as session:
            store_sales(session, brand, batch, at=AT)
    refresh(database)
    with database.read() as session:
        [decision] = decisions(session)
        return decision.digest, [(row.lines, row.total_cost) for row in standing(session)]


@pytest.fixture(scope="module")
def in_one_batch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, list[object]]]:
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('order')}/one.db")
    migrate(database)
    yield decided(database, [season()])
    database.close()


@pytest.mark.parametrize("order", ORDERS)
def test_order_batches_and_repetition_change_no_decision(
    database: Database, in_one_batch: tuple[str, list[object]], order: str
) -> None:
    found = decided(database, ORDERS[order])

    assert found == in_one_batch
    assert found[1] != []
