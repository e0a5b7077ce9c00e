"""A history's level by what other histories of its brand did after weeks like its last ones.

A dozen weeks tell little of how far a last week stays and how far it falls back, and much of it
where hundreds of histories tell it together. The logs of the last week and of the last weeks'
means over the history's own mean foretell the log of the next weeks' mean, so that a style that
has collapsed is believed sooner than any average of units believes it; how far each counts
depends on how much a history sells and on how rough it is. The likelihood is Poisson's, so that
units are weighed as units, and what is forecast adds up to what came.

Source:
    Montero-Manso & Hyndman (2021), "Principles and Algorithms for Forecasting Groups of Time
    Series", International Journal of Forecasting 37(4): one regression over all series. Santos
    Silva & Tenreyro (2006), "The Log of Gravity", Review of Economics and Statistics 88(4): why
    its likelihood is Poisson's where units, not their logs, have to add up.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from app.forecasting.fitted.asks import Answer, Ask, no_answer
from app.forecasting.model import Floats

POOLED = "PooledRegression"
"""Its name in the pool."""

LEAST_HISTORIES = 300
"""Histories from which it is learned: of 200 of VN1's, forecasts of all of them were off by up to
25% together."""

LEAST_SEEN = 5
"""Periods before the first origin that teaches: of fewer, the last ones are all that there are."""

WINDOW = 13
"""Latest periods that tell a level."""

ORIGINS = 13
"""Latest origins of each history that teach."""

AHEAD = (1, 2, 4)
"""Periods after an origin whose mean is foretold, all by the same regression."""

MOST_TIMES = (1.0, 10.0)
"""What came counts for at most so many times the most that a history had sold in a period: once
for how far last weeks stay, as a wholesaler's order foretells no other, then ten times for the
level, so that forecasts add up. With 13 weeks of online_retail, 8 cuts, absolute errors of the next
8 weeks are 77.8% so, 79.5% without the first bound, inside phase 1 of VN1 46.8 and 47.4%."""

LAST = (1, 2, 4)
"""Latest periods whose means are told apart."""

SOME_UNITS = 0.2
"""Added to every mean before its log is taken: weeks without a sale have none."""

USUAL_VOLUME = 10.0
VOLUMES = (0.3, 1_000.0)
"""Mean units a period about which the volume is centred, and between which it tells."""

LEAST_ROUGH = 0.1
"""Change from one period to the next over the mean, below which a history is not smoother."""

RIDGE = 10.0
"""Effective observations at the history's own mean that the others have to outweigh."""

STEPS = 50
LARGEST_STEP = 1.0
SETTLED = 1e-8
"""Newton's method: its most steps, the largest change of a coefficient in one, and when it ends."""

MOST_LOG = 25.0
"""A linear predictor beyond this is cut: no count is near its exponential."""


def learn_regression(histories: Sequence[Floats]) -> tuple[float, ...]:
    """Return the coefficients, none where there are too few histories.

    Args:
        histories: Demand by period, >= 0, finite, their patterns taken out, shapes (periods,).
    """
    if len(histories) < LEAST_HISTORIES:
        return ()
    rows = list(_observations(histories))
    if not rows:
        return ()
    offset, features, came, most = (np.concatenate(part) for part in zip(*rows, strict=True))
    told, added = (np.minimum(came, times * most) for times in MOST_TIMES)
    # Few large histories hold most units: rows are worth as many as were equally large.
    worth = told.sum() / max(float((told**2).sum()), 1e-9) / len(AHEAD)
    found = _most_likely(offset, features, told, worth)
    found[0] += np.log(max(added.sum(), 1e-9) / np.exp(_cut(offset + features @ found)).sum())
    return tuple(round(float(value), 6) for value in found)


def _observations(histories: Sequence[Floats]) -> Iterator[tuple[Floats, ...]]:
    """Yield offsets, features, what came and the most before, of a length and an origin each."""
    for periods in sorted({len(history) for history in histories}):
        units = np.stack([history for history in histories if len(history) == periods])
        first = max(periods - ORIGINS, LEAST_SEEN)
        for ahead in AHEAD:
            for origin in range(first, periods - ahead + 1):
                offset, features = basis(units[:, :origin])
                came = units[:, origin : origin + ahead].mean(axis=1)
                yield offset, features, came, np.maximum(units[:, :origin].max(axis=1), 1.0)


def _most_likely(offset: Floats, features: Floats, came: Floats, worth: float) -> Floats:
    """Return the coefficients of highest Poisson likelihood less the ridge, by Newton's method."""
    found = np.zeros(features.shape[1])
    for _ in range(STEPS):
        mean = worth * np.exp(_cut(offset + features @ found))
        slope = features.T @ (worth * came - mean) - RIDGE * found
        curvature = (features * mean[:, None]).T @ features + RIDGE * np.eye(len(found))
        step = np.linalg.solve(curvature, slope)
        found = found + step * min(1.0, LARGEST_STEP / max(float(np.abs(step).max()), SETTLED))
        if np.abs(step).max() < SETTLED:
            break
    return found


def basis(units: Floats) -> tuple[Floats, Floats]:
    """Return the log of each history's mean, and what tells how far its level is from it.

    Shapes (histories,) and (histories, 3 * (1 + len(LAST))).

    Args:
        units: Demand of two periods or more, >= 0, shape (histories, periods).
    """
    units = units[:, -WINDOW:]
    mean = units.mean(axis=1) + SOME_UNITS
    lately = [np.log((units[:, -last:].mean(axis=1) + SOME_UNITS) / mean) for last in LAST]
    volume = np.log10(np.clip(mean, *VOLUMES) / USUAL_VOLUME)
    change = np.sqrt((np.diff(units, axis=1) ** 2).mean(axis=1) / 2 + SOME_UNITS**2)
    rough = np.log(np.maximum(change / mean, LEAST_ROUGH))
    kind = np.stack([np.ones_like(mean), volume, rough], axis=1)
    told = np.stack([np.ones_like(mean), *lately], axis=1)
    return np.log(mean), (kind[:, :, None] * told[:, None, :]).reshape(len(units), -1)


def level(history: Floats, coefficients: Floats) -> float:
    """Return the mean demand of each period to come, >= 0; all have the same."""
    offset, features = basis(history[None, :])
    return float(np.exp(_cut(offset + features @ coefficients))[0])


def _cut(predictor: Floats) -> Floats:
    return np.clip(predictor, -MOST_LOG, MOST_LOG)


def regress(ask: Ask) -> Answer:
    """Return what the regression says of a history, now and at earlier origins; it never raises."""
    if not ask.parameters:
        return no_answer(ask, "not learned")
    coefficients = np.array(ask.parameters["coefficients"])
    tried = [level(ask.history[:cut], coefficients) for cut in ask.cuts]
    return Answer(
        np.full(ask.horizon, level(ask.history, coefficients)),
        np.repeat(np.array(tried)[:, None], ask.ahead, axis=1),
    )
