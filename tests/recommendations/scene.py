"""A brand with a style of two SKUs, two factories, and proposals to publish."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalog.tables import Sku, Style
from app.database.database import Database
from app.main import create_app
from app.parties.keys import digest_of, hint_of, new_key
from app.parties.refs import BrandRef
from app.parties.tables import ApiKey, Brand, BrandFactory, Factory
from app.planning import OfferTerms
from app.recommendations.issue import Proposal, ProposedLine, ProposedRun, publish
from app.recommendations.tables import Recommendation
from app.settings import Settings
from app.sourcing.ingest import OfferDraft, put_offer

AT = datetime(2026, 3, 2, 10, 15, tzinfo=UTC)
CREATED = datetime(2026, 1, 1, tzinfo=UTC)

TERMS = OfferTerms(
    code="S2-small",
    factory="fab1",
    mode="small_batch",
    made_to_order=False,
    price_break_kind="all_units",
    price_breaks=((1, 14.0),),
    setup_cost=120.0,
    colorway_setup_cost=30.0,
    freight_per_unit=0.8,
    lead_time_days=21.0,
)
"""What `run_of` is priced on."""

Call = Callable[..., httpx.Response]


@dataclass(frozen=True)
class Scene:
    """Who and what there is; ids as stored."""

    brand: BrandRef
    style_id: int
    skus: tuple[int, int]
    fab1: int
    fab2: int


def build(session: Session, *, code: str = "acme", **rules: Any) -> Scene:
    brand = Brand(
        **{
            "code": code,
            "name": code,
            "timezone": "Europe/Berlin",
            "currency": "EUR",
            "review_period_days": 7,
            "release": "auto",
            "release_limit": None,
            "counter_tolerance": Decimal(0),
            "respond_within_hours": 48,
            "open_to_buy": None,
            "share_forecast": False,
            "created_at": CREATED,
        }
        | rules
    )
    session.add(brand)
    session.flush()
    fab1, fab2 = (_factory(session, name) for name in ("fab1", "fab2"))
    session.add_all([BrandFactory(brand_id=brand.id, factory_id=fab) for fab in (fab1, fab2)])
    style_id, skus = add_style(session, brand.id, "S2")
    return Scene(BrandRef.of(brand), style_id, skus, fab1, fab2)


def _factory(session: Session, code: str) -> int:
    stored = session.scalar(select(Factory.id).where(Factory.code == code))
    if stored is not None:
        return stored
    factory = Factory(
        code=code, name=code, timezone="Europe/Lisbon", setup_matrix=None, created_at=CREATED
    )
    session.add(factory)
    session.flush()
    return factory.id


def add_style(session: Session, brand_id: int, code: str) -> tuple[int, tuple[int, int]]:
    style = Style(
        brand_id=brand_id,
        code=code,
        name=code,
        category=None,
        attributes={},
        planning="active",
        test=None,
        launch_date=None,
        end_of_life_date=None,
        successor=None,
        like=[],
        materials=[],
        currency="EUR",
        price=Decimal(39),
        salvage_value=Decimal(8),
        holding_cost_per_unit_week=Decimal("0.05"),
        lost_sale_cost=Decimal(0),
        backorder_share=0.0,
        return_rate=None,
        resalable_share=1.0,
        supply_version=0,
        updated_at=CREATED,
    )
    session.add(style)
    session.flush()
    skus = [
        Sku(
            brand_id=brand_id,
            style_id=style.id,
            code=f"{code}-BLK-{size}",
            colorway="BLK",
            size=size,
            position=position,
            active=True,
        )
        for position, size in enumerate(("M", "L"))
    ]
    session.add_all(skus)
    session.flush()
    return style.id, (skus[0].id, skus[1].id)


def run_of(scene: Scene, *, medium: int = 80, large: int = 40, **changes: Any) -> ProposedRun:
    run = ProposedRun(
        offer="S2-small",
        factory_id=scene.fab1,
        factory="fab1",
        mode="small_batch",
        lines=(
            ProposedLine("S2-BLK-M", scene.skus[0], "BLK", "M", medium),
            ProposedLine("S2-BLK-L", scene.skus[1], "BLK", "L", large),
        ),
        currency="EUR",
        unit_cost=Decimal(14),
        setup_cost=Decimal(150),
        freight_cost=Decimal("0.80") * (medium + large),
        tooling_cost=Decimal(0),
        total_cost=Decimal("14.80") * (medium + large) + 150,
        lead_time_days=21,
        expected_good_share=1.0,
        order_by=date(2026, 3, 9),
        need_by=date(2026, 3, 30),
        economics={"expected_profit": "1234.56"},
        alternatives=({"action": "hold", "expected_profit": "100.00"},),
        reasons=({"code": "size_depleting", "text": "M runs out", "values": {}},),
        terms=TERMS,
    )
    return replace(run, **changes)


def offer(database: Database, scene: Scene, *, at: datetime = CREATED, **changes: Any) -> None:
    """Put the offer that `run_of` is priced by, or another version of it."""
    draft = OfferDraft(
        code="S2-small",
        brand=scene.brand.code,
        mode="small_batch",
        currency="EUR",
        price_breaks=((1, Decimal(16)), (100, Decimal(14))),
        setup_cost=Decimal(120),
        colorway_setup_cost=Decimal(30),
        freight_per_unit=Decimal("0.80"),
        lead_time_days_mean=21,
    )
    with database.write() as session:
        put_offer(session, scene.fab1, replace(draft, **changes), at=at)


def to_fab2(scene: Scene, **changes: Any) -> ProposedRun:
    return run_of(scene, factory_id=scene.fab2, factory="fab2", offer="S2-other", **changes)


def proposal_of(scene: Scene, run: ProposedRun | None, **changes: Any) -> Proposal:
    made = Proposal(
        style_id=scene.style_id,
        style="S2",
        supply_version=0,
        signal_at=AT - timedelta(minutes=5),
        forecast_id=None,
        action="run" if run else "hold",
        final=False,
        body={
            "chosen": {"action": "run" if run else "hold"},
            "alternatives": [],
            "reasons": [],
            "suitability": {"way": "small_batch", "reasons": []},
            "test_verdict": None,
        },
        inputs={"seed": 7},
        digest="sha256:00",
        run=run,
    )
    return replace(made, **changes)


def decide(
    database: Database, scene: Scene, run: ProposedRun | None, *, at: datetime = AT, **changes: Any
) -> str:
    """Publish one decision on the supply as it is now; return its fate."""
    with database.write() as session:
        version = session.scalar(select(Style.supply_version).where(Style.id == scene.style_id))
        proposal = proposal_of(scene, run, **{"supply_version": version} | changes)
        return publish(session, scene.brand, [proposal], at=at).fates[scene.style_id]


def stored(database: Database) -> list[Recommendation]:
    """Return every recommendation, oldest first."""
    with database.read() as session:
        rows = list(session.scalars(select(Recommendation).order_by(Recommendation.id)))
        session.expunge_all()
    return rows


def statuses(database: Database) -> list[str]:
    return [row.status for row in stored(database)]


def supply_version(database: Database, scene: Scene) -> int:
    with database.read() as session:
        found = session.scalar(select(Style.supply_version).where(Style.id == scene.style_id))
    assert found is not None
    return found


def key_for(
    database: Database, role: str, *, brand_id: int | None = None, factory_id: int | None = None
) -> str:
    key = new_key(sandbox=False)
    with database.write() as session:
        session.add(
            ApiKey(
                id=f"key_{role}_{brand_id}_{factory_id}",
                digest=digest_of(key),
                role=role,
                brand_id=brand_id,
                factory_id=factory_id,
                name=role,
                hint=hint_of(key),
                created_at=CREATED,
                expires_at=None,
                revoked_at=None,
            )
        )
    return key


def caller(database: Database, now: datetime = AT) -> Call:
    """Return a function that sends one request with a key, on a sandbox clock that stands."""
    from app.clock.time import set_now

    with database.write() as session:
        set_now(session, now)
    app = create_app(Settings(sandbox=True), database)

    def send(
        key: str,
        method: str,
        path: str,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        async def go() -> httpx.Response:
            transport = httpx.ASGITransport(app)
            shown = {"authorization": f"Bearer {key}", **(headers or {})}
            async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
                return await client.request(method, path, json=body, headers=shown)

        return asyncio.run(go())

    return send
