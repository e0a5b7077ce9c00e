"""What schemathesis finds between openapi.json and the service: nothing.

It sends what the document allows, follows the links from answer to answer, and holds every answer
against the document. A process of its own: its warnings are its own. The normal run follows
the links for a few seconds, from one seed (that each example is answered as it says,
tests/journey asks). For long, with all that the document forbids (12,000 requests), on both
databases, from a new seed that is printed:

    SHORTRUN_LONG=1 uv run pytest -n 0 -s tests/faults/test_conformance.py
"""

import json
import os
import re
import secrets
import subprocess
import sys
from itertools import chain
from pathlib import Path

import pytest

from app.database.database import Database
from tests.conftest import BACKENDS
from tests.faults.site import Site
from tests.recommendations.scene import AT, build, decide, key_for, offer, run_of

DOCUMENT = Path("openapi.json")
IS_LONG = bool(os.environ.get("SHORTRUN_LONG"))
SEED = os.environ.get("SHORTRUN_SEED", str(secrets.randbelow(10**9)) if IS_LONG else "17")
PHASES = "examples,coverage,fuzzing,stateful" if IS_LONG else "stateful"
EXAMPLES = 100 if IS_LONG else 10

LEFT_OUT = {
    "put_clock": "would move the time under every other request",
    "metrics": "open to this machine without a key",
}
BY_LINKS = [
    "list_recommendations",
    "get_recommendation",
    "replay_recommendation",
    "list_standing",
    "respond",
    "read_feed",
    "list_runs",
    "get_run",
]
"""What the few scenarios of the normal run walk through: one answer leads to the next."""

ALWAYS_FINE = [200, 201, 202, 204, 304, 401, 403, 404, 409]
OPAQUE = {"cursor", "after"}
"""What the service gave out itself: made-up ones are refused, whatever the document can say."""

BOUNDED = {"get_schedule", "get_kpis", "get_demand", "get_sku_forecast", "get_style_forecast"}
"""Their days are of 2000 to 2100, which no format says, or fine only beside some others."""


@pytest.mark.timeout(7200 if IS_LONG else 300)
@pytest.mark.parametrize("database_url", BACKENDS if IS_LONG else ["sqlite"], indirect=True)
def test_the_service_is_as_its_document_says(
    database: Database, site: Site, tmp_path: Path
) -> None:
    print(f"SHORTRUN_SEED={SEED}")
    with database.write() as session:
        scene = build(session)
    offer(database, scene, at=AT)
    decide(database, scene, run_of(scene))
    site.settings = {"SHORTRUN_FAILED_KEYS_PER_MINUTE": "1000000"}  # bad keys are tried too
    site.api()
    (tmp_path / "schemathesis.toml").write_text(_rules())

    told = _schemathesis(site, key_for(database, "ops"), tmp_path)

    assert told.returncode == 0, told.stdout[-20_000:]
    assert IS_LONG or re.search(r"API Links: +[1-9]", told.stdout), told.stdout


def _schemathesis(site: Site, key: str, folder: Path) -> subprocess.CompletedProcess[str]:
    chosen = [("--exclude-operation-id", name) for name in LEFT_OUT]
    if not IS_LONG:
        chosen = [("--include-operation-id", name) for name in BY_LINKS]
    command = [
        *(sys.executable, "-m", "schemathesis.cli"),
        *("--config-file", str(folder / "schemathesis.toml")),
        *("run", str(DOCUMENT.absolute()), "--url", site.url),
        *("--header", f"Authorization: Bearer {key}"),
        *("--phases", PHASES, "--max-examples", str(EXAMPLES), "--seed", SEED),
        *("--continue-on-failure", "--warnings", "off"),
        *([] if IS_LONG else ["--no-shrink", "--generation-deterministic"]),
        *chain.from_iterable(chosen),
    ]
    return subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False)


def _rules() -> str:
    """Write which party is named everywhere, and where a refusal says nothing of the document."""
    lines = ["[parameters]"]
    lines += [f'"{place}.brand" = "acme"' for place in ("query", "path")]
    lines += [f'"{place}.factory" = "fab1"' for place in ("query", "path")]
    for methods in json.loads(DOCUMENT.read_text())["paths"].values():
        for told in methods.values():
            may = _may_also(told)
            if may:
                fine = [*ALWAYS_FINE, *may]
                lines += [
                    "[[operations]]",
                    f'include-operation-id = "{told["operationId"]}"',
                    f"checks.positive_data_acceptance.expected-statuses = {fine}",
                ]
    return "\n".join(lines) + "\n"


def _may_also(told: dict[str, object]) -> list[int]:
    """Return the refusals of a request that the document allows.

    What a body means is more than a schema says: a SKU that there is, an end after the launch.
    And an `Idempotency-Key` that is fine was perhaps used before.
    """
    parameters = told.get("parameters", [])
    assert isinstance(parameters, list)
    is_opaque = any(one.get("name") in OPAQUE for one in parameters)
    may = [400] if is_opaque or told["operationId"] in BOUNDED else []
    repeats = any(str(one.get("$ref")).endswith("IdempotencyKey") for one in parameters)
    return may + ([422] if repeats or "requestBody" in told else [])
