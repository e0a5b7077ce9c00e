"""Parameters that a route does not know, or that are given twice, are refused by name."""

import pytest

from tests.web.asgi import Client


@pytest.mark.parametrize(
    ("address", "code", "name"),
    [
        ("/v1/numbers?lest=1", "unknown_parameter", "lest"),
        ("/v1/numbers?Least=1", "unknown_parameter", "Least"),
        ("/v1/numbers?=1", "unknown_parameter", ""),
        ("/v1/numbers?least=1&least=1", "repeated_parameter", "least"),
        ("/v1/numbers?limit=1&cursor=&cursor=", "repeated_parameter", "cursor"),
        ("/v1/numbers?least=1&lea%73t=2", "repeated_parameter", "least"),
        ("/v1/polled?wait=5", "unknown_parameter", "wait"),
        ("/v1/chosen?of=1&more=3&more=3", "repeated_parameter", "more"),
        ("/v1/things/a?thing=b", "unknown_parameter", "thing"),
        ("/v1/things/a?%3Cb%3E=1", "unknown_parameter", "?b?"),
    ],
)
def test_a_parameter_that_would_be_ignored_is_refused_by_name(
    client: Client, address: str, code: str, name: str
) -> None:
    answer = client.get(address)

    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert answer.json()["detail"].startswith(f"the parameter {name} is ")


@pytest.mark.parametrize(
    "address",
    [
        "/v1/numbers?least=1&",
        "/v1/chosen?of=1&of=2&more=3",
        "/v1/things/a?thing=a",
        "/v1/things/a?brand=acme",
        "/v1/things/a?factory=fab1",
    ],
    ids=["known", "a list", "what the path names", "a brand", "a factory"],
)
def test_a_known_parameter_is_taken(client: Client, address: str) -> None:
    assert client.get(address).status_code == 200


def test_nothing_is_done_where_a_parameter_is_refused(client: Client) -> None:
    refused = client.post("/v1/things/a/done?y=1", {})
    done = client.post("/v1/things/a/done?x=1", {})

    assert refused.status_code == 400
    assert done.json() == {"number": 1}


def test_without_a_key_nothing_is_said_of_parameters(client: Client) -> None:
    answer = Client(client.app).get("/v1/numbers?lest=1")

    assert answer.status_code == 401
