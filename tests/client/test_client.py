"""What the calls send, and how lists and the feed are read to their end."""

import json

import httpx
import pytest

from app.client import ShortrunClient


def client_of(handler: "Handler", **options: str) -> ShortrunClient:
    return ShortrunClient(
        "http://service.test", "sr_test_key", transport=httpx.MockTransport(handler), **options
    )


class Handler:
    """Answers each path with what was prepared for it, in turn, and remembers the requests."""

    def __init__(self, **answers: list[httpx.Response]) -> None:
        self.answers = answers
        self.asked: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        name = request.url.path.rsplit("/", 1)[-1].replace("-", "_")
        return self.answers[name].pop(0)


def page(data: list[object], next_cursor: str | None) -> httpx.Response:
    return httpx.Response(
        200,
        json={"data": data, "has_more": next_cursor is not None, "next_cursor": next_cursor},
    )


def event(seq: int) -> dict[str, object]:
    return {"seq": seq, "cursor": f"c{seq}", "type": "recommendation.issued"}


def test_the_key_goes_with_every_call() -> None:
    handler = Handler(clock=[httpx.Response(200, json={"now": "2026-03-02T00:00:00Z"})])

    with client_of(handler) as client:
        reading = client.clock()

    assert reading["now"] == "2026-03-02T00:00:00Z"
    assert handler.asked[0].headers["Authorization"] == "Bearer sr_test_key"


@pytest.mark.parametrize(
    ("sku", "path"),
    [
        ("S2/BLK M", b"/v1/forecasts/S2%2FBLK%20M"),
        ("Größe-M", b"/v1/forecasts/Gr%C3%B6%C3%9Fe-M"),
        ("100%", b"/v1/forecasts/100%25"),
        ("..", b"/v1/forecasts/%2E%2E"),
    ],
)
def test_any_sku_stays_one_step_of_the_path(sku: str, path: bytes) -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, json={"periods": []})

    with ShortrunClient("http://service.test", transport=httpx.MockTransport(answer)) as client:
        client.forecast(sku)

    assert asked[0].url.raw_path == path


def test_a_list_is_read_page_after_page() -> None:
    handler = Handler(recommendations=[page([{"id": "r1"}], "next"), page([{"id": "r2"}], None)])

    with client_of(handler) as client:
        found = [each["id"] for each in client.recommendations(status="open")]

    assert found == ["r1", "r2"]
    assert [dict(request.url.params) for request in handler.asked] == [
        {"limit": "500", "status": "open"},
        {"limit": "500", "status": "open", "cursor": "next"},
    ]


def test_the_feed_goes_on_behind_the_cursor_until_there_is_no_more() -> None:
    handler = Handler(feed=[page([event(3), event(4)], "c4"), page([event(5)], None)])

    with client_of(handler) as client:
        seen = [each["seq"] for each in client.feed("fab1", after="c2")]

    assert seen == [3, 4, 5]
    assert [request.url.params["after"] for request in handler.asked] == ["c2", "c4"]


def test_the_feed_from_the_beginning_names_no_cursor() -> None:
    handler = Handler(feed=[page([event(1)], None)])

    with client_of(handler) as client:
        list(client.feed("fab1"))

    assert "after" not in handler.asked[0].url.params


def test_a_long_poll_without_news_is_an_empty_page_at_the_same_place() -> None:
    handler = Handler(feed=[httpx.Response(304)])

    with client_of(handler) as client:
        found = client.feed_page("fab1", after="c7", wait=20)

    assert found == {"data": [], "has_more": False, "next_cursor": "c7"}
    assert handler.asked[0].headers["Prefer"] == "wait=20"


def test_what_stands_comes_whole_with_its_tag_and_the_feed_position() -> None:
    first = httpx.Response(
        200,
        headers={"ETag": '"v1"'},
        json={"data": [{"id": "r1"}], "has_more": True, "next_cursor": "n", "feed_cursor": "c9"},
    )
    handler = Handler(recommendations=[first, page([{"id": "r2"}], None)])

    with client_of(handler) as client:
        standing = client.standing("fab1")

    assert standing is not None
    assert [each["id"] for each in standing.data] == ["r1", "r2"]
    assert (standing.etag, standing.feed_cursor) == ('"v1"', "c9")


def test_what_still_stands_unchanged_is_not_sent_again() -> None:
    handler = Handler(recommendations=[httpx.Response(304)])

    with client_of(handler) as client:
        standing = client.standing("fab1", etag='"v1"')

    assert standing is None
    assert handler.asked[0].headers["If-None-Match"] == '"v1"'


def test_an_ops_key_names_the_brand_it_acts_for() -> None:
    handler = Handler(sales=[httpx.Response(200, json={"accepted": 0})])

    with client_of(handler, brand="acme") as client:
        client.post_sales([])

    assert dict(handler.asked[0].url.params) == {"brand": "acme"}


def test_a_refresh_is_waited_for_until_it_is_done() -> None:
    steps = [
        httpx.Response(200, json={"id": "r", "status": s}) for s in ("queued", "running", "done")
    ]
    handler = Handler(r=steps)

    with client_of(handler) as client:
        finished = client.finish_refresh("r")

    assert finished["status"] == "done"


def test_a_refresh_that_takes_too_long_is_given_up() -> None:
    handler = Handler()

    with client_of(handler) as client, pytest.raises(TimeoutError, match="within 0 s"):
        client.finish_refresh("r", within=0.0)


def test_a_key_is_bound_to_its_one_tenant() -> None:
    handler = Handler(api_keys=[httpx.Response(201, json={"id": "k", "key": "sr_live_x"})])

    with client_of(handler) as client:
        created = client.create_key("factory", name="Line 1", factory="fab1")

    assert created["key"] == "sr_live_x"
    assert json.loads(handler.asked[0].content) == {
        "role": "factory",
        "name": "Line 1",
        "factory": "fab1",
    }
