"""Pages end where they say, and a cursor is good for its own list alone."""

import base64
import hashlib

import pytest

from tests.web.asgi import Client


def test_pages_follow_each_other_to_the_end(client: Client) -> None:
    first = client.get("/v1/numbers?limit=3").json()
    second = client.get(f"/v1/numbers?limit=3&cursor={first['next_cursor']}").json()
    third = client.get(f"/v1/numbers?limit=3&cursor={second['next_cursor']}").json()

    assert [row["number"] for row in first["data"]] == [0, 1, 2]
    assert [row["number"] for row in second["data"]] == [3, 4, 5]
    assert [row["number"] for row in third["data"]] == [6]
    assert [first["has_more"], second["has_more"], third["has_more"]] == [True, True, False]
    assert third["next_cursor"] is None


def test_the_link_header_leads_to_the_next_page_with_its_filters(client: Client) -> None:
    answer = client.get("/v1/numbers?limit=2&least=1")
    target = answer.headers["link"].removeprefix("<").split(">")[0]

    following = client.get(target)

    assert answer.headers["link"].endswith('>; rel="next"')
    assert [row["number"] for row in following.json()["data"]] == [3, 4]


def test_a_last_page_has_no_link(client: Client) -> None:
    assert "link" not in client.get("/v1/numbers?limit=7").headers


def forged(payload: bytes) -> str:
    """A cursor whose checksum fits: whoever reads the source can make one."""
    check = hashlib.sha256(payload + b"\0" + b"/v1/numbers?").digest()[:6]
    return base64.urlsafe_b64encode(check + payload).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    ["x", "%00", "é", "====", "a" * 900, forged(b"[]"), forged(b"[1,2]"), forged(b'["1"]'),
     forged(b"[true]"), forged(b"[null]"), forged(b"{}"), forged(b"not json"),
     forged(b"[99999999999999999999]"), forged(b"[1.5]")],
)  # fmt: skip
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_is_no_cursor_is_400(client: Client, cursor: str) -> None:
    answer = client.get(f"/v1/numbers?cursor={cursor}")

    assert answer.status_code == 400
    assert answer.json()["code"] in {"bad_cursor", "bad_parameter"}


def test_a_cursor_of_other_filters_is_refused(client: Client) -> None:
    cursor = client.get("/v1/numbers?limit=1").json()["next_cursor"]

    answer = client.get(f"/v1/numbers?limit=1&least=2&cursor={cursor}")

    assert answer.json()["code"] == "bad_cursor"


@pytest.mark.parametrize("limit", ["0", "501", "1.0", "1_0", "%201", "+1", "x", "", "9" * 30])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_limit_is_a_whole_number_from_1_to_500(client: Client, limit: str) -> None:
    answer = client.get(f"/v1/numbers?limit={limit}")

    assert (answer.status_code, answer.json()["code"]) == (400, "bad_parameter")
