"""Forecasts on the wire."""

from datetime import date, timedelta
from typing import Any, Literal

from pydantic import ConfigDict

from app.forecasting.explained.explain import Explained, explanation
from app.forecasting.explanation_schemas import EXAMPLE, FIRST_EXAMPLE, ExplanationOut
from app.forecasting.model import Paths, StyleForecast
from app.forecasting.paths import PathSummary, summarise
from app.web.wire import Wire, example

LEVELS = (0.1, 0.5, 0.7, 0.8, 0.9)

WEEK = {
    "start": "2026-03-02",
    "end": "2026-03-09",
    "mean": 18.862,
    "p10": 9,
    "p50": 18,
    "p70": 22,
    "p80": 26,
    "p90": 30,
}
SKU_WEEK = {**WEEK, "mean": 6.127, "p10": 2, "p50": 6, "p70": 8, "p80": 9, "p90": 11}
"""The first week of the examples, the same by itself and cumulated."""


def _example(name: str, code: str, week: dict[str, Any], explained: dict[str, Any]) -> ConfigDict:
    return example(
        {
            name: code,
            "origin": "2026-03-02",
            "frequency": "week",
            "model": "launch posterior",
            "periods": [week],
            "cumulative": [week],
            "explanation": explained,
        }
    )


class PeriodOut(Wire):
    """Demand of one period, or from the origin to its end: mean and quantiles, units."""

    model_config = example(WEEK)

    start: date
    end: date
    mean: float
    p10: int
    p50: int
    p70: int
    p80: int
    p90: int


class SkuForecastOut(Wire):
    """A SKU's demand by period, and cumulated from the origin: quantiles do not add up."""

    model_config = _example("sku", "S2-BLK-M", SKU_WEEK, FIRST_EXAMPLE)

    sku: str
    origin: date
    frequency: Literal["day", "week"]
    model: str
    periods: list[PeriodOut]
    cumulative: list[PeriodOut]
    explanation: ExplanationOut


class StyleForecastOut(Wire):
    """A style's demand over all of its SKUs."""

    model_config = _example("style", "S2", WEEK, EXAMPLE)

    style: str
    origin: date
    frequency: Literal["day", "week"]
    model: str
    periods: list[PeriodOut]
    cumulative: list[PeriodOut]
    explanation: ExplanationOut


def sku_forecast(shown: Explained, sku: str) -> SkuForecastOut:
    """Read off a SKU's demand from the style's paths."""
    index = shown.forecast.sku_codes.index(sku)
    drawn = shown.drawn[index : index + 1]
    return SkuForecastOut(sku=sku, **_shared(shown.forecast, drawn, explanation(shown, index)))


def style_forecast(shown: Explained) -> StyleForecastOut:
    """Read off the style's demand: the sum of its SKUs' paths."""
    total = shown.drawn.sum(axis=0, keepdims=True)
    forecast = shown.forecast
    return StyleForecastOut(
        style=forecast.style_code, **_shared(forecast, total, explanation(shown))
    )


def _shared(forecast: StyleForecast, drawn: Paths, explained: dict[str, Any]) -> dict[str, Any]:
    summary = summarise(drawn, LEVELS)
    return {
        "origin": forecast.origin,
        "frequency": "day" if forecast.period_days == 1 else "week",
        "model": forecast.model,
        "periods": _rows(forecast, summary, cumulative=False),
        "cumulative": _rows(forecast, summary, cumulative=True),
        "explanation": ExplanationOut.model_validate(explained),
    }


def _rows(forecast: StyleForecast, summary: PathSummary, *, cumulative: bool) -> list[PeriodOut]:
    means = (summary.cumulative_mean if cumulative else summary.mean)[0]
    quantiles = (summary.cumulative_quantiles if cumulative else summary.quantiles)[:, 0]
    length = timedelta(days=forecast.period_days)
    rows = []
    for period, mean in enumerate(means):
        start = forecast.origin + period * length
        values = {
            f"p{round(level * 100)}": int(value)
            for level, value in zip(LEVELS, quantiles[:, period], strict=True)
        }
        rows.append(
            PeriodOut(
                start=forecast.origin if cumulative else start,
                end=start + length,
                mean=round(float(mean), 3),
                **values,
            )
        )
    return rows
