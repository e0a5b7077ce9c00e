"""Every operation, every role, every id: nobody learns or changes what is somebody else's.

Generated from `openapi.json`: a new operation is refused here until it says who may call it.
"""

import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import delete, event, or_, select
from sqlalchemy.orm import Session

from app.audit.record import CommandLine
from app.backtest.tables import Backtest
from app.clock.time import set_now
from app.connectors.connecting import ConnectionDraft, store_connection
from app.connectors.mapping import put_sku_map
from app.connectors.tables import Quarantined
from app.database.base import tables_on
from app.database.database import Database
from app.imports.ask import Asked, Upload
from app.imports.ask import ask as ask_import
from app.main import create_app
from app.parties.refs import FactoryRef
from app.parties.tables import BrandFactory, Factory
from app.recommendations.answer import accept
from app.settings import Settings
from app.sourcing.materials import MaterialDraft, put_material
from tests.faults.corpus import CORPUS, with_value
from tests.recommendations.scene import (
    AT,
    CREATED,
    Scene,
    add_style,
    build,
    decide,
    key_for,
    offer,
    run_of,
    stored,
)
from tests.web.asgi import Client

DOCUMENT = json.loads(Path("openapi.json").read_text())

OPS, BRAND, FACTORY = ("ops",), ("ops", "brand"), ("ops", "factory")
ALL, NOBODY = ("ops", "brand", "factory"), ()

MAY_CALL = {
    "list_standing": FACTORY,
    "read_feed": FACTORY,
    "respond": FACTORY,
    "get_decision": BRAND,
    "list_recommendations": BRAND,
    "get_recommendation": ALL,
    "release_recommendation": BRAND,
    "withdraw_recommendation": BRAND,
    "review_counter": BRAND,
    "post_sales": BRAND,
    "post_stock": BRAND,
    "post_inbound": BRAND,
    "put_style": BRAND,
    "get_style": BRAND,
    "list_styles": BRAND,
    "post_catalog": BRAND,
    "put_offer": FACTORY,
    "get_offer": ALL,
    "list_offers": ALL,
    "put_material": FACTORY,
    "get_material": ALL,
    "delete_material": FACTORY,
    "list_materials": ALL,
    "put_reservation": FACTORY,
    "delete_reservation": FACTORY,
    "get_demand": BRAND,
    "post_known_demand": BRAND,
    "list_known_demand": BRAND,
    "get_sku_forecast": BRAND,
    "get_style_forecast": BRAND,
    "list_runs": ALL,
    "get_run": ALL,
    "post_run_events": ALL,
    "post_change_request": ALL,
    "list_change_requests": ALL,
    "get_schedule": FACTORY,
    "get_suitability": ALL,
    "start_refresh": OPS,
    "get_refresh": OPS,
    "replay_recommendation": BRAND,
    "replay_decision": BRAND,
    "start_backtest": BRAND,
    "get_backtest": BRAND,
    "get_backtest_picture": BRAND,
    "post_import": BRAND,
    "list_imports": BRAND,
    "get_import": BRAND,
    "get_import_errors": BRAND,
    "put_connection": BRAND,
    "get_connection": BRAND,
    "list_connections": BRAND,
    "delete_connection": BRAND,
    "post_reconciliation": BRAND,
    "put_sku_map": BRAND,
    "get_sku_map": BRAND,
    "list_sku_maps": BRAND,
    "list_quarantine": BRAND,
    "get_quarantined": BRAND,
    "replay_quarantined": BRAND,
    "list_scorecards": ALL,
    "get_kpis": ALL,
    "put_brand": OPS,
    "get_brand": ALL,
    "list_brands": ALL,
    "put_factory": OPS,
    "get_factory": ALL,
    "list_factories": ALL,
    "post_api_key": OPS,
    "list_api_keys": OPS,
    "get_api_key": OPS,
    "delete_api_key": OPS,
    "rotate_api_key": OPS,
    "list_audit": ALL,
    "get_clock": ALL,
    "put_clock": OPS,
}
OPEN = {"livez", "readyz", "metrics", "receive_webhook"}
"""For shops, who sign, and for whoever watches over the machine; `metrics` asks for ops or
loopback by itself."""

