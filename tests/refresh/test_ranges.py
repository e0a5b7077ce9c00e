"""Sizes that join a style that has sold without them."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.catalog.ingest import SkuDraft, put_styles
from app.database.database import Database
from app.forecasting.model import StyleForecast
from app.forecasting.tables import ForecastRow
from tests.refresh.shop import AT, draft, open_shop, refresh, sell


def shares(database: Database) -> dict[str, float]:
    with database.read() as session:
        row = session.scalars(select(ForecastRow).order_by(ForecastRow.id.desc())).first()
        assert row is not None
        forecast = StyleForecast.from_json(row.numbers)
    return dict(zip(forecast.sku_codes, forecast.shares / forecast.shares.sum(), strict=True))


@pytest.mark.parametrize(("days", "least", "most"), [(0, 0.2, 0.3), (60, 0.0, 0.05)])
def test_a_size_added_to_a_style_is_expected_to_sell_like_a_size_not_like_a_failure(
    database: Database, days: int, least: float, most: float
) -> None:
    """Added just now it has its place in the order; sixty days without a sale are a failure."""
    brand = open_shop(database)
    with_xl = (*draft("S1").skus, SkuDraft("S1-XL", "BLK", "XL"))
    with database.write() as session:
        put_styles(session, brand.id, [draft("S1")], at=AT - timedelta(days=90))
        wider = replace(draft("S1"), skus=with_xl)
        put_styles(session, brand.id, [wider], at=AT - timedelta(days=days))
        sell(session, brand, "S1", days=60)

    refresh(database)

    found = shares(database)
    assert found["S1-M"] == pytest.approx(found["S1-L"], rel=0.02)
    assert least < found["S1-XL"] < most
