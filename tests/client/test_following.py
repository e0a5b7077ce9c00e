"""A feed read for ever: every event once, whatever ends on either side and comes back."""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import islice
from typing import Any

import httpx
import pytest

from app.client import ProblemError, Retries, ShortrunClient
from app.client.answers import FeedEvent, Standing
from app.client.following import FeedReader
from app.database.database import Database
from app.recommendations.retention import prune_feeds
from tests.client.live import LiveService, change, restore
from tests.recommendations.scene import AT, Scene


def seqs(found: list[FeedEvent | Standing]) -> list[int | str]:
    return ["standing" if isinstance(one, Standing) else one["seq"] for one in found]


def test_a_follower_sees_each_event_once_while_the_service_comes_and_goes(
    service: LiveService, database: Database, scene: Scene, fab1_key: str
) -> None:
    change(database, scene, 3)
    found: list[FeedEvent | Standing] = []

    def follow() -> None:
        with service.client(fab1_key) as client:
            found.extend(islice(client.follow("fab1", wait=5), 21))

    reader = threading.Thread(target=follow)
    reader.start()
    for _ in range(2):
        change(database, scene, 2)
        service.stop()
        change(database, scene, 2)
        service.start()
    reader.join(60)

    assert seqs(found) == list(range(1, 22))


def test_a_reader_that_begins_again_goes_on_behind_what_it_dealt_with(
    service: LiveService, database: Database, scene: Scene, fab1_key: str
) -> None:
    change(database, scene, 3)
    found: list[FeedEvent | Standing] = []
    after = None

    for _ in range(5):
        with service.client(fab1_key) as client:
            event = next(client.follow("fab1", after=after))
        assert not isinstance(event, Standing)
        found.append(event)
        after = event["cursor"]

    assert seqs(found) == [1, 2, 3, 4, 5]


def test_after_a_restore_a_reader_gets_what_stands_and_then_what_follows(
    service: LiveService, database: Database, scene: Scene, fab1_key: str
) -> None:
    change(database, scene, 4)
    with service.client(fab1_key) as client:
        before = list(islice(client.follow("fab1"), 7))
        last = before[-1]
        assert not isinstance(last, Standing)
        restore(database, 3)
        follower = client.follow("fab1", after=last["cursor"])

        first = next(follower)
        change(database, scene, 1)
        after = [first, *islice(follower, 2)]

    assert seqs(after) == ["standing", 4, 5]
    assert isinstance(first, Standing)
    assert [one["id"] for one in first.data] == [last["recommendation"]["id"]]


@pytest.mark.parametrize("has_read", [0, 1])
def test_whoever_comes_after_old_events_were_forgotten_begins_with_what_stands(
    service: LiveService, database: Database, scene: Scene, fab1_key: str, has_read: int
) -> None:
    change(database, scene, 3)
    with service.client(fab1_key) as client:
        events = list(client.feed("fab1"))
        after = [None, events[0]["cursor"]][has_read]
        prune_feeds(database, before=AT + timedelta(seconds=1))
        follower = client.follow("fab1", after=after)

        first = next(follower)
        change(database, scene, 1)
        found = [first, *islice(follower, 2)]

    assert seqs(found) == ["standing", 6, 7]
    assert isinstance(first, Standing)
    assert [one["id"] for one in first.data] == [events[-1]["recommendation"]["id"]]


class FeedOf:
    """Answers the feed and the lists with what was prepared, in turn."""

    def __init__(
        self, pages: list[httpx.Response], standing: dict[str, list[Any]] | None = None
    ) -> None:
        self.pages = pages
        self.standing = standing or {}
        self.asked: list[httpx.URL] = []
        self.lists = 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.url)
        if request.url.path.endswith("/feed"):
            return self.pages.pop(0)
        self.lists += 1
        rows = self.standing.get(request.url.params["status"], [])
        body = {"data": rows, "has_more": False, "next_cursor": None}
        return httpx.Response(200, json=body | {"feed_cursor": f"list-{self.lists}"})


