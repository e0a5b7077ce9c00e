"""How a forecast's notes and the reasons of its changes read in plain English."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from app.forecasting.model import Layer, Note
from app.forecasting.past.rates import DEFAULT_LOG_MEAN, DEFAULT_LOG_SD

DEFAULT_PER_WEEK = float(np.exp(DEFAULT_LOG_MEAN + DEFAULT_LOG_SD**2 / 2))
"""What a style of a brand without a past is expected to sell, units a week."""

SPEAKERS: Mapping[Layer, str] = {
    "prior": "what other styles did",
    "launch": "the launch model",
    "statsforecast": "time series models",
    "fallback": "a simpler model",
}


def note_sentence(note: Note) -> str:
    """Return what a note says; one that nobody wrote a sentence for with its bare values."""
    say = NOTES.get(note["code"])
    try:
        return _plain_sentence(note) if say is None else say(note)
    except (KeyError, TypeError, ValueError):  # a note of another version has other values
        return _plain_sentence(note)


def reason_phrase(reason: Mapping[str, Any]) -> str:
    """Return why a forecast is not the one before it."""
    say = REASONS.get(reason["code"])
    return _plain(reason) if say is None else say(reason)


def is_default(basis: Mapping[str, Any]) -> bool:
    """Say whether nothing that the brand sold is behind a prior."""
    return not (basis["styles"] or basis["like"] or basis["predecessors"])


def percent(share: float) -> str:
    """Return a share in percent; what is not quite nothing or all is not said to be."""
    if 0 < share < 0.01:
        return "less than 1%"
    return "over 99%" if 0.99 < share < 1 else f"{share:.0%}"


def counted(number: int, noun: str) -> str:
    """Return a number of things."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def listed(names: Sequence[str]) -> str:
    """Return names in a sentence."""
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def _calibrated(note: Note) -> str:
    bias, spread = float(note["bias"]), float(note["spread"])
    mean = _moved(bias, "its expected demand was {} by {}", "raised", "lowered")
    width = _moved(spread, "its range was {} by {}", "widened", "narrowed")
    did = listed([said for said in (mean, width) if said]) or "nothing had to be changed"
    return f"Held against how forecasts of {counted(note['styles'], 'style')} turned out, {did}."


def _moved(factor: float, form: str, up: str, down: str) -> str:
    size = f"{abs(factor - 1):.0%}"
    return "" if size == "0%" else form.format(up if factor > 1 else down, size)


def _basis(note: Note) -> str:
    family = f"its category {note['category']} ({counted(note['category_styles'], 'style')})"
    used = [family] if note["category"] else []
    used += [f"its {name}" for name in note["attributes"]]
    used += ["its price"] if note["price"] else []
    used += [f"{listed(note['like'])}, which it is said to be like"] if note["like"] else []
    if note["predecessors"]:
        used.append(f"what its predecessor {listed(note['predecessors'])} sold")
    unknown = (
        f" Nothing is known yet of {listed(note['unknown_like'])}, which it is said to be like."
        if note["unknown_like"]
        else ""
    )
    if is_default(note):
        return (
            "No style of the brand has been on sale long enough to teach anything, so it starts "
            f"from the same default as any brand's style: {DEFAULT_PER_WEEK:.0f} units a week, "
            f"which may be far off.{unknown}"
        )
    styles = f"It starts from {counted(note['styles'], 'style')} of the brand"
    told = f", by {'; '.join(used)}" if used else ", as one like any of them"
    return f"{styles}{told}.{unknown}"


NOTES: Mapping[str, Callable[[Note], str]] = {
    "prior_basis": _basis,
    "theme": lambda note: f"Its name says {note['word']}: such styles have a season of their own.",
    "model_failed": lambda note: f"Its model failed; {note['instead']} was used instead.",
    "forecast_failed": lambda note: f"Its forecast failed ({note['error']}).",
    "calibrated": _calibrated,
    "successor": lambda note: (
        f"Its successor {note['successor']} is on sale from {note['launch']} and leaves it "
        f"{percent(note['share_left'])} of its demand."
    ),
    "successor_without_launch": lambda note: (
        f"Its successor {note['successor']} has no launch day yet, so it takes nothing over."
    ),
    "end": lambda note: f"Its life ends on {note['end_of_life']}, and demand with it.",
    "gone_quiet": lambda note: (
        f"It has gone quiet: with a chance of {percent(note['chance'])} demand for it is over."
    ),
    "large_orders": lambda note: (
        f"Large orders count for less than their units: {note['units']} as {note['counted_as']}."
    ),
    "outliers": lambda note: (
        f"Sales far beyond all others (of the {'day' if note['days'] == 1 else 'week'} of "
        f"{listed(note['starts'])}) count for less than their units: {note['units']} as "
        f"{note['counted_as']}."
    ),
    "model_left_out": lambda note: f"{note['model']} was left out: {note['reason']}.",
}

NOTED: Mapping[tuple[str, str], str] = {
    ("noted", "successor"): "it has a successor now",
    ("noted", "end"): "it has an end of life now",
    ("noted", "gone_quiet"): "it has gone quieter",
    ("noted_otherwise", "successor"): "its successor's launch was changed",
    ("noted_otherwise", "end"): "its end of life was changed",
    ("no_longer_noted", "successor"): "it has no successor any more",
    ("no_longer_noted", "end"): "it has no end of life any more",
    ("no_longer_noted", "gone_quiet"): "it is less quiet",
}


def _noted(reason: Mapping[str, Any]) -> str:
    return NOTED.get((reason["code"], reason["note"])) or _plain(reason)


REASONS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "layer": lambda it: f"{SPEAKERS[it['now']]} instead of {SPEAKERS[it['before']]}",
    "frequency": lambda it: (
        "it is forecast by the day now" if it["now"] == 1 else "it is forecast by the week now"
    ),
    "new_sales": lambda it: f"{counted(it['units'], 'more unit')} of the style sold since",
    "no_sales": lambda _: "none of the style sold since",
    "sales_taken_back": lambda it: (
        f"{counted(it['units'], 'unit')} fewer of the style in the history it reads"
    ),
    "known_demand": lambda it: f"{counted(it['lines'], 'line')} of known demand changed",
    "censored": lambda it: f"the style was out of stock in {counted(it['periods'], 'more period')}",
    "basis": lambda _: "what it is compared with changed",
    "brand_learned": lambda _: "the brand's other styles taught something else",
    "beside_sales": lambda _: (
        "its own sales did not change it; what the brand's other styles taught, or what is known "
        "of it, did"
    ),
    "launch": lambda it: f"it is expected to sell from {it['now']} on, not from {it['before']}",
    "noted": _noted,
    "noted_otherwise": _noted,
    "no_longer_noted": _noted,
    "time_passed": lambda _: "nothing but the day changed",
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
