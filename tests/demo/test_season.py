"""What the first forecast expected of the season."""

from datetime import date

import pytest

from app.client.brand_answers import ForecastAnswer, ForecastPeriod
from app.demo.season import expected_units


def forecast(*ends: tuple[str, float]) -> ForecastAnswer:
    def period(end: str, mean: float) -> ForecastPeriod:
        return {
            "start": "2026-03-02", "end": end, "mean": mean,
            "p10": 0.0, "p50": 0.0, "p70": 0.0, "p80": 0.0, "p90": 0.0,
        }  # fmt: skip

    return {
        "origin": "2026-03-02",
        "frequency": "week",
        "model": "m",
        "periods": [],
        "cumulative": [period(end, mean) for end, mean in ends],
    }


@pytest.mark.parametrize(
    ("ends", "units"),
    [
        ([("2026-03-09", 7.0), ("2026-03-16", 12.0), ("2026-03-23", 20.0)], 12.0),
        ([("2026-03-09", 7.0)], 14.0),
        ([("2026-03-23", 20.0)], 0.0),
        ([], 0.0),
    ],
    ids=["up to the date", "beyond its end at its pace", "only later", "nothing"],
)
def test_expected_demand_ends_at_the_date(ends: list[tuple[str, float]], units: float) -> None:
    assert expected_units(forecast(*ends), date(2026, 3, 16)) == pytest.approx(units)
