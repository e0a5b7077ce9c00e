"""What is behind a forecast in plain English: one sentence for each thing."""

from collections.abc import Callable, Mapping
from typing import Any

from app.forecasting.model import Layer, Note, StyleForecast

SPOKE: Mapping[Layer, str] = {
    "prior": "Nothing has been sold yet, so the brand's other styles speak ({model}).",
    "launch": "There is little history, so what other styles did and what this one sold speak "
    "together ({model}).",
    "statsforecast": "There is history enough for a time series model ({model}).",
    "fallback": "No model could be used on this history, so a simpler one speaks ({model}).",
}

SAID_APART = frozenset({"prior_weight", "censored_periods"})
"""Notes that have a sentence of their own from the figures beside them."""


def sentences(forecast: StyleForecast, facts: Mapping[str, Any]) -> list[str]:
    """Return the explanation's figures in sentences, the layer that spoke first."""
    length = "day" if forecast.period_days == 1 else "week"
    said = [SPOKE[forecast.layer].format(model=forecast.model), _shares(facts, length)]
    if len(facts["models"]) > 1:
        said.append(_models(facts["models"]))
    said += [_noted(note) for note in forecast.notes if note["code"] not in SAID_APART]
    if facts["censored"]:
        said.append(_censored(facts["censored"], length))
    if facts["known_demand"]:
        said.append(_known(facts["known_demand"]))
    if facts["returns"] and facts["returns"]["rate"] > 0:
        said.append(_returns(facts["returns"]))
    if facts["changed"]:
        said.append(_changed(facts["changed"]))
    return said


def _shares(facts: Mapping[str, Any], length: str) -> str:
    share = f"{_percent(facts['prior_share'])} of it is prior and {_percent(facts['sales_share'])}"
    if facts["sold_units"] is None:
        return f"{share} the style's own sales."
    sold = _count(facts["sold_units"], "unit")
    return f"{share} the style's own sales: {sold} in {_count(facts['periods_on_sale'], length)}."


def _models(models: Mapping[str, float]) -> str:
    parts = [f"{name} {_percent(weight)}" for name, weight in models.items()]
    return f"Models were combined by what their errors would have cost: {', '.join(parts)}."


def _censored(censored: Mapping[str, Any], length: str) -> str:
    one = censored["periods"] == 1
    return (
        f"In {_count(censored['periods'], length)} some of it was out of stock; "
        f"{_count(censored['sold_units'], 'unit')} sold {'there' if one else 'in them'}, and a "
        f"demand of {censored['assumed_units']:g} was assumed instead."
    )


def _known(known: Mapping[str, Any]) -> str:
    lines = len(known["lines"]) + known["more"]
    return (
        f"{_count(lines, 'line')} of known demand make {known['expected_units']:g} expected "
        f"units; {known['consumed_units']:g} of them take the place of forecast and "
        f"{known['added_units']:g} are added."
    )


def _returns(returns: Mapping[str, Any]) -> str:
    source = "as stated" if returns["stated"] else "as learned"
    return (
        f"{_percent(returns['rate'])} of what sells comes back, {source}, after "
        f"{returns['mean_delay_weeks']:g} weeks on average; {returns['units_to_come']:g} units "
        "already sold are still to come back."
    )


def _changed(changed: Mapping[str, Any]) -> str:
    reasons = "; ".join(_reason(reason) for reason in changed["reasons"])
    return (
        f"The forecast of {changed['previous_origin']} expected "
        f"{changed['mean_per_week_before']:.1f} units a week, this one "
        f"{changed['mean_per_week_now']:.1f}: {reasons}."
    )


def _reason(reason: Mapping[str, Any]) -> str:
    say = REASONS.get(reason["code"])
    return _plain(reason) if say is None else say(reason)


REASONS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "layer": lambda it: f"{it['now']} speaks instead of {it['before']}",
    "model": lambda it: f"the model is {it['now']} instead of {it['before']}",
    "frequency": lambda it: (
        "it is forecast by the day now" if it["now"] == 1 else "it is forecast by the week now"
    ),
    "new_sales": lambda it: f"{_count(it['units'], 'more unit')} sold since",
    "sales_taken_back": lambda it: f"{_count(it['units'], 'unit')} fewer in the history it reads",
    "known_demand": lambda it: f"{_count(it['lines'], 'line')} of known demand beside it changed",
    "censored": lambda it: f"{_count(it['periods'], 'more period')} out of stock",
    "noted": lambda it: f"new: {_words(it['note'])}",
    "time_passed": lambda _: "only time has passed",
}


def _noted(note: Note) -> str:
    say = NOTES.get(note["code"])
    try:
        return _plain_sentence(note) if say is None else say(note)
    except (KeyError, TypeError, ValueError):  # a note of another version has other values
        return _plain_sentence(note)


NOTES: Mapping[str, Callable[[Note], str]] = {
    "launch_share": lambda note: (
        f"While its history is short, the launch model counts {_percent(note['value'])} of it."
    ),
    "model_failed": lambda note: f"Its model failed; {note['instead']} was used instead.",
    "forecast_failed": lambda note: f"Its forecast failed ({note['error']}).",
    "calibrated": lambda note: (
        f"{_count(note['styles'], 'style')} that have lived corrected it: its mean times "
        f"{note['bias']:g}, its spread times {note['spread']:g}."
    ),
    "successor": lambda note: (
        f"Its successor {note['successor']} is on sale from {note['launch']} and leaves it "
        f"{_percent(note['share_left'])} of its demand."
    ),
    "end": lambda note: f"Its life ends on {note['end_of_life']}, and demand with it.",
    "large_orders": lambda note: (
        f"Large orders count for less than their units: {note['units']} as {note['counted_as']}."
    ),
    "model_left_out": lambda note: f"{note['model']} was left out: {note['reason']}.",
}


def _plain_sentence(note: Note) -> str:
    said = _plain(note)
    return f"{said[:1].upper()}{said[1:]}."


def _plain(values: Mapping[str, Any]) -> str:
    """Return any code with its values: nothing is left out because nobody wrote a sentence."""
    parts = [f"{_words(key)} {_value(value)}" for key, value in values.items() if key != "code"]
    return _words(str(values["code"])) + (f" ({', '.join(parts)})" if parts else "")


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_value(inner)}" for key, inner in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(_value(inner) for inner in value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def _words(code: str) -> str:
    return code.replace("_", " ")


def _percent(share: float) -> str:
    return f"{share:.0%}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
