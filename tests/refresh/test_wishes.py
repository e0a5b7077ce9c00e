"""What a refresh tells the forecaster about its styles."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import update

from app.catalog.tables import Style
from app.database.database import Database
from app.forecasting.forecast import forecast_styles
from app.forecasting.past.priors import BrandPriors
from app.parties.refs import BrandRef
from app.refresh.gather import gather
from app.refresh.learn import priors_for
from app.refresh.wishes import fit_wishes
from tests.refresh.shop import AT, open_shop, refresh, sell, style_id


def test_a_style_is_fitted_for_what_its_costs_make_worth_serving(database: Database) -> None:
    brand = open_shop(database, "S2", "S3", "S4")
    with database.write() as session:
        for code, price, salvage in (("S3", 14, 5), ("S4", 40, 40)):
            values = {"price": Decimal(price), "salvage_value": Decimal(salvage)}
            session.execute(update(Style).where(Style.code == code).values(values))
    with database.read() as session:
        ids = [style_id(session, code) for code in ("S2", "S3", "S4")]
        gathered = gather(session, brand, ids, at=AT, origin=AT.date(), priors=BrandPriors())

    ratios = fit_wishes(gathered).ratios
    without_offers = fit_wishes(replace(gathered, offers={})).ratios

    assert ratios == pytest.approx({"S2": 26 / 35, "S3": 0.05, "S4": 0.95})
    assert without_offers == {}


def test_the_last_fit_of_a_style_is_where_the_next_one_starts(database: Database) -> None:
    brand = open_shop(database, "S2")
    with database.write() as session:
        sell(session, brand, "S2", days=120)
    refresh(database)

    tomorrow = AT.date() + timedelta(days=1)
    with database.read() as session:
        ids = [style_id(session, "S2")]
        gathered = gather(session, brand, ids, at=AT, origin=tomorrow, priors=BrandPriors())

    assert fit_wishes(gathered).warm["S2"]["day"] == AT.date().isoformat()
    [forecast] = forecast_styles(gathered.panels[0], BrandPriors(), fit_wishes(gathered))
    assert forecast.fit_state is not None
    assert forecast.fit_state["day"] == AT.date().isoformat()
    assert forecast.fit_state["fingerprint"] == gathered.warm["S2"]["fingerprint"]


def test_what_came_late_has_its_style_fitted_anew(database: Database) -> None:
    brand = open_shop(database, "S2", "S3")
    with database.write() as session:
        sell(session, brand, "S2", days=120)
        sell(session, brand, "S3", days=120)
    refresh(database)
    with database.write() as session:
        sell(session, brand, "S2", days=40, a_day=1, named="late")

    tomorrow = AT.date() + timedelta(days=1)
    with database.read() as session:
        ids = [style_id(session, code) for code in ("S2", "S3")]
        gathered = gather(session, brand, ids, at=AT, origin=tomorrow, priors=BrandPriors())

    assert gathered.warm.keys() == {"S2", "S3"}
    assert fit_wishes(gathered).warm.keys() == {"S3"}


def test_what_others_sold_late_has_the_fits_of_the_same_day_made_anew(database: Database) -> None:
    brand = open_shop(database, "S2", "S3")
    with database.write() as session:
        sell(session, brand, "S2", days=120)
        sell(session, brand, "S3", days=120)
    refresh(database)

    before = still_true(database, brand, ["S3"])
    with database.write() as session:
        sell(session, brand, "S2", days=40, a_day=1, named="late")
    after = still_true(database, brand, ["S3"])

    assert before == {"S3"}
    assert after == set()


def still_true(database: Database, brand: BrandRef, codes: list[str]) -> set[str]:
    """Return the styles whose last full fit still serves on the same day."""
    priors = priors_for(database, brand, AT.date())
    with database.read() as session:
        ids = [style_id(session, code) for code in codes]
        gathered = gather(session, brand, ids, at=AT, origin=AT.date(), priors=priors)
    return set(fit_wishes(gathered).warm)