OWN = {"brand": "acme", "factory": "fab1"}
NEEDED = {"from": "2026-03-01", "to": "2026-03-02"}
IN_BODIES = {
    "post_sales": ("events/0/sku", "sku"),
    "post_stock": ("levels/0/sku", "sku"),
    "post_inbound": ("items/0/sku", "sku"),
    "post_known_demand": ("items/0/sku", "sku"),
    "put_offer": ("brand", "brand"),
    "put_sku_map": ("items/0/sku", "sku"),
}
"""Where a body names something that may be somebody else's."""


@dataclass(frozen=True)
class Operation:
    """One operation of the document, and the ids it takes."""

    name: str
    method: str
    path: str
    ids: tuple[str, ...]
    filters: tuple[str, ...]
    needed: tuple[str, ...]
    body: Any

    def url(self, ids: dict[str, str], filters: dict[str, str]) -> str:
        path = re.sub(r"\{(\w+)\}", lambda found: ids[found[1]], self.path)
        asked = {name: NEEDED[name] for name in self.needed if name in NEEDED} | filters
        return str(httpx.URL(path, params=asked))


def operations() -> Iterator[Operation]:
    bodies = {
        (one["method"], tuple(one["path"].split("/")[2::2])): one["body"]
        for one in CORPUS["requests"].values()
    }
    for path, methods in DOCUMENT["paths"].items():
        for method, told in methods.items():
            asked = [one for one in told.get("parameters", ()) if "name" in one]
            yield Operation(
                told["operationId"],
                method.upper(),
                path,
                tuple(one["name"] for one in asked if one["in"] == "path"),
                tuple(one["name"] for one in asked if one["name"] in {"brand", "factory", "style"}
                      and one["in"] == "query"),
                tuple(one["name"] for one in asked if one.get("required")),
                bodies.get((method.upper(), tuple(path.split("/")[2::2])))
                if "requestBody" in told else None,
            )  # fmt: skip


KEYED = [one for one in operations() if one.name not in OPEN]


@dataclass
class World:
    """Acme with fab1 on one side, zeta with fab9 on the other, and who asks."""

    clients: dict[str, Client]
    foreign: dict[str, str]
    zeta: Scene
    fab9: int


@pytest.fixture
def world(database: Database, database_url: str) -> World:
    with database.write() as session:
        set_now(session, AT)
        acme = build(session)
        zeta, style_id, skus, fab9 = _other_side(session)
    for scene in (acme, zeta):
        offer(database, scene)
        decide(database, scene, run_of(scene))
    offer(database, zeta, code="z-offer")
    accepted = next(one for one in stored(database) if one.factory_id == fab9)
    with database.write() as session:
        made = accept(session, accepted.id, fab9, at=AT)
    decide(database, replace(zeta, style_id=style_id, skus=skus), run_of(zeta, factory_id=fab9))
    keys = {
        "ops": key_for(database, "ops"),
        "brand": key_for(database, "brand", brand_id=acme.brand.id),
        "factory": key_for(database, "factory", factory_id=acme.fab1),
    }
    app = create_app(Settings(database_url=database_url, sandbox=True), database)
    opened = [one for one in stored(database) if one.style_id == style_id]
    return World(
        clients={role: Client(app, key) for role, key in keys.items()},
        foreign={
            "brand": "zeta",
            "factory": "fab9",
            "style": "ZS",
            "sku": "ZS-BLK-M",
            "offer": "z-offer",
            "material": "zwool",
            "recommendation": (opened or [accepted])[0].id,
            "run": made.run or "",
            "backtest": "bt_zeta",
            "import_id": "imp_zeta",
            "key_id": f"key_factory_None_{acme.fab1}",
            "refresh_id": "ref_none",
            "connection": "zeta-shop",
            "channel": "zeta-web",
            "quarantined": "qua_zeta",
        },
        zeta=zeta,
        fab9=fab9,
    )


