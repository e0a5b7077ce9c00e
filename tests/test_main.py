"""The assembled app: what it publishes about itself."""

import re
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from app.catalog.queries import active_style_ids
from app.database.database import Database
from app.jobs.signals import FEW
from app.jobs.work import claim
from app.main import create_app, openapi_document
from app.parties.issue_keys import Wanted, issue_key
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


def test_styles_that_came_together_are_due_by_an_earlier_time_that_a_sandbox_is_set_to(
    database: Database, database_url: str
) -> None:
    wall, set_to = datetime.now(UTC), datetime(2026, 3, 2, 10, 15, tzinfo=UTC)
    with database.write() as session:
        key = issue_key(session, Wanted("ops", "root"), sandbox=True, at=wall).key
    app = create_app(Settings(database_url=database_url, sandbox=True), database)
    ops, count = Client(app, key), FEW + 1
    ops.put("/v1/brands/acme", {"name": "Acme", "timezone": "Europe/Paris", "currency": "EUR"})
    styles = [
        {
            "style": f"S{number}",
            "name": "Tee",
            "currency": "EUR",
            "price": "19.00",
            "skus": [{"sku": f"S{number}-M"}],
        }
        for number in range(count)
    ]
    taken = ops.post("/v1/catalog?brand=acme", {"styles": styles})

    put = ops.put("/v1/clock", {"now": set_to.isoformat()})

    assert (taken.json()["accepted"], put.status_code) == (count, 200)
    with database.write() as session:
        due = claim(session, at=set_to, wall=wall, limit=1_000, lease_seconds=60)
        assert due is not None
        assert sorted(due.generations) == active_style_ids(session, due.group_id)
        assert len(due.generations) == count
