"""Each operation that decides something leaves one entry in the log, each refused one none.

Generated from `openapi.json`: a new operation that writes fails here until it says what it leaves.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.chain import first_break
from app.audit.tables import AuditEntry
from app.database.database import Database
from app.recommendations.answer import accept, counter
from app.recommendations.counter import Counter
from tests.faults.corpus import CORPUS
from tests.recommendations.scene import (
    AT,
    Call,
    Scene,
    add_style,
    build,
    caller,
    decide,
    key_for,
    offer,
    run_of,
    stored,
)

DOCUMENT = json.loads(Path("openapi.json").read_text())

LEAVES = {
    "put_style": "style.set",
    "post_catalog": "styles.set",
    "put_offer": "offer.set",
    "put_material": "material.set",
    "delete_material": "material.removed",
    "put_reservation": "reservation.set",
    "delete_reservation": "reservation.removed",
    "respond": "recommendation.answered",
    "release_recommendation": "recommendation.released",
    "withdraw_recommendation": "recommendation.withdrawn",
    "review_counter": "counter.reviewed",
    "put_brand": "brand.set",
    "put_factory": "factory.set",
    "post_api_key": "key.made",
    "rotate_api_key": "key.rotated",
    "delete_api_key": "key.revoked",
}
IS_ITS_OWN_RECORD = {
    "post_sales",
    "post_stock",
    "post_inbound",
    "post_known_demand",
    "post_run_events",
    "post_change_request",
    "start_refresh",
    "start_backtest",
    "put_clock",
}
"""What is kept row by row as it was sent, changes no terms, or is of the sandbox alone."""

IN_ITS_ROOM = {
    "post_import",
    "put_connection",
    "delete_connection",
    "post_reconciliation",
    "put_sku_map",
    "replay_quarantined",
    "receive_webhook",
}
"""What takes a form, or a shop beside the brand: the tests of its room assert the entry."""

NAMES = {
    "put_style": "style",
    "post_catalog": "catalog",
    "put_offer": "offer",
    "put_material": "material",
    "put_reservation": "reservation",
    "put_brand": "brand",
    "put_factory": "factory",
    "post_api_key": "key",
    "post_sales": "sale",
    "post_stock": "stock",
    "post_inbound": "inbound",
    "post_known_demand": "known demand",
    "start_refresh": "refresh",
    "start_backtest": "backtest",
}
"""Which of the corpus's good requests each of these sends as it stands."""


OF_THEM = ("answered", "released", "withdrawn", "reviewed", "made")
"""The styles of the brand, each named after what becomes of its recommendation."""

LAST = ("put_reservation", "delete_reservation", "delete_material", "rotate_api_key",
        "delete_api_key")  # fmt: skip
IN_ORDER = (
    *sorted(IS_ITS_OWN_RECORD),
    *(one for one in LEAVES if one not in LAST),
    *LAST,
)
"""What takes away what another is about comes after it."""


def writing() -> Iterator[str]:
    for methods in DOCUMENT["paths"].values():
        for method, told in methods.items():
            if method != "get":
                yield told["operationId"]


