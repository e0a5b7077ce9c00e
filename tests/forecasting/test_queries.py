"""Stored forecasts, read back."""

from datetime import UTC, date, datetime

from app.database.database import Database
from app.forecasting.queries import latest_forecast
from app.forecasting.tables import ForecastRow
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
