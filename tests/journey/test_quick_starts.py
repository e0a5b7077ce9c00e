"""The quick starts at /docs, run as they are printed, and then every example of the reference."""

import json
import os
import re
import subprocess
from typing import Any

import httpx
import pytest

from app.web.docs.quick_start import FOLDER
from tests.journey.conftest import Service

ONLY_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""What is printed does not depend on the database, and starting the service takes seconds."""

NOT_NOW = {
    "respond": (409, "the quick start has accepted it"),
    "release_recommendation": (409, "it never was a draft"),
    "withdraw_recommendation": (409, "it is accepted"),
    "review_counter": (409, "nobody countered it"),
    "get_backtest_picture": (404, "there is no backtest"),
    "start_backtest": (422, "a shop of one sale has no past"),
    "get_backtest": (404, "there is none"),
    "post_run_events": (422, "the example's day lies before the acceptance of just now"),
    "post_import": (415, "a form with a file"),
    "get_import": (404, "there is none"),
    "get_import_errors": (404, "there is none"),
    "receive_webhook": (401, "nobody signed it"),
    "post_reconciliation": (409, "no shop is at the end of it"),
    "get_quarantined": (404, "nothing waits"),
    "replay_quarantined": (404, "nothing waits"),
}
"""Examples that are refused for a good reason in the world of the quick starts."""

NEVER = {"put_clock"}
"""It would set the world back to the day of the example."""

ACTING_FOR = {"brand": "acme", "factory": "fab1"}


def _run(role: str, key: str, service: Service) -> list[dict[str, Any]]:
    """Run a quick start and return the documents it printed."""
    environment = {
        "PATH": os.environ["PATH"],
        "SHORTRUN_URL": service.url,
        f"{role.upper()}_KEY": key,
    }
    done = subprocess.run(
        ["bash", "-eu", "-o", "pipefail", str(FOLDER / f"{role}.sh")],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    reader, found, rest = json.JSONDecoder(), [], done.stdout.strip()
    while rest:
        document, end = reader.raw_decode(rest)
        found.append(document)
        rest = rest[end:].strip()
    return found


def _refused_examples(client: httpx.Client, ids: dict[str, str]) -> dict[str, tuple[int, str]]:
    """Ask every operation as its example says, what puts before what reads; nothing is deleted."""
    document = client.get("/openapi.json").json()
    operations = [
        (path, method, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if method != "delete" and operation["operationId"] not in NEVER
    ]
    operations.sort(key=lambda one: ("put", "post", "get").index(one[1]))
    refused = {}
    for path, method, operation in operations:
        name = operation["operationId"]
        answer = _ask(client, path, method, operation, ids)
        if name == "start_refresh":
            ids["refresh_id"] = answer.json()["id"]
        if answer.is_error and answer.status_code != NOT_NOW.get(name, (0, ""))[0]:
            refused[name] = (answer.status_code, answer.text)
    return refused


def _ask(
    client: httpx.Client, path: str, method: str, operation: dict[str, Any], ids: dict[str, str]
) -> httpx.Response:
    parameters = {one["name"]: one for one in operation.get("parameters", ()) if "name" in one}
    address = re.sub(
        r"{(\w+)}", lambda match: ids.get(match[1]) or parameters[match[1]]["example"], path
    )
    query = {
        name: str(one.get("example", ACTING_FOR.get(name)))
        for name, one in parameters.items()
        if one["in"] == "query" and (one["required"] or name in ACTING_FOR)
    }
    media = operation.get("requestBody", {}).get("content", {}).get("application/json")
    body = None if media is None else _example_of(media)
    return client.request(method, address, params=query, json=body)


def _example_of(media: dict[str, Any]) -> Any:
    if "example" in media:
        return media["example"]
    return next(iter(media["examples"].values()))["value"]


@ONLY_SQLITE
def test_the_quick_starts_run_as_printed_and_every_example_is_answered(service: Service) -> None:
    made = _run("ops", service.ops_key, service)
    keys = {one["role"]: str(one["key"]) for one in made if "key" in one}
    told_brand = _run("brand", keys["brand"], service)
    told_factory = _run("factory", keys["factory"], service)

    refused = {one["code"] for one in (*made, *told_brand, *told_factory) if "code" in one}
    assert refused <= {"not_decided_yet"}
    [run] = told_factory[-1]["data"]

    ids = {"recommendation": run["recommendation"], "run": run["id"], "key_id": made[2]["id"]}
    with httpx.Client(base_url=service.url, timeout=30) as client:
        client.headers["Authorization"] = f"Bearer {service.ops_key}"
        refused_examples = _refused_examples(client, ids)
    assert refused_examples == {}
