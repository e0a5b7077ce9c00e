"""Why a stored forecast says what it says: as data, and in sentences.

Everything is read off stored forecasts and the paths that decided; nothing is fitted or counted
again, so that an earlier forecast is explained as it was.
"""

from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np

from app.forecasting.explained.basis import prior_share
from app.forecasting.explained.changes import noted, reasons
from app.forecasting.explained.words import sentences
from app.forecasting.model import HORIZON, Floats, KnownUnits, Paths, StyleForecast
from app.forecasting.paths import draw_paths

LISTED_LINES = 12
"""Lines of known demand that are listed one by one; the others are counted."""


@dataclass(frozen=True, eq=False)
class Explained:
    """A stored forecast, what was drawn from it, and the one before it.

    Attributes:
        forecast: The forecast.
        made_at: When it was made.
        drawn: Its paths, shape (skus, paths, periods).
        base: The paths without known demand, same shape; the same where there is none.
        previous: The last forecast of an earlier day, None for the first.
    """

    forecast: StyleForecast
    made_at: datetime
    drawn: Paths
    base: Paths
    previous: StyleForecast | None


def drawn_of(
    forecast: StyleForecast,
    previous: StyleForecast | None,
    *,
    made_at: datetime,
    periods: int,
    paths: int,
    seed: int,
) -> Explained:
    """Draw a stored forecast's paths again, and without known demand beside them."""
    size = {"periods": periods, "paths": paths, "seed": seed}
    drawn = draw_paths(forecast, **size)
    base = draw_paths(replace(forecast, known=()), **size) if forecast.known else drawn
    return Explained(forecast, made_at, drawn, base, previous)


def explanation(shown: Explained, sku: int | None = None) -> dict[str, Any]:
    """Return what is behind a forecast, of one of its SKUs by index or of the whole style.

    JSON types only: figures, and `text` that says the same in sentences.
    """
    forecast = shown.forecast
    prior = prior_share(forecast.layer, forecast.notes)
    facts: dict[str, Any] = {
        "layer": forecast.layer,
        "scale_cv": round(forecast.scale_cv, 4),
        "notes": [dict(note) for note in forecast.notes],
        "made_at": shown.made_at.isoformat().replace("+00:00", "Z"),
        "prior_share": prior,
        "sales_share": round(1.0 - prior, 4),
        "models": _models(forecast),
        "sold_units": forecast.facts.get("sold_units"),
        "periods_on_sale": forecast.facts.get("periods_on_sale"),
        "censored": _censored(forecast, sku),
        "known_demand": _known(shown, sku),
        "returns": forecast.facts.get("returns"),
        "unknown_successor": forecast.facts.get("unknown_successor"),
        "changed": _changed(shown, sku),
    }
    return {**facts, "text": sentences(forecast, facts)}


def _models(forecast: StyleForecast) -> dict[str, float]:
    """Return the weight of each fitted model, heaviest first."""
    weights = (forecast.fit_state or {}).get("weights", {})
    return dict(sorted(weights.items(), key=lambda item: (-item[1], item[0])))


def _censored(forecast: StyleForecast, sku: int | None) -> dict[str, Any] | None:
    """Return what stock-outs hid of the style, and of one SKU its own part of them."""
    found = noted(forecast, "censored_periods")
    if sku is None or "skus" not in found:
        return found or None
    none = {"periods": 0, "sold_units": 0}
    own = found.pop("skus").get(forecast.sku_codes[sku], none)
    return {**found, "sku": own}


def _known(shown: Explained, sku: int | None) -> dict[str, Any] | None:
    """Return what known demand is in the periods shown, and how much forecast it consumed."""
    forecast, periods = shown.forecast, shown.drawn.shape[2]
    lines = [
        line
        for line in forecast.known
        if line.period < periods and (sku is None or line.sku == sku)
    ]
    if not lines:
        return None
    chosen = slice(None) if sku is None else slice(sku, sku + 1)
    total, base = (_mean_units(drawn[chosen]) for drawn in (shown.drawn, shown.base))
    expected = sum(line.quantity * line.probability for line in lines)
    return {
        "expected_units": round(expected, 1),
        "consumed_units": round(min(max(base + expected - total, 0.0), expected), 1),
        "added_units": round(max(total - base, 0.0), 1),
        "lines": [_line(forecast, line) for line in lines[:LISTED_LINES]],
        "more": max(len(lines) - LISTED_LINES, 0),
    }


def _mean_units(drawn: Paths) -> float:
    """Return the mean over the paths of all units in them."""
    return float(drawn.sum(axis=(0, 2), dtype=np.int64).mean())


def _line(forecast: StyleForecast, line: KnownUnits) -> dict[str, Any]:
    shown = asdict(line)
    start = forecast.origin + timedelta(days=line.period * forecast.period_days)
    return {
        "reference": shown["reference"],
        "sku": forecast.sku_codes[line.sku],
        "period": start.isoformat(),
        "quantity": shown["quantity"],
        "probability": shown["probability"],
        "consumes": shown["consumes"],
    }


def _changed(shown: Explained, sku: int | None) -> dict[str, Any] | None:
    """Return what became of the days that this forecast shares with the one before it."""
    now, before = shown.forecast, shown.previous
    if before is None:
        return None
    days = shown.drawn.shape[2] * now.period_days
    end = min(now.origin + timedelta(days=days), _end(now), _end(before))
    shared = (end - now.origin).days
    if shared < 1:
        return None
    code = None if sku is None else now.sku_codes[sku]
    means = [_per_week(forecast, now.origin, shared, code) for forecast in (before, now)]
    return {
        "previous_origin": before.origin.isoformat(),
        "shared_days": shared,
        "mean_per_week_before": round(means[0], 3),
        "mean_per_week_now": round(means[1], 3),
        "reasons": reasons(now, before, abs(means[1] - means[0]) / max(*means, 1e-9)),
    }


def _end(forecast: StyleForecast) -> date:
    return forecast.origin + timedelta(days=HORIZON * forecast.period_days)


def _per_week(forecast: StyleForecast, first: date, days: int, sku: str | None) -> float:
    """Return the expected units a week from a day on, known demand aside."""
    daily: Floats = np.repeat(forecast.mean / forecast.period_days, forecast.period_days)
    skipped = max((first - forecast.origin).days, 0)
    units = 7 * float(daily[skipped : skipped + days].mean())
    if sku is None:
        return units
    if sku not in forecast.sku_codes:
        return 0.0
    return units * float(forecast.shares[forecast.sku_codes.index(sku)] / forecast.shares.sum())