class Desk:
    """One of everything that an operation may be about."""

    def __init__(self, database: Database) -> None:
        """Issue a recommendation for each operation that is about one, and accept one."""
        self.database = database
        with database.write() as session:
            scene = build(session)
            more = {name: add_style(session, scene.brand.id, name) for name in ("S9", *OF_THEM)}
        keys = {
            "ops": key_for(database, "ops"),
            "brand": key_for(database, "brand", brand_id=scene.brand.id),
            "factory": key_for(database, "factory", factory_id=scene.fab1),
        }
        self.keys = keys
        self.factory_key_id = f"key_factory_None_{scene.fab1}"
        self.call: Call = caller(database, AT)
        offer(database, scene)
        self.recommendations = {}
        for name in OF_THEM:
            style_id, skus = more[name]
            brand = replace(scene.brand, release="manual" if name == "released" else "auto")
            of_it = Scene(brand, style_id, skus, scene.fab1, scene.fab2)
            run = run_of(of_it)
            lines = [
                replace(line, sku=line.sku.replace("S2", name), sku_id=sku)
                for line, sku in zip(run.lines, skus, strict=True)
            ]
            decide(database, of_it, replace(run, lines=tuple(lines)))
            self.recommendations[name] = stored(database)[-1].id
        with database.write() as session:
            self.run = self._answered(session, scene.fab1)

    def _answered(self, session: Session, factory_id: int) -> str:
        late = Counter(need_by=AT.date().replace(year=2027))
        counter(session, self.recommendations["reviewed"], factory_id, terms=late, at=AT)
        return accept(session, self.recommendations["made"], factory_id, at=AT).run or ""

    def send(self, role: str, method: str, path: str, body: Any = None) -> httpx.Response:
        return self.call(self.keys[role], method, path, body)

    def example(self, name: str) -> httpx.Response:
        """Send the corpus's good request of that name."""
        one = CORPUS["requests"][name]
        body = json.loads(json.dumps(one["body"]).replace('"S2-L"', '"S2-BLK-L"'))
        if name == "brand":
            body["factories"] = ["fab1"]
        return self.send(one["role"], one["method"], one["path"], body)

    def operate(self, operation: str) -> httpx.Response:
        """Do an operation that is to be taken."""
        if operation in NAMES:
            return self.example(NAMES[operation])
        of = {name: f"/v1/recommendations/{one}" for name, one in self.recommendations.items()}
        wool = "/v1/materials/oxford"
        run = f"/v1/runs/{self.run}"
        key = f"/v1/api-keys/{self.factory_key_id}"
        event = {"event_id": "e1", "kind": "started", "occurred_at": AT.isoformat()}
        others: dict[str, tuple[str, str, str, Any]] = {
            "respond": ("factory", "POST", f"{of['answered']}/response", {"decision": "accept"}),
            "release_recommendation": ("brand", "POST", f"{of['released']}/release", None),
            "withdraw_recommendation": ("brand", "POST", f"{of['withdrawn']}/withdraw", None),
            "review_counter": (
                "brand", "POST", f"{of['reviewed']}/counter-review", {"decision": "decline"},
            ),
            "delete_reservation": ("factory", "DELETE", f"{wool}/reservations/acme", None),
            "delete_material": ("factory", "DELETE", wool, None),
            "rotate_api_key": ("ops", "POST", f"{key}/rotate", {"overlap_seconds": 60}),
            "delete_api_key": ("ops", "DELETE", key, None),
            "post_run_events": ("factory", "POST", f"{run}/events", {"events": [event]}),
            "post_change_request": ("brand", "POST", f"{run}/change-requests", {"reason": "late"}),
            "put_clock": ("ops", "PUT", "/v1/clock", {"now": AT.isoformat()}),
        }  # fmt: skip
        return self.send(*others[operation])

    def log(self) -> list[str]:
        with self.database.read() as session:
            return list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.seq)))


def test_every_operation_that_writes_says_what_it_leaves() -> None:
    assert set(writing()) == LEAVES.keys() | IS_ITS_OWN_RECORD | IN_ITS_ROOM


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_operation_leaves_its_entry_and_a_refused_one_leaves_none(database: Database) -> None:
    desk = Desk(database)
    left, refused = {}, {}

    for operation in IN_ORDER:
        before = desk.log()
        answer = desk.operate(operation)
        left[operation] = (answer.is_success, desk.log()[len(before) :])
    before = desk.log()
    for operation in ("release_recommendation", "withdraw_recommendation", "review_counter"):
        refused[operation] = desk.operate(operation).status_code

    assert left == {
        **{operation: (True, []) for operation in IS_ITS_OWN_RECORD},
        **{operation: (True, [action]) for operation, action in LEAVES.items()},
    }
    assert refused == dict.fromkeys(refused, 409)
    assert desk.log() == before
    with database.read() as session:
        assert first_break(session) is None
