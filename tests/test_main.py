"""The assembled app: what it publishes about itself."""

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from app.database.database import Database
from app.main import create_app, openapi_document
from app.settings import Settings
from tests.web.asgi import Client

COMMITTED = Path(__file__).parents[1] / "openapi.json"
NO_KEY = {"livez", "readyz", "receive_webhook"}


@pytest.fixture
def client() -> Client:
    return Client(create_app(Settings(sandbox=True), Database("sqlite://")))


@pytest.fixture
def operations(client: Client) -> list[dict[str, Any]]:
    document = client.get("/openapi.json").json()
    return [operation for path in document["paths"].values() for operation in path.values()]


def test_the_committed_contract_is_the_one_served() -> None:
    served = openapi_document(Settings(), Database("sqlite://"))

    assert COMMITTED.read_bytes() == served, "run: uv run shortrun openapi > openapi.json"


def test_every_operation_has_one_tag_a_stable_name_and_words(
    operations: list[dict[str, Any]],
) -> None:
    names = Counter(operation["operationId"] for operation in operations)

    assert [name for name, count in names.items() if count > 1] == []
    assert [o["operationId"] for o in operations if len(o.get("tags", [])) != 1] == []
    assert [o["operationId"] for o in operations if not o.get("description")] == []


def test_every_operation_shows_an_example(operations: list[dict[str, Any]]) -> None:
    unshown = []
    for operation in operations:
        shown = [
            parameter for parameter in operation.get("parameters", []) if "example" in parameter
        ]
        bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
        media = [body.get("content", {}).get("application/json", {}) for body in bodies]
        if not shown and not any("example" in one for one in media):
            unshown.append(operation["operationId"])

    assert unshown == ["metrics"]


def test_every_keyed_operation_declares_its_problems(operations: list[dict[str, Any]]) -> None:
    keyed = [o for o in operations if o["operationId"] not in NO_KEY]

    for operation in keyed:
        refused = operation["responses"]["401"]["content"]
        assert list(refused) == ["application/problem+json"]
    assert {o["operationId"] for o in operations if o.get("security") == []} == NO_KEY


def test_every_post_takes_an_idempotency_key(client: Client) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    keyed = [path["post"] for path in paths.values() if "post" in path]
    posts = [operation for operation in keyed if operation["operationId"] not in NO_KEY]

    named = {"$ref": "#/components/parameters/IdempotencyKey"}
    assert [o["operationId"] for o in posts if named not in o["parameters"]] == []


def test_the_docs_page_needs_nothing_from_elsewhere(client: Client) -> None:
    page = client.get("/docs")
    linked = set(re.findall(r'(?:href|src)="([^"#]+)', page.text))
    elsewhere = [path for path in linked if not path.startswith("/")]

    assert page.status_code == 200
    assert elsewhere == []
    assert {client.get(path).status_code for path in linked} == {200}
    assert "connect-src 'self'" in page.headers["content-security-policy"]


def test_the_docs_give_only_their_own_files(client: Client) -> None:
    assert client.get("/docs/..%2F__init__.py").status_code == 404
    assert client.get("/docs/LICENSE.swagger-ui.txt").status_code == 404


def test_a_path_with_one_slash_too_many_is_not_found(client: Client) -> None:
    assert client.get("/v1/clock/").status_code == 404
    assert client.get("//v1/clock").status_code == 404
