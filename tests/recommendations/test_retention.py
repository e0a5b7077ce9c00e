"""Feeds forget their oldest events, and tell who lags behind how to start again."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from app.clock.time import set_now
from app.database.database import Database
from app.errors import Gone
from app.recommendations.feed import append, news
from app.recommendations.reading import page_after
from app.recommendations.retention import prune_feeds
from app.recommendations.tables import FeedEvent
from app.settings import Settings
from app.worker import Worker
from tests.recommendations.scene import AT, Call, Scene, decide, run_of, stored, to_fab2

DAY = timedelta(days=1)


@pytest.fixture
def three_days(database: Database, scene: Scene) -> list[str]:
    """Three events at the first factory, a day between each; the cursors behind them."""
    decide(database, scene, run_of(scene))
    for days in (1, 2):
        tell(database, at=AT + days * DAY)
    return [event["cursor"] for event in read(database, scene.fab1)["data"]]


def tell(database: Database, *, at: datetime) -> None:
    row = stored(database)[0]
    with database.write() as session:
        append(session, news("recommendation.issued", row, at=at))


def read(database: Database, factory_id: int, after: str | None = None) -> dict[str, Any]:
    with database.read() as session:
        page: dict[str, Any] = json.loads(
            page_after(session, factory_id, after=after, limit=100).body
        )
    return page


def seqs(page: dict[str, Any]) -> list[int]:
    return [event["seq"] for event in page["data"]]


def test_only_what_is_older_goes(database: Database, scene: Scene, three_days: list[str]) -> None:
    decide(database, scene, to_fab2(scene), at=AT + 2 * DAY)

    pruned = prune_feeds(database, before=AT + 2 * DAY)

    assert pruned == 2
    assert seqs(read(database, scene.fab1)) == [3, 4]
    assert seqs(read(database, scene.fab2)) == [1]
    assert prune_feeds(database, before=AT + 2 * DAY) == 0


def test_positions_go_on_where_they_were_when_all_was_pruned(
    database: Database, scene: Scene, three_days: list[str]
) -> None:
    prune_feeds(database, before=AT + 9 * DAY)
    empty = read(database, scene.fab1)

    tell(database, at=AT + 9 * DAY)

    assert (empty["data"], empty["next_cursor"]) == ([], three_days[2])
    assert seqs(read(database, scene.fab1, three_days[2])) == [4]
    assert seqs(read(database, scene.fab1)) == [4]


def test_who_has_read_up_to_the_floor_misses_nothing(
    database: Database, scene: Scene, three_days: list[str]
) -> None:
    prune_feeds(database, before=AT + DAY)

    assert seqs(read(database, scene.fab1, three_days[0])) == [2, 3]


def test_who_lags_behind_the_floor_is_gone_and_may_restart_there(
    database: Database, scene: Scene, three_days: list[str]
) -> None:
    prune_feeds(database, before=AT + 2 * DAY)

    with pytest.raises(Gone) as refused:
        read(database, scene.fab1, three_days[0])

    assert refused.value.restart_at == three_days[1]
    assert seqs(read(database, scene.fab1, refused.value.restart_at)) == [3]


def test_who_lags_behind_starts_again_from_the_standing_list(
    database: Database, scene: Scene, call: Call, fab1_key: str, three_days: list[str]
) -> None:
    prune_feeds(database, before=AT + 2 * DAY)
    behind = call(fab1_key, "GET", f"/v1/factories/fab1/feed?after={three_days[0]}")

    listed = call(fab1_key, "GET", "/v1/factories/fab1/recommendations").json()
    tell(database, at=AT + 3 * DAY)
    after = call(fab1_key, "GET", f"/v1/factories/fab1/feed?after={listed['feed_cursor']}")

    assert (behind.status_code, behind.json()["restart_at"]) == (410, three_days[1])
    assert "read the standing list and go on from its feed_cursor" in behind.json()["detail"]
    assert len(listed["data"]) == 1
    assert seqs(after.json()) == [4]


def test_many_events_go_in_several_transactions(
    database: Database, scene: Scene, three_days: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.recommendations.retention.EVENTS_A_TRANSACTION", 2)

    assert prune_feeds(database, before=AT + 9 * DAY) == 3


@pytest.mark.parametrize(("days", "kept"), [(None, 3), (1, 1)])
def test_a_worker_prunes_when_it_was_told_how_long_to_keep(
    database: Database, scene: Scene, three_days: list[str], days: int | None, kept: int
) -> None:
    with database.write() as session:
        set_now(session, AT + 3 * DAY)

    Worker(database, Settings(sandbox=True, feed_retention_days=days)).step()

    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(FeedEvent)) == kept
