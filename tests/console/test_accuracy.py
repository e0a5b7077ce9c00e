"""Forecasts beside what was wanted: what counts, and what the figures say."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from sqlalchemy import event

from app.catalog.tables import Style
from app.console.accuracy import BestSellers, Compared, accuracy, compared_forecasts
from app.database.database import Database
from app.forecasting.store import new_forecast, save_forecasts
from app.sales.ingest import SalesEvent, store_sales
from tests.forecasting.panels import forecast
from tests.recommendations.scene import AT, Scene


def compared(style: int, mean: float, wanted: int, *, age: str, was_seen: bool) -> Compared:
    named = Style(id=style, code=f"S{style}", name=f"S{style}", price=Decimal(1))
    start = date(2026, 3, 2)
    return Compared(named, start, age, mean, mean / 2, mean * 2, wanted, was_seen)


def test_errors_are_shares_of_what_was_wanted_and_stock_outs_do_not_count() -> None:
    last = [
        compared(1, 120.0, 100, age="over 26", was_seen=True),
        compared(2, 40.0, 100, age="0 to 4", was_seen=True),
        compared(3, 500.0, 1, age="over 26", was_seen=False),
    ]

    found = accuracy([last])

    assert found.error == pytest.approx(0.4)
    assert found.bias == pytest.approx(-0.2)
    assert found.held == 0.5
    assert (found.compared, found.unseen) == (2, 1)
    assert [one.style.code for one in found.tested] == ["S3", "S2", "S1"]
    assert found.by_age is not None
    assert found.by_age.table.rows == (
        ("0 to 4", "60", "0", "80"),
        ("over 26", "20", "100", "80"),
    )


def test_a_stored_forecast_stands_beside_what_its_four_weeks_sold(
    database: Database, scene: Scene
) -> None:
    today = date(2026, 3, 2)
    start = today - timedelta(days=28)
    said = replace(
        forecast(),
        style_code="S2",
        origin=start,
        period_days=7,
        mean=np.full(26, 10.0),
        scale_cv=0.0,
        dispersion=np.inf,
        sku_codes=("S2-BLK-M", "S2-BLK-L"),
        shares=np.array([50.0, 50.0]),
    )
    sold = [
        SalesEvent(f"e{day}", "S2-BLK-M", "sale", 2, AT - timedelta(days=day))
        for day in range(1, 30)
    ]
    with database.write() as session:
        made = new_forecast(scene.style_id, said, seed=1, horizon=26, made_at=AT)
        save_forecasts(session, [made])
        store_sales(session, scene.brand, sold, at=AT)

    with database.read() as session:
        last, before, _ = compared_forecasts(session, scene.brand, BestSellers(), today=today)

    assert before == []
    assert [(one.style.code, one.start, one.wanted) for one in last] == [("S2", start, 56)]
    assert last[0].mean == pytest.approx(40.0, abs=1.5)
    assert not last[0].held
    assert last[0].was_seen


def test_a_weekly_forecast_some_days_old_is_compared_with_the_days_that_it_meant(
    database: Database, scene: Scene
) -> None:
    start = date(2026, 3, 2) - timedelta(days=28)
    rising = np.array([0.0, 70.0, 70.0, 70.0, 70.0, *[0.0] * 21])
    said = replace(
        forecast(),
        style_code="S2",
        origin=start - timedelta(days=3),
        period_days=7,
        mean=rising,
        scale_cv=0.0,
        dispersion=np.inf,
        sku_codes=("S2-BLK-M", "S2-BLK-L"),
        shares=np.array([50.0, 50.0]),
    )
    with database.write() as session:
        made = new_forecast(scene.style_id, said, seed=1, horizon=26, made_at=AT)
        save_forecasts(session, [made])
        first = SalesEvent("e1", "S2-BLK-M", "sale", 1, AT - timedelta(days=29))
        store_sales(session, scene.brand, [first], at=AT)

    with database.read() as session:
        [[compared], _, _] = compared_forecasts(
            session, scene.brand, BestSellers(), today=date(2026, 3, 2)
        )

    assert compared.mean == pytest.approx(3 * 70 + 30, abs=8.0)
    assert compared.wanted == 0


def test_the_best_sellers_before_a_day_are_looked_up_once(database: Database, scene: Scene) -> None:
    best, day = BestSellers(), date(2026, 3, 2)
    with database.write() as session:
        first = SalesEvent("e1", "S2-BLK-M", "sale", 1, AT - timedelta(days=9))
        store_sales(session, scene.brand, [first], at=AT)
    asked: list[str] = []

    def note(*given: Any) -> None:
        asked.append(given[2])

    with database.read() as session:
        found = best.before(session, scene.brand, day)
        event.listen(database.engine, "before_cursor_execute", note)
        again = best.before(session, scene.brand, day)
        event.remove(database.engine, "before_cursor_execute", note)

    assert [style.code for style in found] == [style.code for style in again] == ["S2"]
    assert not any("sales_events" in statement for statement in asked)
