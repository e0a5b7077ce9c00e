"""How much each model of the pool should count, measured on a brand's own styles. Workers only."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from zlib import crc32

import numpy as np
from scipy.optimize import minimize

from app.forecasting.fitted.asks import Ask, Parameters
from app.forecasting.fitted.child import ask_child
from app.forecasting.fitted.engine import SLOW
from app.forecasting.fitted.fast import at_once
from app.forecasting.fitted.lengths import Cohort, cohort_of, volume_of
from app.forecasting.fitted.pool import PoolWeights
from app.forecasting.fitted.regression import POOLED, learn_regression
from app.forecasting.fitted.trials import (
    Trial,
    actuals,
    cuts,
    law_of_totals,
    pinball_loss,
    squared_loss,
)
from app.forecasting.model import Floats

SAMPLE = 300
"""Histories of a brand that weights are learned from where models search: with more, they moved by
less than a hundredth."""

FAST_SAMPLE = 1_500
"""Histories of a cohort whose models do not search, which take a fiftieth of the time: on two
samples of 300 of VN1's short and uneven ones a model counted for 6% or for 37%."""

REGRESSED = 10_000
"""Histories of a brand that its regression is learned from, which takes a second."""

LEAST_POOLED = 0.7
"""Least share of the regression where it is learned. Weights of ten models are learned from few
overlapping origins, and follow what suited that month. Fits alone, absolute errors after 8 to 12
weeks of VN1 and after 13 weeks of online_retail: without the regression 49.7 and 78.2%, with the
weights as learned 48.6 and 77.3%, with this share 47.2 and 77.5%, the regression alone 46.8 and
77.8%."""

COHORT_LEAST = 10
"""Histories from which a cohort has weights of its own."""

EQUAL_HISTORIES = 20.0
MOST_OWN = 0.7
"""Histories at equal weights that a cohort's own have to outweigh, and how far they ever do:
what erred least in one quarter is not quite what errs least in the next (on online_retail the
squared errors of the next weeks were the same from 0.3 to 0.7, and worse at 0 and 1)."""

MOST_TIMES = 10.0
"""A history counts for at most what is usually lost on so many usual ones."""

MOST_MISSED = 10.0
"""Squared miss over its usual variance that a total may count with: one freak week of one style
would otherwise widen what is ordered of all."""


def learn_pool(
    histories: Mapping[str, Floats],
    period_days: int,
    *,
    today: date,
    ratio: float,
    sample: int = SAMPLE,
) -> PoolWeights:
    """Return how much models count in each cohort of a brand's styles.

    The weights whose average would have cost least at the earlier origins of a sample of the
    histories, shrunk to equal weights. Short histories, of which many are tried, have weights for
    each volume, and count by the units lost on them: with all alike, what suited VN1's many slow
    series was chosen for the few that sell most. Deterministic: the sample is chosen by the
    checksum of the styles' codes, in whatever order they come.

    Args:
        histories: Demand by style code, its patterns taken out, as `fit_histories` gets it.
        period_days: Days in a period, 1 or 7.
        today: The day the histories end at.
        ratio: Critical ratio of a usual style of the brand.
        sample: Most histories tried, over all cohorts whose models search.
    """
    groups: dict[Cohort, list[Floats]] = {}
    together: list[Floats] = []
    for code in sorted(histories, key=_checksum):
        history = histories[code]
        cohort = cohort_of(history, period_days)
        if cohort is not None and history.any() and np.isfinite(history).all():
            groups.setdefault(cohort, []).append(history)
            together.append(history)
    enough = {key: members for key, members in groups.items() if len(members) >= COHORT_LEAST}
    searching = sum(len(members) for key, members in enough.items() if key.length.searched)
    share = sample / max(searching, sample)
    pool = PoolWeights({}, today, learn_regression(together[:REGRESSED]))
    weights: dict[str, Mapping[str, float]] = {}
    for cohort, members in enough.items():
        some = _some(members, _share_of(cohort, members, share))
        weights |= _learned(cohort, some, ratio, pool.known)
    return replace(pool, weights=weights)


def _share_of(cohort: Cohort, members: list[Floats], searching: float) -> float:
    """Return the share of a cohort's histories that is tried, of one that searches `searching`."""
    return searching if cohort.length.searched else min(FAST_SAMPLE / len(members), 1.0)


def _checksum(code: str) -> tuple[int, str]:
    """Return a style's place in the sample: by its code alone, whatever the others are."""
    return crc32(code.encode()), code


def _some(members: list[Floats], share: float) -> list[Floats]:
    """Return that share of the histories, the first ones, COHORT_LEAST at least."""
    return members[: max(round(len(members) * share), COHORT_LEAST)]


