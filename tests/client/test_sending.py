"""Trying again: when, how long after, and with what kept the same."""

import threading
from collections.abc import Callable, Iterable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from app.client import NotUnderstood, ProblemError, Retries, ShortrunClient, Unreachable

Answer = httpx.Response | Exception
EVENT = {
    "event_id": "e1",
    "sku": "S2-BLK-M",
    "kind": "sale",
    "quantity": 1,
    "occurred_at": "2026-03-02T10:00:00Z",
}
DONE = {"accepted": 1, "duplicates": 0, "rejected": 0, "results": []}


class Service:
    """Gives the prepared answers in turn and remembers what it was asked."""

    def __init__(self, answers: Iterable[Answer]) -> None:
        self.answers = list(answers)
        self.asked: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def client_of(
    service: Callable[[httpx.Request], httpx.Response], pauses: list[float]
) -> ShortrunClient:
    return ShortrunClient(
        "http://service.test",
        "sr_test_key",
        transport=httpx.MockTransport(service),
        retries=Retries(attempts=3, first_delay=1.0, longest_delay=30.0, pause=pauses.append),
    )


def test_a_busy_service_is_asked_again_with_the_same_body_and_idempotency_key() -> None:
    service = Service([httpx.Response(504), httpx.Response(502), httpx.Response(200, json=DONE)])

    with client_of(service, []) as client:
        answer = client.post_sales([EVENT])

    assert answer["accepted"] == 1
    assert len({request.headers["Idempotency-Key"] for request in service.asked}) == 1
    assert len({request.content for request in service.asked}) == 1
    assert len(service.asked) == 3


def test_two_calls_have_different_idempotency_keys() -> None:
    service = Service([httpx.Response(200, json=DONE), httpx.Response(200, json=DONE)])

    with client_of(service, []) as client:
        client.post_sales([EVENT])
        client.post_sales([EVENT])

    first, second = (request.headers["Idempotency-Key"] for request in service.asked)
    assert first != second


def test_the_wait_is_the_one_that_the_service_asks_for() -> None:
    pauses: list[float] = []
    limited = httpx.Response(429, headers={"Retry-After": "7"})
    service = Service([limited, httpx.Response(200, json={"now": "2026-03-02T00:00:00Z"})])

    with client_of(service, pauses) as client:
        client.clock()

    assert pauses == [7.0]


def test_a_wait_longer_than_the_callers_patience_ends_the_tries() -> None:
    pauses: list[float] = []
    service = Service([httpx.Response(429, headers={"Retry-After": "3600"})])

    with client_of(service, pauses) as client, pytest.raises(ProblemError, match="429 http_429"):
        client.clock()

    assert pauses == []


def test_a_retry_date_in_the_past_means_at_once() -> None:
    pauses: list[float] = []
    away = httpx.Response(503, headers={"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"})
    service = Service([away, httpx.Response(200, json={"now": "2026-03-02T00:00:00Z"})])

    with client_of(service, pauses) as client:
        client.clock()

    assert pauses == [0.0]


def test_a_broken_connection_is_tried_again_after_growing_waits_and_then_reported() -> None:
    pauses: list[float] = []
    service = Service([httpx.ConnectError("refused")] * 3)

    with client_of(service, pauses) as client, pytest.raises(Unreachable, match="refused"):
        client.clock()

    first, second = pauses
    assert 0.5 <= first <= 1.0
    assert 1.0 <= second <= 2.0


def test_a_refusal_is_final_and_names_the_fields() -> None:
    refusal = httpx.Response(
        422,
        json={
            "type": "about:blank",
            "title": "Not valid",
            "status": 422,
            "detail": "1 field is not valid",
            "code": "validation_failed",
            "request_id": "req-1",
            "errors": [{"pointer": "/events/0/sku", "code": "missing", "message": "is missing"}],
        },
    )
    service = Service([refusal])

    with client_of(service, []) as client, pytest.raises(ProblemError) as caught:
        client.post_sales([EVENT])

    assert (caught.value.status, caught.value.code) == (422, "validation_failed")
    assert caught.value.errors[0]["pointer"] == "/events/0/sku"
    assert caught.value.request_id == "req-1"
    assert str(caught.value) == (
        "422 validation_failed: 1 field is not valid (/events/0/sku: is missing)"
    )


def test_what_a_problem_adds_to_the_usual_members_is_kept() -> None:
    gone = {"status": 410, "code": "cursor_expired", "title": "Gone", "restart_at": "c-9"}
    service = Service([httpx.Response(410, json=gone)])

    with client_of(service, []) as client, pytest.raises(ProblemError) as caught:
        client.feed_page("fab1", after="c-1")

    assert caught.value.extensions == {"restart_at": "c-9"}


def test_a_proxys_html_page_is_a_problem_too() -> None:
    service = Service([httpx.Response(404, html="<h1>Not here</h1>")])

    with client_of(service, []) as client, pytest.raises(ProblemError, match="404 http_404"):
        client.clock()


def test_a_portals_page_in_place_of_an_answer_is_not_taken_for_one() -> None:
    service = Service([httpx.Response(200, html="<h1>Log in to this network</h1>")])

    with client_of(service, []) as client, pytest.raises(NotUnderstood, match="but text/html"):
        client.clock()


def test_a_refusal_says_how_long_the_service_wants_to_be_left_alone() -> None:
    service = Service([httpx.Response(503, headers={"Retry-After": "3600"})])

    with client_of(service, []) as client, pytest.raises(ProblemError) as caught:
        client.clock()

    assert caught.value.retry_after == 3600.0


def test_a_lost_try_that_still_runs_is_waited_for() -> None:
    running = httpx.Response(409, json={"code": "still_running", "title": "Conflict"})
    service = Service([httpx.ReadTimeout("slow"), running, httpx.Response(200, json=DONE)])

    with client_of(service, []) as client:
        answer = client.post_sales([EVENT])

    assert answer["accepted"] == 1


def test_what_a_lost_try_deleted_already_is_deleted() -> None:
    service = Service([httpx.ReadTimeout("slow"), httpx.Response(404)])

    with client_of(service, []) as client:
        client.delete_material("oxford")

    assert [request.method for request in service.asked] == ["DELETE", "DELETE"]


def test_what_was_never_there_is_not_deleted() -> None:
    service = Service([httpx.Response(503), httpx.Response(404)])

    with client_of(service, []) as client, pytest.raises(ProblemError, match="404"):
        client.delete_material("oxford")


def test_any_other_conflict_is_final() -> None:
    service = Service([httpx.Response(409, json={"code": "not_open", "title": "Conflict"})])

    with client_of(service, []) as client, pytest.raises(ProblemError, match="not_open"):
        client.respond("rec_1", {"decision": "accept"})


@pytest.fixture
def local_service() -> Iterator[str]:
    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_a_service_on_this_machine_is_not_looked_for_behind_a_proxy(
    local_service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "")

    with ShortrunClient(local_service) as client:
        assert client.is_ready()
