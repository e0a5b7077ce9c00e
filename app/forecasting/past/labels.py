"""Size labels in their order: XS before S, 38 before 40, and what lies between and beyond."""

import re
from collections.abc import Mapping, Sequence

import numpy as np

from app.forecasting.model import Floats

TAIL = 0.6
"""Demand of a size over that of the one before it, past the last one sold: it falls at least
half as fast (in logs) as this, and the last step known has the other half of the say."""

STEEPEST, FLATTEST = 0.3, 0.95
"""Bounds of the last step known: few units make it, and past an end demand does not grow."""

BELL_SD = 0.8
"""Spread of demand over ordered sizes without a past, from the middle (0) to an end (1): of
five sizes the middle one sells 28%, the outer ones 13% each."""

BELL_SIZES = 4
"""Sizes from which a bell is expected; fewer are a choice of the brand, not a body's."""

_LETTERS = re.compile(r"(\d*)(x*)(s|m|l)")
_NUMBER = re.compile(r"(\D*?)(\d+(?:[.,]\d+)?)(\D.*)?")


def normal(label: str) -> str:
    """Return the label as labels are compared."""
    return " ".join(label.casefold().split())


def place(label: str) -> tuple[str, float] | None:
    """Return which order a label belongs to and where in it; None where it has none.

    Letters count from M, L being 1 and XS -2, 3XL as much as XXXL; S/M lies between both.
    Numbers are their own place among labels that are the same but for the number.
    """
    parts = [_letter(part.strip()) for part in normal(label).split("/")]
    known = [part for part in parts if part is not None]
    if len(known) == len(parts):
        return "letters", sum(known) / len(known)
    match = _NUMBER.fullmatch(normal(label))
    if match is None:
        return None
    before, number, after = match.groups()
    return f"{before.strip()}#{(after or '').strip()}", float(number.replace(",", "."))


def _letter(label: str) -> float | None:
    match = _LETTERS.fullmatch(label)
    if match is None:
        return None
    times, xs, letter = match.groups()
    if letter == "m":
        return 0.0 if not times and not xs else None
    if times and not xs:
        return None
    beyond = 1 + (int(times) + len(xs) - 1 if times else len(xs))
    return float(beyond if letter == "l" else -beyond)


def inserted(label: str, popularity: Mapping[str, float]) -> float | None:
    """Return the popularity of a label never sold, from its place among those that were.

    Between two labels in proportion (of logs) to the way from one to the other; past an end
    falling on from the last step known. None where the label has no place, or fewer than two
    labels of its order are known.
    """
    own = place(label)
    if own is None:
        return None
    found = {
        at[1]: known
        for name, known in sorted(popularity.items())
        if (at := place(name)) and at[0] == own[0]
    }
    if len(found) < 2:
        return None
    places = np.array(sorted(found))
    logs = np.log([found[at] for at in places])
    if places[0] <= own[1] <= places[-1]:
        return float(np.exp(np.interp(own[1], places, logs)))
    step = float(np.median(np.diff(places)))
    end, inner = (0, 1) if own[1] < places[0] else (-1, -2)
    slope = (logs[end] - logs[inner]) * step / abs(places[end] - places[inner])
    fall = 0.5 * np.log(TAIL) + 0.5 * np.clip(slope, np.log(STEEPEST), np.log(FLATTEST))
    return float(np.exp(logs[end] + fall * abs(own[1] - places[end]) / step))


def bell(labels: Sequence[str]) -> Floats:
    """Return the popularity of a style's sizes when only their order is known, (labels,).

    Even where fewer than four are ordered, or some have no place.
    """
    places = [place(label) for label in labels]
    if len({at and at[0] for at in places}) != 1 or places[0] is None:
        return np.ones(len(labels))
    positions, rank = np.unique([at[1] for at in places if at], return_inverse=True)
    if len(positions) < BELL_SIZES:
        return np.ones(len(labels))
    across = rank * 2.0 / (len(positions) - 1) - 1.0
    return np.asarray(np.exp(-0.5 * (across / BELL_SD) ** 2))
