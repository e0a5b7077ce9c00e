"""Forecasts on the wire."""

from datetime import date, timedelta
from typing import Any, Literal

from app.forecasting.explain import Explained, explanation
from app.forecasting.model import Paths, StyleForecast
from app.forecasting.paths import PathSummary, summarise
from app.web.wire import Wire

LEVELS = (0.1, 0.5, 0.7, 0.8, 0.9)


class PeriodOut(Wire):
    """Demand of one period, or from the origin to its end: mean and quantiles, units."""

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

    sku: str
    origin: date
    frequency: Literal["day", "week"]
    model: str
    periods: list[PeriodOut]
    cumulative: list[PeriodOut]
    explanation: dict[str, Any]


class StyleForecastOut(Wire):
    """A style's demand over all of its SKUs."""

    style: str
    origin: date
    frequency: Literal["day", "week"]
    model: str
    periods: list[PeriodOut]
    cumulative: list[PeriodOut]
    explanation: dict[str, Any]


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
        "explanation": explained,
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
