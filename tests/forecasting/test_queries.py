"""Stored forecasts, read back."""

from dataclasses import replace
from datetime import UTC, date, datetime

from app.database.database import Database
from app.forecasting.queries import fit_states, latest_forecast, priors_of_day, priors_since
from app.forecasting.store import new_forecast, save_forecasts
from app.forecasting.tables import ForecastRow, PriorsRow
from tests.forecasting.panels import forecast
from tests.sales.shop import add_style, open_brand

MACHINE = datetime(2026, 11, 25, 9, tzinfo=UTC)
SANDBOX = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_the_forecast_made_last_counts_whatever_the_sandbox_was_set_to(database: Database) -> None:
    with database.write() as session:
        style_id = add_style(session, open_brand(session), "S2", ["A"])
        for key, at in (("fc_1", MACHINE), ("fc_2", SANDBOX)):
            session.add(
                ForecastRow(
                    id=key,
                    style_id=style_id,
                    origin=date(2026, 3, 1),
                    made_at=at,
                    horizon=26,
                    seed=1,
                    numbers={},
                )
            )

    with database.read() as session:
        found = latest_forecast(session, style_id)

    assert found is not None
    assert found.id == "fc_2"


def test_the_next_fit_starts_from_what_the_last_forecast_left(database: Database) -> None:
    with database.write() as session:
        brand = open_brand(session)
        ids = {code: add_style(session, brand, code, [f"{code}-M"]) for code in ("S2", "S3", "S4")}
        days = [{"day": f"2026-03-0{number}"} for number in range(1, 4)]
        states = (("S2", days[0]), ("S2", days[1]), ("S3", days[2]), ("S3", None), ("S4", {"n": 1}))
        for number, (code, state) in enumerate(states):
            made = replace(forecast(), style_code=code, fit_state=state)
            row = new_forecast(ids[code], made, seed=1, horizon=26, made_at=SANDBOX)
            row.id = f"fc_{number}"
            save_forecasts(session, [row])

    with database.read() as session:
        found = fit_states(session, list(ids.values()))
        of_none = fit_states(session, [])

    assert found == {"S2": {"day": "2026-03-02"}}
    assert of_none == {}


def test_priors_that_another_version_stored_are_none_to_this_one(database: Database) -> None:
    with database.write() as session:
        brand = open_brand(session)
        numbers = {"brand": {"log_mean": 1.6}, "categories": {}, "rates": {}, "sizes": {}}
        session.add(PriorsRow(brand_id=brand.id, day=date(2026, 3, 1), numbers=numbers))

    with database.read() as session:
        of_day = priors_of_day(session, brand.id, date(2026, 3, 1))
        since = priors_since(session, brand.id, date(2026, 2, 24), date(2026, 3, 2))

    assert of_day is None
    assert since is None
