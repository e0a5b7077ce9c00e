"""Refreshing due styles, claim to commit, against the same models and planning in memory.

    uv run python -m tests.benchmarks.refresh [styles]

Styles of mixed ages (0 to 60 weeks of sales), 4 SKUs, 3 offers, 512 paths. The floor calls
forecast, draw and decide on panels that are already arrays; the pipeline claims, reads events,
forecasts, decides and publishes. Prints styles/s of both, and the ratio; and what it is with the
learning that the first refresh of a day waits for.
"""

import sys
import time
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import numpy as np
from sqlalchemy import insert

from app.catalog.queries import active_style_ids
from app.catalog.tables import Sku, Style
from app.clock.time import local_day
from app.database.database import Database
from app.demand.build import whole_past
from app.forecasting.past.learning import learn_priors
from app.jobs.work import mark_due
from app.parties.queries import brand_named
from app.parties.refs import BrandRef
from app.parties.tables import Brand, BrandFactory, Factory
from app.refresh.decide import decide_styles
from app.refresh.gather import gather
from app.refresh.learn import priors_for
from app.refresh.pipeline import refresh_next
from app.sales.tables import SalesRow
from app.settings import Settings
from app.sourcing.tables import Offer
from app.stock.tables import StockLevel
from tests.benchmarks.servers import new_database

AT = datetime(2026, 6, 1, 6, tzinfo=UTC)
SKUS_A_STYLE = 4


def seed(database: Database, styles: int) -> BrandRef:
    rng = np.random.default_rng(1)
    brand = seed_catalog(database, styles)
    with database.write() as session:
        events, levels = _signals(rng, styles)
        for first in range(0, len(events), 50_000):
            session.execute(insert(SalesRow), events[first : first + 50_000])
        session.execute(insert(StockLevel), levels)
    return brand


def seed_catalog(database: Database, styles: int) -> BrandRef:
    """Store a brand, its styles numbered from 1, and one factory's three offers for all of them."""
    with database.write() as session:
        session.add(
            Brand(
                id=1,
                code="acme",
                name="Acme",
                timezone="Europe/Paris",
                currency="EUR",
                review_period_days=7,
                release="auto",
                release_limit=None,
                counter_tolerance=Decimal(0),
                respond_within_hours=48,
                open_to_buy=None,
                share_forecast=False,
                created_at=AT,
            )
        )
        session.add(
            Factory(id=1, code="fab", name="Fab", timezone="UTC", setup_matrix=None, created_at=AT)
        )
        session.flush()
        session.add(BrandFactory(brand_id=1, factory_id=1))
        for first in range(1, styles + 1, 5_000):
            part = range(first, min(first + 5_000, styles + 1))
            session.execute(insert(Style), [_style(index) for index in part])
            session.execute(
                insert(Sku), [_sku(index, size) for index in part for size in range(SKUS_A_STYLE)]
            )
        for name, minimum, setup, cost, days in (
            ("od", 1, 5, 17, 5),
            ("small", 50, 90, 13, 21),
            ("large", 600, 400, 9, 75),
        ):
            session.add(_offer(name, minimum, setup, cost, days))
    with database.read() as session:
        brand = brand_named(session, "acme")
    assert brand is not None
    return brand


def _style(index: int) -> dict[str, object]:
    return {
        "id": index,
        "brand_id": 1,
        "code": f"S{index}",
        "name": f"S{index}",
        "category": f"family {index % 8}",
        "attributes": {},
        "planning": "active",
        "test": None,
        "launch_date": None,
        "end_of_life_date": None,
        "successor": None,
        "like": [],
        "materials": [],
        "currency": "EUR",
        "price": Decimal(40),
        "salvage_value": Decimal(6),
        "holding_cost_per_unit_week": Decimal(0),
        "lost_sale_cost": Decimal(0),
        "backorder_share": 0.0,
        "return_rate": 0.1,
        "resalable_share": 0.9,
        "supply_version": 0,
        "updated_at": AT,
    }


def _sku(index: int, size: int) -> dict[str, object]:
    return {
        "id": index * SKUS_A_STYLE + size,
        "brand_id": 1,
        "style_id": index,
        "code": f"S{index}-{size}",
        "colorway": "BLK",
        "size": str(size),
        "position": size,
        "active": True,
    }


