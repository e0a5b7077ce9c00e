"""Those who have an answer already are told so without it."""

import pytest
from fastapi import Request

from app.web.etag import names, wait_asked
from tests.web.asgi import Client


def test_who_has_the_answer_gets_304_without_a_body(client: Client) -> None:
    etag = client.get("/v1/polled").headers["etag"]

    answer = client.get("/v1/polled", headers={"If-None-Match": etag})

    assert answer.status_code == 304
    assert answer.content == b""
    assert answer.headers["etag"] == etag


def test_who_has_another_answer_gets_this_one(client: Client) -> None:
    answer = client.get("/v1/polled", headers={"If-None-Match": '"other"'})

    assert answer.status_code == 200
    assert answer.json() == {"number": 7}


@pytest.mark.parametrize(
    ("header", "named"),
    [
        (None, False),
        ("*", True),
        ('"a"', True),
        ('W/"a"', True),
        ('"b", W/"a" , "c"', True),
        ('"b,a"', False),
        ('"b"', False),
        ("a", False),
        ("", False),
    ],
)
def test_a_tag_is_found_in_any_form_of_the_header(header: str | None, named: bool) -> None:
    assert names(header, '"a"') is named


@pytest.mark.parametrize(
    ("prefer", "seconds"),
    [
        ("wait=10", 10),
        ("respond-async, wait=10", 10),
        ("return=minimal; wait=5", 5),
        ('Wait = "7"', 7),
        ("wait=900", 50),
        ("wait=-1", 0),
        ("wait=soon", 0),
        ("", 0),
    ],
)
def test_a_preferred_wait_is_read_and_bounded(prefer: str, seconds: int) -> None:
    request = Request({"type": "http", "headers": [(b"prefer", prefer.encode())]})

    assert wait_asked(request) == seconds
