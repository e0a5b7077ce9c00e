"""The feed: gapless, complete for whoever resumes, and honest about another history."""

import json
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from app.database.database import Database
from app.errors import Gone, Malformed
from app.recommendations.cursor import decode, encode
from app.recommendations.feed import append, chain, news
from app.recommendations.heads import head_of
from app.recommendations.reading import page_after
from app.recommendations.tables import FeedEvent, FeedHead, Recommendation
from tests.recommendations.scene import AT, Scene, decide, run_of, stored, to_fab2


def read(
    database: Database, factory_id: int, after: str | None = None, limit: int = 100
) -> dict[str, Any]:
    with database.read() as session:
        page: dict[str, Any] = json.loads(
            page_after(session, factory_id, after=after, limit=limit).body
        )
    return page


def tell(database: Database, rows: list[Recommendation]) -> None:
    with database.write() as session:
        append(
            session,
            [one for row in rows for one in news("recommendation.issued", row, at=AT)],
        )


@pytest.fixture
def rows(database: Database, scene: Scene) -> list[Recommendation]:
    """One recommendation at each factory, both told of."""
    decide(database, scene, run_of(scene))
    decide(database, scene, to_fab2(scene))
    return stored(database)


def test_an_empty_feed_still_names_a_cursor_to_go_on_from(database: Database, scene: Scene) -> None:
    page = read(database, scene.fab1)

    assert (page["data"], page["has_more"]) == ([], False)
    decide(database, scene, run_of(scene))
    behind = read(database, scene.fab1, page["next_cursor"])
    assert [event["seq"] for event in behind["data"]] == [1]


def test_an_event_shows_the_recommendation_as_it_stood(database: Database, scene: Scene) -> None:
    decide(database, scene, run_of(scene))
    decide(database, scene, run_of(scene, medium=200))

    first, second, third = read(database, scene.fab1)["data"]

    assert (first["seq"], first["type"]) == (1, "recommendation.issued")
    assert first["at"] == "2026-03-02T10:15:00Z"
    assert first["recommendation"]["status"] == "open"
    assert first["recommendation"]["superseded_by"] is None
    assert second["recommendation"]["status"] == "superseded"
    assert second["recommendation"]["superseded_by"] == third["recommendation"]["id"]
    assert third["recommendation"]["supersedes"] == first["recommendation"]["id"]


def test_pages_of_any_size_add_up(database: Database, scene: Scene) -> None:
    for medium in (100, 200, 300):
        decide(database, scene, run_of(scene, medium=medium))

    pages = []
    cursor, more = None, True
    while more:
        page = read(database, scene.fab1, cursor, 2)
        pages.append([event["seq"] for event in page["data"]])
        cursor, more = page["next_cursor"], page["has_more"]

    assert pages == [[1, 2], [3, 4], [5]]
    assert read(database, scene.fab1, cursor)["data"] == []


def test_each_event_carries_the_cursor_behind_it(
    database: Database, scene: Scene, rows: list[Recommendation]
) -> None:
    first, _ = read(database, scene.fab1)["data"]

    behind = read(database, scene.fab1, first["cursor"])

    assert [event["seq"] for event in behind["data"]] == [2]


def test_the_position_of_the_feed_is_the_cursor_of_its_newest_event(
    database: Database, scene: Scene, rows: list[Recommendation]
) -> None:
    with database.read() as session:
        cursor = head_of(session, scene.fab1).cursor

    assert cursor == read(database, scene.fab1)["next_cursor"]


def test_the_chain_of_hashes_covers_every_event(
    database: Database, scene: Scene, rows: list[Recommendation]
) -> None:
    with database.read() as session:
        events = session.scalars(
            select(FeedEvent).where(FeedEvent.factory_id == scene.fab1).order_by(FeedEvent.seq)
        ).all()
        head = session.get_one(FeedHead, scene.fab1)

    chained = "0" * 64
    for event in events:
        chained = chain(chained, event.seq, event.body)
        assert event.hash == chained
    assert (head.last_seq, head.last_hash) == (2, chained)


def test_a_transaction_that_rolls_back_leaves_no_gap(
    database: Database, scene: Scene, rows: list[Recommendation]
) -> None:
    def fail() -> None:
        with database.write() as session:
            append(session, news("recommendation.issued", rows[0], at=AT))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    tell(database, [rows[0]])

    assert [event["seq"] for event in read(database, scene.fab1)["data"]] == [1, 2, 3]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "cursor", ["", "x", "é", "AAAA", "A" * 200, "0", encode(1, "ab" * 32)[:-1]]
)
def test_what_is_no_cursor_is_malformed(database: Database, scene: Scene, cursor: str) -> None:
    with pytest.raises(Malformed) as refused:
        read(database, scene.fab1, cursor)

    assert refused.value.refusal_code == "bad_cursor"


def test_a_cursor_reads_back() -> None:
    position = decode(encode(2**40, "ab" * 32))

    assert (position.seq, position.hash_prefix) == (2**40, "ab" * 8)


def test_a_cursor_from_another_history_is_gone(
    database: Database, scene: Scene, rows: list[Recommendation]
) -> None:
    with pytest.raises(Gone) as refused:
        read(database, scene.fab1, encode(1, "ab" * 32))

    again = read(database, scene.fab1, refused.value.restart_at)
    assert [event["seq"] for event in again["data"]] == [1, 2]


def test_a_cursor_beyond_the_head_is_gone(
    database: Database, scene: Scene, rows: list[Recommendation]
) -> None:
    beyond = read(database, scene.fab1)["next_cursor"]
    with database.write() as session:
        session.execute(delete(FeedEvent).where(FeedEvent.factory_id == scene.fab1))
        session.execute(delete(FeedHead).where(FeedHead.factory_id == scene.fab1))

    with pytest.raises(Gone):
        read(database, scene.fab1, beyond)


def test_a_huge_position_is_gone_not_an_error(database: Database, scene: Scene) -> None:
    with pytest.raises(Gone):
        read(database, scene.fab1, encode(2**63, "ab" * 32))


def test_a_changed_event_breaks_the_chain_for_its_readers(
    database: Database, scene: Scene, rows: list[Recommendation]
) -> None:
    first = read(database, scene.fab1, limit=1)["next_cursor"]
    with database.write() as session:
        session.execute(
            update(FeedEvent).where(FeedEvent.seq == 1).values(hash=chain("0" * 64, 1, "{}"))
        )

    with pytest.raises(Gone):
        read(database, scene.fab1, first)
