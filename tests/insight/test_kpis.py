"""Figures of a period: what they are, with which counts, and who sees which."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import insert, update

from app.catalog.tables import Style
from app.database.database import Database
from app.forecasting.tables import ForecastRow
from app.insight import shelf_kpis
from app.parties.tables import BrandFactory
from app.sales.ingest import SalesEvent, store_sales
from app.stock.tables import StockLevel
from tests.insight.past import accepted, made
from tests.recommendations.scene import (
    AT,
    Scene,
    build,
    caller,
    decide,
    key_for,
    run_of,
    to_fab2,
)

LATER = AT + timedelta(days=60)
PERIOD = "from=2026-03-01&to=2026-04-30"
ECONOMICS = {"penalty_per_unit_vs_large": "1.90", "investment_avoided": "700.00"}


def kpis(database: Database, key: str, query: str = PERIOD) -> dict[str, Any]:
    answer = caller(database, LATER)(key, "GET", f"/v1/kpis?{query}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()["kpis"]
    return found


def sell(database: Database, scene: Scene, days: range, a_day: int, sku: str) -> None:
    """Store sales at noon of days counted from `AT`."""
    events = [
        SalesEvent(
            event_id=f"{sku}-{day}",
            sku=sku,
            kind="sale",
            quantity=a_day,
            occurred_at=AT + timedelta(days=day),
        )
        for day in days
    ]
    with database.write() as session:
        store_sales(session, scene.brand, events, at=LATER)


def report(database: Database, sku_id: int, day: int, on_hand: int) -> None:
    """Report a level as of that many days after `AT`."""
    row = {"sku_id": sku_id, "as_of": AT + timedelta(days=day), "on_hand": on_hand}
    with database.write() as session:
        session.execute(insert(StockLevel).values(**row))


def test_of_a_period_without_anything_nothing_is_known(
    database: Database, scene: Scene, brand_key: str
) -> None:
    found = kpis(database, brand_key)

    assert {one["value"] for one in found.values()} == {None}
    assert found["unit_cost"] == {
        "unit": "EUR/unit", "value": None, "numerator": None, "denominator": 0, "count": 0,
        "spread": None,
    }  # fmt: skip


def test_money_is_told_per_unit_with_what_it_is_the_quotient_of(
    database: Database, scene: Scene, brand_key: str
) -> None:
    accepted(database, scene, economics=ECONOMICS)
    accepted(database, scene, medium=0, large=40, setup_cost=Decimal(50),
             total_cost=Decimal(642))  # fmt: skip

    found = kpis(database, brand_key)

    assert found["unit_cost"]["value"] == "16.05"
    assert (found["unit_cost"]["numerator"], found["unit_cost"]["denominator"]) == ("2568.00", 160)
    assert found["setup_cost_per_unit"]["value"] == "1.25"
    assert found["unit_cost_vs_large_batch"] == {
        "unit": "EUR/unit", "value": "1.90", "numerator": "228.00", "denominator": 120,
        "count": 1, "spread": None,
    }  # fmt: skip
    assert (found["investment_avoided"]["value"], found["investment_avoided"]["count"]) == (
        "700.00",
        1,
    )


def test_runs_tell_lead_time_dates_rejects_complaints_and_time_to_market(
    database: Database, scene: Scene, brand_key: str
) -> None:
    made(database, scene, 20)
    made(database, scene, 30, rejected=6, complained=3)

    found = kpis(database, brand_key)

    assert found["lead_time_days"]["value"] == 25.0
    assert found["lead_time_days"]["spread"] == {
        "count": 2, "mean": 25.0, "sd": 7.0711, "p50": 25.0, "p90": 29.0,
    }  # fmt: skip
    assert found["kept_dates"]["value"] == 0.5
    assert (found["reject_rate"]["value"], found["reject_rate"]["denominator"]) == (0.025, 240)
    assert found["complaint_rate"]["value"] == 0.0125
    assert found["time_to_market_days"]["value"] == 20.0


def test_times_run_from_the_signal_and_superseding_is_counted(
    database: Database, scene: Scene, brand_key: str
) -> None:
    accepted(database, scene)
    decide(database, scene, run_of(scene, urgent=True))
    decide(database, scene, run_of(scene, medium=200, urgent=True))

    found = kpis(database, brand_key)

    assert found["signal_to_recommendation_hours"]["count"] == 3
    assert found["signal_to_recommendation_hours"]["spread"]["p90"] == 1.6167
    assert found["signal_to_answer_hours"]["value"] == 8.0
    assert (found["superseded_share"]["numerator"], found["superseded_share"]["denominator"]) == (
        1,
        3,
    )


def test_adjustability_is_what_was_committed_after_the_first_sale_and_how_much_later(
    database: Database, scene: Scene, brand_key: str
) -> None:
    accepted(database, scene)
    sell(database, scene, range(5, 6), 10, "S2-BLK-M")
    accepted(database, scene, at=AT + timedelta(days=10), medium=0, large=40)

    found = kpis(database, brand_key)

    assert (found["adjustability"]["value"], found["adjustability"]["denominator"]) == (0.25, 160)
    assert found["commitment_delay_days"]["value"] == 2.5


def test_the_shelf_tells_sell_through_fill_rate_leftovers_and_ownership(
    database: Database, scene: Scene, brand_key: str
) -> None:
    medium, large = scene.skus
    report(database, medium, -5, 100)
    report(database, large, -5, 20)
    sell(database, scene, range(10), 8, "S2-BLK-M")
    sell(database, scene, range(10), 2, "S2-BLK-L")
    report(database, large, 10, 0)
    accepted(database, scene)
    with database.write() as session:
        session.execute(update(Style).values(end_of_life_date=date(2026, 4, 1)))

    found = kpis(database, brand_key, "from=2026-03-02&to=2026-03-21")
    ended = kpis(database, brand_key)

    assert (found["sell_through"]["numerator"], found["sell_through"]["denominator"]) == (100, 120)
    assert found["fill_rate"]["value"] == pytest.approx(0.84, abs=0.01)
    assert found["leftovers"]["value"] is None
    assert (ended["leftovers"]["numerator"], ended["leftovers"]["denominator"]) == (20, 120)
    # 1926.00 to make, and 20 days of (120 + 20) / 2 units at 0.05 a week: 9.99.
    assert found["total_cost_of_ownership"]["numerator"] == "1936.00"


def test_a_shelf_read_sku_by_sku_tells_the_same(
    database: Database, scene: Scene, brand_key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for sku, units in zip(scene.skus, (100, 20), strict=True):
        report(database, sku, -5, units)
    sell(database, scene, range(10), 8, "S2-BLK-M")
    sell(database, scene, range(10), 2, "S2-BLK-L")
    report(database, scene.skus[1], 10, 0)
    whole = kpis(database, brand_key, "from=2026-03-02&to=2026-03-21")

    monkeypatch.setattr(shelf_kpis, "SKUS_AT_ONCE", 1)

    assert whole["sell_through"]["count"] == 2
    assert kpis(database, brand_key, "from=2026-03-02&to=2026-03-21") == whole


def test_the_forecast_before_the_last_four_weeks_is_held_against_what_they_sold(
    database: Database, scene: Scene, brand_key: str
) -> None:
    row = {"style_id": scene.style_id, "made_at": AT, "horizon": 26, "seed": 1}
    weekly = {"mean": [70.0] * 104, "period_days": 7}
    later = {"mean": [999.0] * 104, "period_days": 7}
    with database.write() as session:
        session.execute(
            insert(ForecastRow),
            [
                {"id": "fc_1", "origin": date(2026, 3, 30), "numbers": weekly, **row},
                {"id": "fc_2", "origin": date(2026, 4, 9), "numbers": later, **row},
            ],
        )
    sell(database, scene, range(32, 60), 8, "S2-BLK-M")

    found = kpis(database, brand_key)

    assert found["forecast_error"] == {
        "unit": "share", "value": 0.25, "numerator": 56, "denominator": 224, "count": 1,
        "spread": None,
    }  # fmt: skip
    assert found["forecast_bias"]["value"] == 0.25


def test_a_factory_sees_its_own_work_and_nothing_of_margin_sales_or_stock(
    database: Database, scene: Scene, fab1_key: str, fab2_key: str
) -> None:
    accepted(database, scene, economics=ECONOMICS)
    decide(database, scene, to_fab2(scene, urgent=True))

    own, other = kpis(database, fab1_key), kpis(database, fab2_key)

    assert sorted(own) == [
        "complaint_rate", "kept_dates", "lead_time_days", "reject_rate", "setup_cost_per_unit",
        "signal_to_answer_hours", "signal_to_recommendation_hours", "superseded_share",
        "unit_cost",
    ]  # fmt: skip
    assert own["unit_cost"]["value"] == "16.05"
    assert other["unit_cost"]["value"] is None
    assert other["signal_to_recommendation_hours"]["count"] == 1


def test_money_of_two_currencies_is_not_added_up(
    database: Database, scene: Scene, fab1_key: str
) -> None:
    with database.write() as session:
        other = build(session, code="other", currency="USD")
    accepted(database, scene)
    accepted(database, other, currency="USD")

    both, one = kpis(database, fab1_key), kpis(database, fab1_key, f"{PERIOD}&brand=acme")

    assert (both["unit_cost"]["unit"], both["unit_cost"]["value"]) == ("mixed/unit", None)
    assert one["unit_cost"]["value"] == "16.05"


def test_what_is_anothers_does_not_exist(
    database: Database, scene: Scene, brand_key: str, fab1_key: str
) -> None:
    with database.write() as session:
        other = build(session, code="other")
        session.execute(
            BrandFactory.__table__.delete().where(BrandFactory.brand_id == other.brand.id)
        )
    other_key = key_for(database, "brand", brand_id=other.brand.id)
    accepted(database, scene)
    ask = caller(database, LATER)

    assert ask(other_key, "GET", "/v1/kpis?brand=acme").status_code == 404
    assert ask(other_key, "GET", "/v1/kpis?factory=fab1").status_code == 404
    assert ask(fab1_key, "GET", "/v1/kpis?factory=fab2").status_code == 404
    assert ask(fab1_key, "GET", "/v1/kpis?brand=other").status_code == 404
    assert kpis(database, other_key)["unit_cost"]["value"] is None
    assert kpis(database, brand_key)["unit_cost"]["value"] == "16.05"


def test_ops_name_whom_they_ask_for_and_a_period_ends_after_it_begins(
    database: Database, scene: Scene, brand_key: str
) -> None:
    ops_key = key_for(database, "ops")
    ask = caller(database, LATER)

    assert ask(ops_key, "GET", "/v1/kpis").json()["code"] == "missing_parameter"
    assert "sell_through" in kpis(database, ops_key, f"{PERIOD}&brand=acme&factory=fab1")
    assert "sell_through" not in kpis(database, ops_key, f"{PERIOD}&factory=fab1")
    for period in ("from=2026-03-02&to=2026-03-01", "from=2020-01-01&to=2026-03-01"):
        answer = ask(brand_key, "GET", f"/v1/kpis?{period}")
        assert (answer.status_code, answer.json()["code"]) == (400, "bad_parameter")
    shown = ask(brand_key, "GET", "/v1/kpis").json()
    assert (shown["from"], shown["to"]) == ("2025-05-02", "2026-05-01")