def page(*numbers: int, more: bool = False) -> httpx.Response:
    events = [{"seq": number, "cursor": f"c{number}"} for number in numbers]
    cursor = f"c{numbers[-1]}" if numbers else "c0"
    return httpx.Response(200, json={"data": events, "has_more": more, "next_cursor": cursor})


GONE = httpx.Response(410, json={"code": "cursor_expired", "title": "Gone", "restart_at": "c0"})


@pytest.fixture
def reader_of() -> Iterator[Callable[..., tuple[FeedReader, list[float]]]]:
    opened: list[ShortrunClient] = []

    def made(feed: FeedOf, after: str | None = "c2") -> tuple[FeedReader, list[float]]:
        pauses: list[float] = []
        client = ShortrunClient(
            "http://service.test",
            "sr_test_key",
            transport=httpx.MockTransport(feed),
            retries=Retries(attempts=1, first_delay=0.5, pause=pauses.append),
        )
        opened.append(client)
        return FeedReader(client, "fab1", after=after), pauses

    yield made
    for client in opened:
        client.close()


Make = Callable[..., tuple[FeedReader, list[float]]]


def test_what_stands_is_all_that_can_be_answered_as_of_the_first_list(reader_of: Make) -> None:
    rows = {"open": [{"id": "r1"}, {"id": "r2"}], "countered": [{"id": "r2"}, {"id": "r3"}]}
    feed = FeedOf([GONE, page(9)], rows)
    reader, _ = reader_of(feed)

    first = next(reader.for_ever())

    assert isinstance(first, Standing)
    assert [one["id"] for one in first.data] == ["r1", "r2", "r3"]
    assert reader.after == "list-1"


def test_a_feed_that_refuses_its_own_restart_is_an_error(reader_of: Make) -> None:
    reader, _ = reader_of(FeedOf([GONE, GONE]))
    pieces = reader.for_ever()
    next(pieces)

    with pytest.raises(ProblemError, match="410 cursor_expired"):
        next(pieces)


def test_a_new_reader_of_a_pruned_feed_begins_with_what_stands(reader_of: Make) -> None:
    reader, _ = reader_of(FeedOf([page(41, 42), page(43)], {"open": [{"id": "r1"}]}), after=None)

    pieces = list(islice(reader.for_ever(), 2))

    assert isinstance(pieces[0], Standing)
    assert not isinstance(pieces[1], Standing)
    assert [event["seq"] for event in pieces[1]["data"]] == [43]


def test_a_new_reader_of_a_pruned_feed_in_which_nothing_stands_reads_what_is_left(
    reader_of: Make,
) -> None:
    reader, _ = reader_of(FeedOf([page(41, 42)]), after=None)

    piece = next(reader.for_ever())

    assert not isinstance(piece, Standing)
    assert [event["seq"] for event in piece["data"]] == [41, 42]
    assert reader.after == "c42"


def test_a_service_that_is_away_is_waited_for_as_long_as_it_asks(reader_of: Make) -> None:
    away = httpx.Response(503, headers={"Retry-After": "90"})
    reader, pauses = reader_of(FeedOf([away, httpx.Response(500), page(3)]))

    piece = next(reader.for_ever())

    assert not isinstance(piece, Standing)
    assert [event["seq"] for event in piece["data"]] == [3]
    assert pauses[0] == 90.0
    assert 0.5 <= pauses[1] <= 1.0


def test_a_key_that_is_refused_ends_it(reader_of: Make) -> None:
    reader, _ = reader_of(FeedOf([httpx.Response(401)]))

    with pytest.raises(ProblemError, match="401"):
        next(reader.for_ever())


def test_a_proxy_that_holds_no_request_is_not_asked_without_a_pause(reader_of: Make) -> None:
    feed = FeedOf([page(), page(), page(3)])
    reader, pauses = reader_of(feed)

    next(reader.for_ever())

    assert pauses == [1.0, 1.0]
    assert [url.params["after"] for url in feed.asked] == ["c2", "c0", "c0"]
