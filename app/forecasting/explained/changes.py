"""What a planner cares about that differs between a forecast and the one before it."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from app.forecasting.model import Note, StyleForecast

DATED = ("successor", "end")
"""Notes that say when demand passes to another style or ends."""

QUIETER = 0.1
"""Change of the chance that demand is over from which it is a reason: a noise around a threshold
would come and go from day to day."""

MOVED = 0.02
"""Change of the mean from which something must be behind it."""

BIAS_MOVED = 0.05
SHARE_MOVED = 0.1
"""Changes of a correction and of the launch model's share that age alone does not bring from one
forecast to the next: what the brand taught did."""


def reasons(now: StyleForecast, before: StyleForecast, moved: float) -> list[dict[str, Any]]:
    """Return what differs between the two, most telling first.

    Args:
        now: The forecast.
        before: The one before it.
        moved: Change of the mean of the days they share, as a share of the larger, 0 to 1.
    """
    found: list[dict[str, Any]] = []
    if now.layer != before.layer:
        found.append({"code": "layer", "before": before.layer, "now": now.layer})
    if now.period_days != before.period_days:
        found.append({"code": "frequency", "before": before.period_days, "now": now.period_days})
    sold = _more(now.facts, before.facts, "sold_units")
    if sold > 0:
        found.append({"code": "new_sales", "units": sold})
    elif sold < 0:
        found.append({"code": "sales_taken_back", "units": -sold})
    lines = len(_known_lines(now) - _known_lines(before))
    if lines:
        found.append({"code": "known_demand", "lines": lines})
    out = [noted(one, "censored_periods").get("periods", 0) for one in (before, now)]
    if out[1] > out[0]:
        found.append({"code": "censored", "periods": out[1] - out[0]})
    found += _planned(now, before)
    if moved >= MOVED:
        found += _unplanned(now, before, found)
    return found or [{"code": "time_passed"}]


def noted(forecast: StyleForecast, code: str) -> dict[str, Any]:
    """Return the values of the note of that code; nothing where there is none."""
    found: Note = next((note for note in forecast.notes if note["code"] == code), {})
    return {key: value for key, value in found.items() if key != "code"}


def _planned(now: StyleForecast, before: StyleForecast) -> list[dict[str, Any]]:
    """Return what became of its launch, successor and end, and whether it went quiet."""
    found: list[dict[str, Any]] = []
    starts = [max(_start(one), now.origin) for one in (before, now)]
    if abs((starts[1] - starts[0]).days) >= max(now.period_days, before.period_days):
        found.append({"code": "launch", **_as_days(starts)})
    for code in DATED:
        earlier, latest = _dates(before, code), _dates(now, code)
        if earlier != latest:
            how = "noted" if not earlier else "noted_otherwise" if latest else "no_longer_noted"
            found.append({"code": how, "note": code})
    if abs(now.gone - before.gone) >= QUIETER:
        how = "noted" if now.gone > before.gone else "no_longer_noted"
        found.append({"code": how, "note": "gone_quiet"})
    return found


def _start(forecast: StyleForecast) -> date:
    """Return the first day of the period from which demand is expected."""
    return forecast.origin + timedelta(
        days=int((forecast.mean > 0).argmax()) * forecast.period_days
    )


def _as_days(starts: list[date]) -> dict[str, str]:
    return {"before": starts[0].isoformat(), "now": starts[1].isoformat()}


def _dates(forecast: StyleForecast, code: str) -> list[Any]:
    values = noted(forecast, code)
    return [values[name] for name in ("successor", "launch", "end_of_life") if name in values]


def _unplanned(
    now: StyleForecast, before: StyleForecast, found: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Return why the mean moved where the style's own news do not say it."""
    bases = [noted(one, "prior_basis") for one in (before, now)]
    told = [{**basis, "styles": None, "category_styles": None} for basis in bases]
    if all(bases) and told[0] != told[1]:
        return [{"code": "basis"}]
    biases, shares = (
        [float(noted(one, code).get(name, none)) for one in (before, now)]
        for code, name, none in (("calibrated", "bias", 1.0), ("launch_share", "value", 0.0))
    )
    taught = (
        abs(biases[1] / biases[0] - 1) >= BIAS_MOVED
        or abs(shares[1] - shares[0]) >= SHARE_MOVED
        or (all(bases) and bases[0]["styles"] != bases[1]["styles"])
    )
    silent = not found and "sold_units" in now.facts and now.layer != "prior"
    reasons = [{"code": "no_sales"}] if silent else []
    if taught:
        reasons.append({"code": "brand_learned"})
    return reasons if found or reasons else [{"code": "beside_sales"}]


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
