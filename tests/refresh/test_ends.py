"""Styles that end, and styles that hand over."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pytest
from sqlalchemy import select

from app.catalog.ingest import StyleDraft, put_styles
from app.database.database import Database
from app.forecasting.model import StyleForecast
from app.forecasting.tables import ForecastRow
from app.parties.tables import Factory
from app.sourcing.ingest import put_offer
from tests.refresh.shop import AT, decisions, draft, offer, open_shop, refresh, sell, style_id

TODAY = AT.date()


def forecast_of(database: Database, code: str) -> StyleForecast:
    with database.read() as session:
        query = select(ForecastRow).where(ForecastRow.style_id == style_id(session, code))
        return StyleForecast.from_json(session.scalars(query).one().numbers)


def refreshed(database: Database, *styles: StyleDraft, sold: tuple[str, ...]) -> None:
    brand = open_shop(database)
    with database.write() as session:
        put_styles(session, brand.id, styles, at=AT)
        for code in sold:
            sell(session, brand, code, days=60)
    outcomes = refresh(database)
    assert not any(outcome.errors for outcome in outcomes)


@pytest.mark.parametrize("last_day", [TODAY - timedelta(days=40), TODAY - timedelta(days=1)])
def test_after_its_last_day_nothing_is_forecast_and_nothing_made(
    database: Database, last_day: date
) -> None:
    refreshed(database, replace(draft("S1"), end_of_life_date=last_day), sold=("S1",))

    assert (forecast_of(database, "S1").mean == 0).all()
    with database.read() as session:
        [decision] = decisions(session)
        assert decision.action != "run"


def test_demand_ends_with_the_last_day(database: Database) -> None:
    ends = TODAY + timedelta(days=20)

    refreshed(database, replace(draft("S1"), end_of_life_date=ends), sold=("S1",))

    forecast = forecast_of(database, "S1")
    periods = 21 // forecast.period_days
    assert (forecast.mean[:periods] > 0).all()
    assert (forecast.mean[periods:] == 0).all()
    assert {"code": "end", "end_of_life": "2026-03-22"} in forecast.notes


def test_a_style_bends_towards_its_successor_which_starts_at_its_level(
    database: Database,
) -> None:
    launch = TODAY + timedelta(days=14)
    refreshed(
        database,
        replace(draft("OLD"), successor="NEW"),
        replace(draft("NEW"), launch_date=launch),
        replace(draft("ODD"), launch_date=launch),
        draft("STAY"),
        sold=("OLD", "STAY"),
    )

    old, new, odd, stay = (forecast_of(database, code) for code in ("OLD", "NEW", "ODD", "STAY"))

    kept = old.mean / stay.mean
    assert kept[:2].tolist() == pytest.approx([1.0, 1.0])
    assert kept[30] == pytest.approx(0.42, abs=0.02)
    assert "successor" in {note["code"] for note in old.notes}
    # 56 a week sold the predecessor; the family alone would say as much of this one as of ODD.
    assert new.layer == odd.layer == "prior"
    assert np.log(new.mean[4:12].mean() / 56) == pytest.approx(0.0, abs=0.5)
    assert new.scale_cv < odd.scale_cv


def test_what_could_only_land_after_the_last_day_is_not_asked_for_however_far_that_is(
    database: Database,
) -> None:
    brand = open_shop(database)
    ends = replace(draft("S1"), end_of_life_date=TODAY + timedelta(days=400))
    slow = replace(offer(), lead_time_days_mean=410.0)
    with database.write() as session:
        put_styles(session, brand.id, [ends], at=AT)
        put_offer(session, session.scalars(select(Factory.id)).one(), slow, at=AT)
        sell(session, brand, "S1", days=60)

    refresh(database)

    with database.read() as session:
        [decision] = decisions(session)
    assert (decision.action, decision.final) == ("discontinue", True)


def test_the_days_after_the_last_whole_week_are_made_for(database: Database) -> None:
    brand = open_shop(database)
    ends = replace(draft("S1"), end_of_life_date=TODAY + timedelta(days=16))
    cheap = replace(offer(), setup_cost=Decimal(1), moq_run=1)
    with database.write() as session:
        put_styles(session, brand.id, [ends], at=AT)
        put_offer(session, session.scalars(select(Factory.id)).one(), cheap, at=AT)
        sell(session, brand, "S1", days=60, a_day=3)

    refresh(database)

    with database.read() as session:
        [decision] = decisions(session)
    assert (decision.action, decision.final) == ("run", True)
    assert 9 <= decision.body["chosen"]["quantity"] <= 27  # three days of six a day
    assert decision.inputs["situation"]["last_period_days"] == 3
