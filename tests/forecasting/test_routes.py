"""Forecasts over HTTP: the latest, an earlier one, and what is behind them."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from app.catalog.queries import style_ids_by_code
from app.database.database import Database
from app.forecasting.paths import draw_paths
from app.forecasting.routes import routes
from app.forecasting.store import new_forecast, save_forecasts
from app.parties.refs import BrandRef
from tests.forecasting.panels import forecast
from tests.sales.calling import Calling
from tests.sales.shop import add_style, open_brand


@pytest.fixture
def call(database: Database) -> Calling:
    """A brand with style S2 and two forecasts of it; S3 has none."""
    with database.write() as session:
        brand = open_brand(session)
        add_style(session, brand, "S2", ["K1", "K2", "K3"])
        add_style(session, brand, "S3", ["C"])
    keep(database, brand, date(2026, 3, 2), datetime(2026, 3, 2, 9, tzinfo=UTC), mean=4.0)
    keep(database, brand, date(2026, 3, 9), datetime(2026, 3, 9, 9, tzinfo=UTC), mean=8.0)
    calling = Calling(database, brand)
    calling.app.include_router(routes)
    return calling


def keep(
    database: Database, brand: BrandRef, origin: date, made_at: datetime, *, mean: float
) -> None:
    made = replace(forecast(mean=mean), origin=origin)
    with database.write() as session:
        style_id = style_ids_by_code(session, brand.id)["S2"]
        row = new_forecast(style_id, made, seed=5, horizon=26, made_at=made_at)
        row.id = f"fc_{origin}"  # ids of one millisecond have no order
        save_forecasts(session, [row])


def test_a_sku_shows_its_latest_forecast_and_what_is_behind_it(call: Calling) -> None:
    answer = call.get("/v1/forecasts/K1?periods=2")

    shown = answer.json()
    paths = draw_paths(forecast(mean=8.0), periods=2, seed=5)
    assert answer.status_code == 200
    assert (shown["sku"], shown["origin"], shown["frequency"]) == ("K1", "2026-03-09", "week")
    assert [row["mean"] for row in shown["periods"]] == paths[0].mean(axis=0).round(3).tolist()
    assert shown["explanation"]["layer"] == "launch"
    assert shown["explanation"]["changed"]["previous_origin"] == "2026-03-02"
    assert shown["explanation"]["text"][-1] == (
        "The forecast of 2026-03-02 expected 2.0 units a week, this one 4.0: its own sales did not "
        "change it; what the brand's other styles taught, or what is known of it, did."
    )


@pytest.mark.parametrize(
    ("as_of", "origin"),
    [
        ("2026-03-02", "2026-03-02"),
        ("2026-03-08", "2026-03-02"),
        ("2026-03-09", "2026-03-09"),
        ("2030-01-01", "2026-03-09"),
        ("2026-03-09T08:59:59Z", "2026-03-02"),
        ("2026-03-09T09:00:00Z", "2026-03-09"),
        ("2026-03-09T09:30:00%2B01:00", "2026-03-02"),
    ],
)
def test_an_earlier_forecast_is_shown_as_of_a_day_or_an_instant(
    call: Calling, as_of: str, origin: str
) -> None:
    answers = [
        call.get(f"/v1/{path}?as_of={as_of}") for path in ("forecasts/K1", "styles/S2/forecast")
    ]

    assert [answer.json()["origin"] for answer in answers] == [origin, origin]


def test_the_first_forecast_has_none_before_it(call: Calling) -> None:
    answer = call.get("/v1/styles/S2/forecast?as_of=2026-03-02")

    assert answer.json()["explanation"]["changed"] is None


@pytest.mark.parametrize("as_of", ["2026-03-01", "2026-03-02T08:59:59Z", "2000-01-01"])
def test_before_the_first_there_is_none_yet(call: Calling, as_of: str) -> None:
    answers = [
        call.get(f"/v1/{path}?as_of={as_of}") for path in ("forecasts/K1", "styles/S2/forecast")
    ]

    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [
        (404, "not_forecast_yet")
    ] * 2


@pytest.mark.parametrize(
    "as_of", ["", "yesterday", "2026-02-30", "2026-03-09T09:00:00", "1999-12-31", "20260309"]
)
def test_another_as_of_is_refused_by_name(call: Calling, as_of: str) -> None:
    answer = call.get(f"/v1/forecasts/K1?as_of={as_of}")

    assert (answer.status_code, answer.json()["code"]) == (400, "bad_parameter")
    assert "as_of" in answer.text


def test_a_style_without_a_forecast_and_one_of_nobody_are_not_found(call: Calling) -> None:
    answers = [call.get(f"/v1/{path}") for path in ("forecasts/C", "forecasts/x")]

    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [
        (404, "not_forecast_yet"),
        (404, "not_found"),
    ]
