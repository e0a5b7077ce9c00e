"""A past of runs: asked for, answered and received, by the calls that really do it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from app.database.database import Database
from app.recommendations.answer import accept
from app.recommendations.tables import Recommendation
from app.runs.progress import Step, take_steps
from app.runs.queries import locked_run
from app.sourcing.ingest import OfferDraft, put_offer
from tests.recommendations.scene import AT, Scene, decide, run_of


def put_small_offer(database: Database, scene: Scene, **terms: Any) -> None:
    """Store the first factory's offer: 21 days, and nothing is rejected unless `terms` say so."""
    draft = OfferDraft(
        **{
            "code": "S2-small",
            "brand": scene.brand.code,
            "mode": "small_batch",
            "currency": "EUR",
            "price_breaks": ((1, Decimal(14)),),
            "lead_time_days_mean": 21.0,
        }
        | terms
    )
    with database.write() as session:
        put_offer(session, scene.fab1, draft, at=AT)


def accepted(
    database: Database, scene: Scene, *, at: datetime = AT, hours: float = 6, **changes: Any
) -> str:
    """Ask the first factory for 120 units at `at`, have it accept, and return the run."""
    day = at.date()
    dates = {"order_by": day + timedelta(days=7), "need_by": day + timedelta(days=21)}
    run = run_of(scene, urgent=True, **{**dates, **changes})
    decide(database, scene, run, at=at, signal_at=at - timedelta(hours=2))
    with database.write() as session:
        newest = select(Recommendation.id).order_by(Recommendation.id.desc()).limit(1)
        asked = session.scalars(newest).one()
        made = accept(session, asked, scene.fab1, at=at + timedelta(hours=hours)).run
    assert made is not None
    return made


def delivered(
    database: Database,
    scene: Scene,
    run: str,
    on: datetime,
    units: Mapping[str, int] | None = None,
    *,
    rejected: int = 0,
    complained: int = 0,
) -> None:
    """Report what came of a run, and that nothing more will."""
    came = {"S2-BLK-M": 80, "S2-BLK-L": 40} if units is None else units
    steps = [Step(f"r-{sku}", "received", sku, n, on) for sku, n in came.items()]
    if rejected:
        steps.insert(0, Step("x", "rejected", "S2-BLK-M", rejected, on))
    if complained:
        steps.append(Step("c", "complained", "S2-BLK-M", complained, on))
    steps.append(Step("done", "closed", None, None, on))
    with database.write() as session:
        row = locked_run(session, run, brand_id=scene.brand.id, factory_id=None)
        results = take_steps(session, row, steps, posted_by="brand", at=on)
    assert {one.status for one in results} == {"accepted"}


def made(database: Database, scene: Scene, days: int, *, begun: datetime = AT, **came: Any) -> str:
    """Have a run accepted at `begun` and received that many days after."""
    run = accepted(database, scene, at=begun)
    delivered(database, scene, run, begun + timedelta(days=days), **came)
    return run
