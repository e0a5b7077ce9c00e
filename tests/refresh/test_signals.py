"""What a style's returns and known demand make of its decision."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from app.catalog.tables import Style
from app.database.database import Database
from app.demand.known import Expectation, KnownItem, store_known_demand
from app.demand.return_law import DELAY_WEEKS, ReturnLaw, ReturnPriors
from app.forecasting.past.priors import BrandPriors
from app.forecasting.queries import forecast_as_of, forecast_of, priors_of_day
from app.forecasting.tables import ForecastRow
from app.parties.refs import BrandRef
from app.refresh.decide import Decided, decide_styles
from app.refresh.gather import gather
from app.sales.ingest import SalesEvent, store_sales
from tests.refresh.shop import AT, open_shop, refresh, sell, style_id

IN_TWO_WEEKS = (0.0, 0.0, 1.0) + (0.0,) * (DELAY_WEEKS - 3)
HALF = ReturnPriors(brand=ReturnLaw(rate=0.5, delay=IN_TWO_WEEKS))


def decided(database: Database, brand: BrandRef, priors: BrandPriors) -> Decided:
    with database.read() as session:
        ids = [style_id(session, "S2")]
        gathered = gather(session, brand, ids, at=AT, origin=AT.date(), priors=priors)
    return decide_styles(gathered, paths=64)


def returned(brand: BrandRef, days_ago: int, units: int) -> SalesEvent:
    return SalesEvent(
        event_id=f"back-{days_ago}",
        sku="S2-M",
        kind="return",
        quantity=units,
        occurred_at=AT - timedelta(days=days_ago),
        order_id=f"{brand.code}-{days_ago}",
    )


@pytest.fixture
def brand(database: Database) -> BrandRef:
    brand = open_shop(database, "S2")
    with database.write() as session:
        sell(session, brand, "S2", days=14, a_day=10)
        session.execute(update(Style).values(resalable_share=0.8, return_rate=0.5))
    return brand


def test_what_will_come_back_of_the_units_sold_is_inbound(
    database: Database, brand: BrandRef
) -> None:
    made = decided(database, brand, BrandPriors(returns=HALF))

    [proposal] = made.proposals.values()
    # 70 of each size sold in each of the last two weeks: half of them back two weeks later,
    # 8 of 10 fit to be sold again.
    asked = proposal.inputs["situation"]
    assert asked["inbound"]["nonzero"] == [[0, 0, 28], [0, 1, 28], [1, 0, 28], [1, 1, 28]]
    assert asked["economics"]["return_rate"] == 0.5


def test_without_a_stated_rate_the_styles_own_is_learned(
    database: Database, brand: BrandRef
) -> None:
    with database.write() as session:
        session.execute(update(Style).values(return_rate=None))
        store_sales(session, brand, [returned(brand, 1, 60)], at=AT)

    made = decided(database, brand, BrandPriors(returns=ReturnPriors(
        brand=ReturnLaw(delay=(1.0,) + (0.0,) * (DELAY_WEEKS - 1))
    )))  # fmt: skip

    [proposal] = made.proposals.values()
    asked = proposal.inputs["situation"]
    assert asked["economics"]["return_rate"] == pytest.approx(60 / (280 + 50))
    assert asked["inbound"]["nonzero"] == []


def test_a_day_learns_its_returns_once_and_keeps_them(database: Database, brand: BrandRef) -> None:
    with database.write() as session:
        sell(session, brand, "S2", days=60, a_day=10)
        store_sales(session, brand, [returned(brand, days, 4) for days in range(1, 40)], at=AT)

    refresh(database)

    with database.read() as session:
        stored = priors_of_day(session, brand.id, AT.date())
        [row] = session.scalars(select(ForecastRow))
    assert stored is not None
    assert 0 < stored.priors.returns.brand.rate < 0.3
    assert row.numbers["facts"]["returns"]["stated"] is True
    assert row.numbers["facts"]["returns"]["units_to_come"] > 0


def test_known_demand_is_in_the_forecast_that_decides(database: Database, brand: BrandRef) -> None:
    due = AT.date() + timedelta(days=30)
    with database.write() as session:
        item = KnownItem("HIRING", "S2-L", Expectation(5000, due, 1.0))
        store_known_demand(session, brand, [item], at=AT)

    refresh(database)

    with database.read() as session:
        [row] = session.scalars(select(ForecastRow))
    kept = forecast_of(row)
    [line] = kept.known
    assert (kept.sku_codes[line.sku], line.period, line.quantity) == ("S2-L", 4, 5000)


def test_an_earlier_days_forecast_outlives_the_refreshes_of_a_later_day(
    database: Database, brand: BrandRef
) -> None:
    hours = (AT, AT + timedelta(hours=1), AT + timedelta(days=1), AT + timedelta(days=1, hours=2))
    for number, at in enumerate(hours):
        with database.write() as session:
            event = returned(brand, 1, 1)._replace(kind="sale", event_id=f"more-{number}")
            store_sales(session, brand, [event], at=at)
        refresh(database, at=at)

    with database.read() as session:
        found = forecast_as_of(session, style_id(session, "S2"), AT.date())
        origins = sorted({row.origin for row in session.scalars(select(ForecastRow))})

    assert found is not None
    assert found.made_at == hours[1]
    assert origins == [date(2026, 3, 2), date(2026, 3, 3)]


def test_paths_with_known_demand_decide_on_it(database: Database, brand: BrandRef) -> None:
    before = decided(database, brand, BrandPriors())
    with database.write() as session:
        item = KnownItem("HIRING", "S2-L", Expectation(5000, AT.date() + timedelta(days=16), 1.0))
        store_known_demand(session, brand, [item], at=AT)

    after = decided(database, brand, BrandPriors())

    # Half of the 5,000 come back, and 8 of 10 of those are sold again: 3,000 stay sold.
    [without], [with_known] = (list(made.proposals.values()) for made in (before, after))
    assert with_known.body["chosen"]["quantity"] > without.body["chosen"]["quantity"] + 2500


@pytest.mark.parametrize(("stated", "unknown"), [("GHOST", "GHOST"), ("S2", None), (None, None)])
def test_a_stated_successor_that_is_no_style_is_kept_as_unknown(
    database: Database, brand: BrandRef, stated: str | None, unknown: str | None
) -> None:
    with database.write() as session:
        session.execute(update(Style).values(successor=stated))

    refresh(database)

    with database.read() as session:
        [row] = session.scalars(select(ForecastRow))
    assert row.numbers["facts"]["unknown_successor"] == unknown
