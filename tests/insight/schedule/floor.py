"""What a schedule is made of: styles, offers, proposals and forecasts of several brands."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import numpy as np

from app.database.database import Database
from app.forecasting.model import HORIZON, KnownUnits, StyleForecast
from app.forecasting.store import new_forecast, save_forecasts
from app.insight.schedule.model import Line, Schedule, Terms, Work
from app.parties.tables import Factory
from app.sourcing.ingest import OfferDraft, put_offer
from tests.recommendations.scene import AT, Scene, add_style

SCHEDULE = "/v1/factories/fab1/schedule"


def another_style(database: Database, scene: Scene, code: str) -> Scene:
    """Return the scene with another style in the middle of it."""
    with database.write() as session:
        style_id, skus = add_style(session, scene.brand.id, code)
    return replace(scene, style_id=style_id, skus=skus)


def offer(database: Database, factory_id: int, **changes: Any) -> None:
    """Offer acme everything, 240 units a week, two hours to set up."""
    draft = OfferDraft(
        **{
            "code": "S2-small",
            "brand": "acme",
            "mode": "small_batch",
            "currency": "EUR",
            "price_breaks": ((1, Decimal(14)),),
            "setup_hours": 2.0,
            "lead_time_days_mean": 21.0,
            "capacity_per_week": 240,
        }
        | changes
    )
    with database.write() as session:
        put_offer(session, factory_id, draft, at=AT)


def setup_matrix(database: Database, factory_id: int, matrix: dict[str, dict[str, float]]) -> None:
    with database.write() as session:
        session.get_one(Factory, factory_id).setup_matrix = matrix


def forecast(
    database: Database, scene: Scene, *, a_week: float, known: tuple[KnownUnits, ...] = ()
) -> None:
    """Forecast S2 from Monday, 2 March on: so many units a week, two thirds of them M."""
    made = StyleForecast(
        style_code="S2",
        origin=date(2026, 3, 2),
        period_days=7,
        layer="launch",
        model="launch posterior",
        mean=np.full(HORIZON, a_week),
        scale_cv=0.3,
        dispersion=5.0,
        sku_codes=("S2-BLK-M", "S2-BLK-L"),
        shares=np.array([20.0, 10.0]),
        known=known,
    )
    row = new_forecast(scene.style_id, made, seed=7, horizon=26, made_at=AT)
    with database.write() as session:
        save_forecasts(session, [row])


def line(code: str, due: date, quantity: int, **changes: Any) -> Line:
    """Return accepted units of acme's style S2."""
    style, colorway, size = code.split("-")
    made = Line(
        "firm", "acme", style, colorway, size, code, due, quantity, quantity, quantity, "run_1"
    )
    return replace(made, **changes)


def work(*lines: Line, **changes: Any) -> Work:
    """Return a run of these lines, to be begun on Monday, 2 March."""
    made = Work(
        commitment=lines[0].commitment,
        reference=lines[0].reference or "",
        brand=lines[0].brand,
        style=lines[0].style,
        offer="small",
        lines=lines,
        start=date(2026, 3, 2),
    )
    return replace(made, **changes)


def schedule(*works: Work, **changes: Any) -> Schedule:
    """Return a schedule of Monday, 2 March 2026: 240 units a week."""
    made = Schedule(
        factory="fab1",
        name="Fab One",
        timezone="Europe/Lisbon",
        today=date(2026, 3, 2),
        until=date(2026, 8, 31),
        release=2300,
        names={"acme": "Acme"},
        work=works,
        forecast=(),
        shared=frozenset(),
        terms={"small": Terms(240, 2.0)},
        units={"oxford": "m"},
        setup_matrix={},
    )
    return replace(made, **changes)


def at(day: int, hour: int = 10) -> datetime:
    return datetime(2026, 3, day, hour, tzinfo=UTC)
