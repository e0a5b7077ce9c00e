"""Why a stored forecast says what it says: as data, and in sentences.

Everything is read off stored forecasts and the paths that decided; nothing is fitted or counted
again, so that an earlier forecast is explained as it was.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np

from app.forecasting.model import HORIZON, Floats, KnownUnits, Paths, StyleForecast
from app.forecasting.words import sentences

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


def explanation(shown: Explained, sku: int | None = None) -> dict[str, Any]:
    """Return what is behind a forecast, of one of its SKUs by index or of the whole style.

    JSON types only: figures, and `text` that says the same in sentences.
    """
    forecast = shown.forecast
    prior = prior_share(forecast)
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
        "censored": _noted(forecast, "censored_periods"),
        "known_demand": _known(shown, sku),
        "returns": forecast.facts.get("returns"),
        "changed": _changed(shown, sku),
    }
    return {**facts, "text": sentences(forecast, facts)}


def prior_share(forecast: StyleForecast) -> float:
    """Return how much of a forecast rests on other styles rather than on its own sales, 0 to 1.

    Of the launch model what is still prior; of a mixture, that for the launch model's share.
    """
    weight = _noted(forecast, "prior_weight")
    share = _noted(forecast, "launch_share")
    if forecast.layer == "statsforecast" and share is None:
        return 0.0
    launch = 1.0 if share is None else float(share["value"])
    return round(launch * (1.0 if weight is None else float(weight["value"])), 4)


def _models(forecast: StyleForecast) -> dict[str, float]:
    """Return the weight of each fitted model, heaviest first."""
    weights = (forecast.fit_state or {}).get("weights", {})
    return dict(sorted(weights.items(), key=lambda item: (-item[1], item[0])))


def _noted(forecast: StyleForecast, code: str) -> dict[str, Any] | None:
    """Return the values of the note of that code."""
    found = next((note for note in forecast.notes if note["code"] == code), None)
    return None if found is None else {key: found[key] for key in found if key != "code"}


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
        "reasons": _reasons(now, before),
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


def _reasons(now: StyleForecast, before: StyleForecast) -> list[dict[str, Any]]:
    """Return what differs between the two, most telling first."""
    reasons: list[dict[str, Any]] = []
    if now.layer != before.layer:
        reasons.append({"code": "layer", "before": before.layer, "now": now.layer})
    elif set(now.model.split("+")) != set(before.model.split("+")):
        reasons.append({"code": "model", "before": before.model, "now": now.model})
    if now.period_days != before.period_days:
        reasons.append({"code": "frequency", "before": before.period_days, "now": now.period_days})
    sold = _more(now.facts, before.facts, "sold_units")
    if sold > 0:
        reasons.append({"code": "new_sales", "units": sold})
    elif sold < 0:
        reasons.append({"code": "sales_taken_back", "units": -sold})
    lines = len(_known_lines(now) - _known_lines(before))
    if lines:
        reasons.append({"code": "known_demand", "lines": lines})
    out = _noted(now, "censored_periods") or {}
    earlier = _noted(before, "censored_periods") or {}
    if out.get("periods", 0) > earlier.get("periods", 0):
        reasons.append({"code": "censored", "periods": out["periods"] - earlier.get("periods", 0)})
    codes = [{note["code"] for note in forecast.notes} for forecast in (before, now)]
    reasons += [{"code": "noted", "note": code} for code in sorted(codes[1] - codes[0])]
    return reasons or [{"code": "time_passed"}]


def _known_lines(forecast: StyleForecast) -> set[tuple[str, str, int, float]]:
    return {
        (line.reference, forecast.sku_codes[line.sku], line.quantity, line.probability)
        for line in forecast.known
    }


def _more(now: Mapping[str, Any], before: Mapping[str, Any], name: str) -> int:
    """Return by how much a count grew; 0 where one of the two did not keep it."""
    if name not in now or name not in before:
        return 0
    return int(now[name]) - int(before[name])