def _learned(
    cohort: Cohort, histories: list[Floats], ratio: float, before: Mapping[str, Parameters]
) -> dict[str, Mapping[str, float]]:
    """Return a cohort's weights by model, summing to 1: of all, and of each volume in it."""
    fast = [name for name in cohort.models if name != POOLED or name in before]
    names = (*fast, *cohort.length.searched)
    trials = _tried(cohort, histories, names, before)
    known = [
        index
        for index in range(len(names))
        if all(np.isfinite(trial.predicted[index]).all() for trial in trials)
    ]
    trials = [Trial(trial.actual, trial.predicted[known]) for trial in trials]
    quick = np.array([names[index] not in SLOW for index in known])
    by_volume = not cohort.length.searched
    found = {cohort.key: _shrunk(trials, quick / quick.sum(), MOST_OWN, ratio, in_units=by_volume)}
    volumes = np.array([volume_of(history) for history in histories])
    for volume in np.unique(volumes) if by_volume else ():
        members = [trials[index] for index in np.flatnonzero(volumes == volume)]
        if len(members) >= COHORT_LEAST:
            key = cohort.at_volume(volume)
            found[key] = _shrunk(members, found[cohort.key], 1.0, ratio, in_units=True)
    regression = np.array([float(names[index] == POOLED) for index in known])
    least = LEAST_POOLED * regression.sum()
    return {
        key: {
            names[index]: round(float(weight), 6)
            for index, weight in zip(known, (1 - least) * weights + least * regression, strict=True)
        }
        for key, weights in found.items()
    }


def _shrunk(
    trials: Sequence[Trial], base: Floats, most: float, ratio: float, *, in_units: bool
) -> Floats:
    """Return the weights of least cost, shrunk to others as far as trials are few, (models,).

    Args:
        trials: What the models said of each history.
        base: The others, summing to 1, shape (models,).
        most: How far the histories' own weights ever count, at most 1.
        ratio: Critical ratio of a usual style.
        in_units: Whether a history counts by what is lost on it, or all alike.
    """
    own = most * len(trials) / (len(trials) + EQUAL_HISTORIES)
    return np.asarray(own * _least_cost(trials, ratio, in_units=in_units) + (1 - own) * base)


def _tried(
    cohort: Cohort,
    histories: list[Floats],
    names: Sequence[str],
    before: Mapping[str, Parameters],
) -> list[Trial]:
    """Return what every model said at earlier origins of each history."""
    length = cohort.length
    asked = [
        Ask(
            name,
            history,
            1,
            tuple(cuts(len(history), length).tolist()),
            length.horizon,
            before.get(name),
        )
        for history in histories
        for name in names
    ]
    slow = iter(ask_child([one for one in asked if one.model in SLOW]))
    answers = iter([next(slow) if one.model in SLOW else at_once(one) for one in asked])
    return [
        Trial(
            actuals(history, length),
            np.maximum(np.stack([next(answers).tried for _ in names]), 0.0),
        )
        for history in histories
    ]


def _least_cost(trials: Sequence[Trial], ratio: float, *, in_units: bool) -> Floats:
    """Return the weights that the average of the trials would have cost least with, (models,)."""
    actual = np.stack([trial.actual for trial in trials])
    predicted = np.stack([trial.predicted for trial in trials])
    models = predicted.shape[1]
    alone = np.stack([_costs(actual, predicted[:, index], ratio) for index in range(models)])
    usual = alone.mean(axis=0)
    counts = np.ones_like(usual)
    if in_units:
        most = MOST_TIMES * np.median(usual, axis=1, keepdims=True)
        counts = np.minimum(usual, most) / np.maximum(np.minimum(usual, most).mean(), 1e-9)
    weight = counts / np.where(usual > 0, usual, np.inf)

    def cost(free: Floats) -> float:
        average = np.tensordot(predicted, _on_simplex(free), axes=(1, 0))
        return float((_costs(actual, average, ratio) * weight).mean())

    found = minimize(cost, np.zeros(models), method="L-BFGS-B", bounds=[(-6.0, 6.0)] * models)
    return _on_simplex(found.x)


def _on_simplex(free: Floats) -> Floats:
    raised = np.exp(free - free.max())
    return np.asarray(raised / raised.sum())


def _costs(actual: Floats, average: Floats, ratio: float) -> Floats:
    """Return what a forecast cost in each history, (2, histories): squared, and as stock.

    Its spread is the one that its errors over all the histories show.
    """
    total, variance = law_of_totals(average)
    missed = (actual.sum(axis=-1) - total) ** 2 / np.maximum(variance, 1e-9)
    stretch = np.sqrt(np.minimum(missed, MOST_MISSED).mean())
    return np.stack([squared_loss(actual, average), pinball_loss(actual, average, ratio, stretch)])