def _other_side(session: Session) -> tuple[Scene, int, tuple[int, int], int]:
    zeta = build(session, code="zeta")
    fab9 = Factory(code="fab9", name="fab9", timezone="UTC", setup_matrix=None, created_at=CREATED)
    session.add(fab9)
    session.execute(delete(BrandFactory).where(BrandFactory.brand_id == zeta.brand.id))
    session.flush()
    session.add(BrandFactory(brand_id=zeta.brand.id, factory_id=fab9.id))
    style_id, skus = add_style(session, zeta.brand.id, "ZS")
    wool = MaterialDraft(code="zwool", name="Wool", unit="m", on_hand=Decimal(5))
    put_material(session, FactoryRef.of(fab9), wool, at=AT)
    session.add(
        Backtest(
            id="bt_zeta",
            brand_id=zeta.brand.id,
            status="queued",
            until=AT.date(),
            weeks=4,
            styles=5,
            progress=0.0,
            requested_at=AT,
            attempts=0,
        )
    )
    upload = Upload(io.BytesIO(), "z.csv", 3, "0" * 64)
    ask_import(
        session,
        zeta.brand.id,
        Asked("sales"),
        upload,
        import_id="imp_zeta",
        actor=CommandLine(),
        at=AT,
    )
    _shop(session, zeta.brand.id)
    return replace(zeta, fab1=fab9.id), style_id, skus, fab9.id


def _shop(session: Session, brand_id: int) -> None:
    """Connect a shop of which something waits, with a SKU map."""
    draft = ConnectionDraft("shopify", "zeta-web", ["shpss_zeta"], None, None, None)
    connection, _ = store_connection(session, brand_id, "zeta-shop", draft, at=AT)
    put_sku_map(session, brand_id, "zeta-web", [("7001", "ZS-BLK-M")])
    session.add(
        Quarantined(
            id="qua_zeta",
            brand_id=brand_id,
            connection_id=connection.id,
            subject="topic:products/update",
            status="waiting",
            topic="products/update",
            errors=[],
            first_at=AT,
            last_at=AT,
        )
    )


def ask(world: World, role: str, one: Operation, ids: dict[str, str], filters: dict[str, str],
        content: bytes | None = None) -> httpx.Response:  # fmt: skip
    headers = {"X-Request-Id": "same", "Content-Type": "application/json"}
    if content is None and one.body is not None:
        content = json.dumps(one.body).replace("S9-M", f"{ids.get('style')}-M").encode()
    return world.clients[role].send(
        one.method, one.url(ids, filters), headers=headers, content=content
    )


def unknown(ids: dict[str, str]) -> dict[str, str]:
    """Return ids of the same form that nobody has."""
    return {name: "Q" * len(value) for name, value in ids.items()}


def seen(answer: httpx.Response, named: str) -> tuple[int, str]:
    """Return what the caller sees, the id that it sent itself and a new one's left out."""
    text = re.sub("con_[0-9a-f]{32}", "con_NEW", answer.text)
    return answer.status_code, text.replace(named, "ID").replace("Q" * len(named), "ID")


OF_LOOK_UPS = ("BEGIN", "sandbox_clock", "api_keys")
"""A key is looked up again after half a second, whatever is asked with it."""