def _offer(name: str, minimum: int, setup: int, cost: int, days: int) -> Offer:
    mode = {"od": "on_demand", "small": "small_batch", "large": "large_batch"}[name]
    return Offer(
        factory_id=1,
        brand_id=1,
        code=name,
        styles=None,
        mode=mode,
        made_to_order=False,
        currency="EUR",
        price_break_kind="all_units",
        price_breaks=[{"min_quantity": 1, "unit_cost": str(cost)}],
        setup_cost=Decimal(setup),
        colorway_setup_cost=Decimal(0),
        setup_hours=1.0,
        setup_loss_units=0,
        tooling_cost=Decimal(0),
        freight_per_unit=Decimal(0),
        freight_per_run=Decimal(0),
        moq_run=minimum,
        moq_colorway=0,
        moq_sku=0,
        order_multiple=1,
        max_quantity=None,
        lead_time_days_mean=float(days),
        lead_time_days_sd=0.0,
        yield_rate=0.98,
        capacity_per_week=None,
        valid_from=None,
        valid_to=None,
        updated_at=AT,
    )


def _signals(
    rng: np.random.Generator, styles: int
) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    """Sales of each style since its launch, about one event per SKU and week; stock today."""
    events: list[dict[str, object]] = []
    levels: list[dict[str, object]] = []
    today = local_day(AT, "Europe/Paris")
    for style in range(1, styles + 1):
        weeks, rate = int(rng.integers(0, 61)), float(rng.lognormal(1.0, 0.8))
        for size in range(SKUS_A_STYLE):
            sku = style * SKUS_A_STYLE + size
            for week, units in enumerate(rng.poisson(rate, weeks)):
                if not units:
                    continue
                day = today - timedelta(days=7 * (weeks - week) - int(rng.integers(0, 7)))
                events.append(
                    {
                        "brand_id": 1,
                        "event_id": f"{sku}-{week}",
                        "sku_id": sku,
                        "kind": "sale",
                        "quantity": int(units),
                        "day": day,
                        "occurred_at": datetime(day.year, day.month, day.day, 10, tzinfo=UTC),
                    }
                )
            levels.append({"sku_id": sku, "as_of": AT, "on_hand": int(rng.integers(0, 20))})
    return events, levels


def in_memory(database: Database, brand: BrandRef, settings: Settings) -> float:
    """Seconds for forecasts, draws and decisions alone, in the pipeline's batches."""
    origin = local_day(AT, brand.timezone)
    with database.read() as session:
        history = whole_past(session, brand, origin=origin)
        assert history is not None
        priors = learn_priors(history)
        ids = active_style_ids(session, brand.id)
        size = settings.worker_batch_styles
        batches = [
            gather(session, brand, ids[first : first + size], at=AT, origin=origin, priors=priors)
            for first in range(0, len(ids), size)
        ]
    decide_styles(batches[0], paths=settings.forecast_paths)
    started = time.perf_counter()
    for batch in batches:
        decide_styles(batch, paths=settings.forecast_paths)
    return time.perf_counter() - started


def learned(database: Database, brand: BrandRef) -> float:
    """Seconds of learning: a brand's first refresh of a day waits for it, and in one of seven
    days for hundreds of fits."""
    started = time.perf_counter()
    priors_for(database, brand, local_day(AT, brand.timezone))
    return time.perf_counter() - started


def pipeline(database: Database, brand: BrandRef, settings: Settings) -> float:
    """Seconds from the claim of the first batch to the commit of the last."""
    with database.write() as session:
        mark_due(session, brand.id, active_style_ids(session, brand.id), at=AT)
    started = time.perf_counter()
    while refresh_next(database, settings, at=AT):
        pass
    return time.perf_counter() - started


def main() -> None:
    styles = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000
    settings = Settings()
    print(
        f"{date.today()}  {styles:,} styles x {SKUS_A_STYLE} SKUs, {settings.forecast_paths} paths"
    )
    for kind in ("sqlite", "postgresql"):
        with new_database(kind) as url:
            database = Database(url)
            brand = seed(database, styles)
            floor = in_memory(database, brand, settings)
            learning = learned(database, brand)
            ours = pipeline(database, brand, settings)
            database.close()
        print(
            f"{kind:11} pipeline {styles / ours:7,.0f} styles/s  floor {styles / floor:7,.0f}"
            f"  ratio {floor / ours:.2f}, with learning ({learning:.1f} s)"
            f" {floor / (ours + learning):.2f}"
        )


if __name__ == "__main__":
    main()