class Questions:
    """Counts what the database is asked: more for what exists would take longer, and tell."""

    def __init__(self, database: Database) -> None:
        self._asked = 0
        event.listen(database.engine, "before_cursor_execute", self._count)

    def _count(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        self._asked += not any(one in statement for one in OF_LOOK_UPS)

    def taken(self) -> int:
        asked, self._asked = self._asked, 0
        return asked


def others_rows(database: Database, world: World) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row that belongs to the other side."""
    rows = {}
    with database.read() as session:
        for table in tables_on(session.get_bind().dialect.name):
            owner = {"brand_id": world.zeta.brand.id, "factory_id": world.fab9}
            mine = [table.c[name] == owner[name] for name in owner if name in table.c]
            if mine:
                found = session.execute(select(table).where(or_(*mine)))
                rows[table.name] = sorted((tuple(row) for row in found), key=repr)
    return rows


def test_every_operation_says_who_may_call_it() -> None:
    assert {one.name for one in operations()} == set(MAY_CALL) | OPEN


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_role_that_may_not_is_refused_whatever_it_names(world: World) -> None:
    wrong = []
    for one in KEYED:
        for role in ("brand", "factory"):
            ids = {name: world.foreign[name] for name in one.ids}
            refused = ask(world, role, one, ids, {}).status_code == 403
            if refused == (role in MAY_CALL[one.name]):
                wrong.append((one.name, role))

    assert wrong == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_operation_without_a_key_is_refused(world: World) -> None:
    nobody = Client(world.clients["ops"].app)

    answers = {
        one.name: nobody.send(one.method, one.url(unknown(world.foreign), {})).status_code
        for one in KEYED
    }

    assert answers == dict.fromkeys(answers, 401)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_is_foreign_here_is_there_for_its_own(world: World, database: Database) -> None:
    app, ids = world.clients["ops"].app, world.foreign
    zeta = Client(app, key_for(database, "brand", brand_id=world.zeta.brand.id))
    fab9 = Client(app, key_for(database, "factory", factory_id=world.fab9))

    answers = [
        zeta.get(f"/v1/recommendations/{ids['recommendation']}"),
        zeta.get(f"/v1/runs/{ids['run']}"),
        zeta.get(f"/v1/styles/{ids['style']}"),
        zeta.get(f"/v1/backtests/{ids['backtest']}"),
        zeta.get(f"/v1/imports/{ids['import_id']}"),
        zeta.get(f"/v1/imports/{ids['import_id']}/errors.csv"),
        zeta.get(f"/v1/connections/{ids['connection']}"),
        zeta.get(f"/v1/sku-map/{ids['channel']}"),
        zeta.get(f"/v1/quarantine/{ids['quarantined']}"),
        zeta.get(f"/v1/demand/{ids['sku']}?from=2026-03-01&to=2026-03-02"),
        fab9.get(f"/v1/offers/{ids['offer']}"),
        fab9.get(f"/v1/materials/{ids['material']}"),
        fab9.get(f"/v1/factories/{ids['factory']}/feed"),
        fab9.get(f"/v1/recommendations/{ids['recommendation']}"),
    ]

    assert [one.status_code for one in answers] == [200] * len(answers)


def test_what_is_foreign_answers_as_what_is_unknown_and_stays_as_it_was(
    world: World, database: Database
) -> None:
    before = others_rows(database, world)
    questions = Questions(database)
    told_apart = []
    asked = 0

    for one in KEYED:
        for role in set(MAY_CALL[one.name]) - {"ops"}:
            for name in (*one.ids, *one.filters):
                others = {n: OWN.get(n, "Q") for n in one.ids}
                pair = []
                for value in (world.foreign[name], "Q" * len(world.foreign[name])):
                    ids = {n: value if n == name else others[n] for n in one.ids}
                    filters = {} if name in one.ids else {name: value}
                    questions.taken()
                    said = seen(ask(world, role, one, ids, filters), world.foreign[name])
                    pair.append((*said, questions.taken()))
                asked += 1
                if pair[0] != pair[1]:
                    told_apart.append((one.name, role, name, pair))
            if one.name in IN_BODIES:
                where, kind = IN_BODIES[one.name]
                pair = [
                    seen(ask(world, role, one, unknown(dict.fromkeys(one.ids, "Q9")), {},
                             with_value(one.body, where, json.dumps(value))), world.foreign[kind])
                    for value in (world.foreign[kind], "Q" * len(world.foreign[kind]))
                ]  # fmt: skip
                asked += 1
                if pair[0] != pair[1]:
                    told_apart.append((one.name, role, where, pair))

    assert told_apart == []
    assert others_rows(database, world) == before
    assert sum(map(len, before.values())) > 10
    assert asked > 70
