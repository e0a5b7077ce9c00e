"""Histories in, each one's forecast out: the pool tried, weighed, averaged. Workers only."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from app.forecasting.fitted.asks import Answer, Ask, Parameters
from app.forecasting.fitted.child import ask_child
from app.forecasting.fitted.engine import SLOW
from app.forecasting.fitted.fast import at_once
from app.forecasting.fitted.lengths import Cohort, cohort_of, volume_of
from app.forecasting.fitted.pool import PoolWeights, own_weights
from app.forecasting.fitted.regression import POOLED
from app.forecasting.fitted.series import Rolling
from app.forecasting.fitted.trials import Trial, actuals, cuts, losses
from app.forecasting.model import HORIZON, Floats, Note

CRITICAL_RATIO = 0.7
"""Of a style whose costs are not known: too little costs about twice as much as too much."""

SANE_MULTIPLE = 5.0
"""A mean above this many times the most ever sold in a period is a model gone astray."""

FULL_FIT_DAYS = 7
"""Days between full fits: a week is one more period, and hardly moves weights or parameters."""


@dataclass(frozen=True, eq=False)
class FitState:
    """What a full fit chose: with it a history is forecast without trials and searches.

    Attributes:
        day: Day of the full fit.
        cohort: Key of the cohort that the history was in.
        weights: The models that count by name, and how much, summing to 1.
        parameters: What the slow ones among them found.
        rolling: What their average said at earlier origins, as of that day.
    """

    day: date
    cohort: str
    weights: Mapping[str, float]
    parameters: Mapping[str, Parameters]
    rolling: Rolling

    def to_json(self) -> dict[str, Any]:
        """Return the state as JSON types; reading it back gives the same bits."""
        return {
            "day": self.day.isoformat(),
            "cohort": self.cohort,
            "weights": dict(self.weights),
            "parameters": {name: dict(found) for name, found in self.parameters.items()},
            "rolling": self.rolling.to_json(),
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "FitState":
        """Return the state that `to_json` made `stored` of."""
        return cls(
            day=date.fromisoformat(stored["day"]),
            cohort=stored["cohort"],
            weights=stored["weights"],
            parameters=stored["parameters"],
            rolling=Rolling.from_json(stored["rolling"]),
        )

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> "FitState | None":
        """Return what `to_json` made `stored` of; None where another version stored it."""
        try:
            return cls.from_json(stored)
        except (KeyError, TypeError, ValueError):
            return None

    def serves(self, cohort: Cohort, today: date, periods: int, pool: PoolWeights) -> bool:
        """Say whether a history of so many periods may be forecast with it, or needs a full fit."""
        recent = 0 <= (today - self.day).days < FULL_FIT_DAYS
        reach = self.rolling.reach + FULL_FIT_DAYS // cohort.period_days
        is_known = POOLED not in self.weights or POOLED in pool.known
        return recent and is_known and self.cohort == cohort.key and reach <= periods


@dataclass(frozen=True, eq=False)
class Fit:
    """One history's forecast.

    Attributes:
        model: The models averaged, joined by "+", those that count most first.
        mean: Expected demand of each period to come, >= 0, shape (HORIZON,).
        rolling: What the same average said from earlier origins, and what happened.
        state: What to fit it with until the next full fit.
        notes: Models that were left out, and why.
    """

    model: str
    mean: Floats
    rolling: Rolling
    state: FitState
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, eq=False)
class _Task:
    """A history to be fitted: with the models of its cohort, or forward from a state.

    What a model knows from the brand's other histories is `known` by its name.
    """

    history: Floats
    cohort: Cohort
    ratio: float
    weights: Mapping[str, float]
    warm: FitState | None
    known: Mapping[str, Parameters]

    def asks(self) -> list[Ask]:
        """Return what to ask of each model."""
        if self.warm is not None:
            found = {**self.warm.parameters, **self.known}
            return [
                Ask(name, self.history, HORIZON, parameters=found.get(name))
                for name in self.weights
            ]
        origins = tuple(cuts(len(self.history), self.cohort.length).tolist())
        ahead = self.cohort.length.horizon
        return [
            Ask(name, self.history, HORIZON, origins, ahead, self.known.get(name))
            for name in self.weights
        ]


def fit_histories(
    histories: Sequence[Floats],
    period_days: int,
    *,
    today: date,
    ratios: Sequence[float] | None = None,
    pool: PoolWeights | None = None,
    warm: Sequence[FitState | None] | None = None,
    search: Callable[[Sequence[Ask]], list[Answer]] = ask_child,
) -> list[Fit | None]:
    """Return each history's forecast, None where no model gave a sane one.

    A forecast depends on its own history, the brand's weights and its own last full fit alone,
    whatever the batch.

    Args:
        histories: Demand by period, >= 0, finite; shapes (periods,) of any lengths.
        period_days: Days in a period, 1 or 7.
        today: The day the histories end at.
        ratios: Critical ratio of each history's style, strictly between 0 and 1.
        pool: How much models count before a history's own trials.
        warm: The last full fit of each history: while it serves, nothing is searched or tried.
        search: What runs the models that search for parameters; it never raises.
    """
    pool = pool or PoolWeights()
    tasks: dict[int, _Task] = {}
    for index, history in enumerate(histories):
        cohort = cohort_of(history, period_days)
        if cohort is None or not np.isfinite(history).all() or (history < 0).any():
            continue
        state = None if warm is None else warm[index]
        if state is not None and not state.serves(cohort, today, len(history), pool):
            state = None
        ratio = CRITICAL_RATIO if ratios is None else ratios[index]
        given = pool.of(cohort, volume_of(history)) if state is None else state.weights
        # By name: PostgreSQL gives stored objects back in an order of its own.
        weights = dict(sorted(given.items()))
        tasks[index] = _Task(history, cohort, ratio, weights, state, pool.known)
    answers = _answers([ask for task in tasks.values() for ask in task.asks()], search)
    fits: list[Fit | None] = [None] * len(histories)
    for index, task in tasks.items():
        said = dict(zip(task.weights, (next(answers) for _ in task.weights), strict=True))
        fits[index] = _fit(task, said, today)
    return fits


def _answers(
    asked: Sequence[Ask], search: Callable[[Sequence[Ask]], list[Answer]]
) -> Iterator[Answer]:
    """Yield what each model says, in order; those that run with known parameters do not search."""
    searching = [one.model in SLOW and one.parameters is None for one in asked]
    found = iter(search([one for one, slow in zip(asked, searching, strict=True) if slow]))
    for one, slow in zip(asked, searching, strict=True):
        yield next(found) if slow else at_once(one)


def _fit(task: _Task, said: Mapping[str, Answer], today: date) -> Fit | None:
    """Return the average of the models that count, None when none of them is sane."""
    most = SANE_MULTIPLE * max(float(task.history.max()), 1.0)
    sane = {name: one for name, one in said.items() if _is_sane(one, most)}
    failed = {name: one.failure or "gone astray" for name, one in said.items() if name not in sane}
    state = task.warm or _chosen(task, sane, today)
    weights = {name: weight for name, weight in sorted(state.weights.items()) if name in sane}
    total = sum(weights.values())
    if total <= 0:
        return None
    mean = sum(weight / total * np.maximum(sane[name].mean, 0) for name, weight in weights.items())
    passed = round((today - state.day).days / task.cohort.period_days)
    return Fit(
        model="+".join(sorted(weights, key=lambda name: -weights[name])),
        mean=np.asarray(mean),
        rolling=state.rolling.earlier(passed),
        state=state,
        notes=tuple(
            {"code": "model_left_out", "model": name, "reason": reason}
            for name, reason in failed.items()
        ),
    )


def _is_sane(said: Answer, most: float) -> bool:
    return bool(np.isfinite(said.mean).all() and said.mean.max() <= most)


def _chosen(task: _Task, sane: Mapping[str, Answer], today: date) -> FitState:
    """Return how much each sane model counts, by the brand's past and by its trials."""
    length = task.cohort.length
    actual = actuals(task.history, length)
    if sane:
        tried = np.maximum(np.stack([one.tried for one in sane.values()]), 0.0)
        loss = losses(Trial(actual, tried), task.ratio, length.independent)
        before = [task.weights[name] for name in sane]
        weights = own_weights(before, loss, length.independent)
    else:
        tried, weights = np.zeros((0, *actual.shape)), np.zeros(0)
    count = np.flatnonzero(weights)
    names = [list(sane)[index] for index in count]
    found = {name: sane[name].parameters for name in names}
    ends = cuts(len(task.history), length) - len(task.history)
    return FitState(
        day=today,
        cohort=task.cohort.key,
        weights={
            name: round(float(weights[index]), 6) for name, index in zip(names, count, strict=True)
        },
        parameters={name: known for name, known in found.items() if known is not None},
        rolling=Rolling(
            actual=actual,
            predicted=np.tensordot(weights[count], tried[count], axes=1),
            periods=ends[:, None] + np.arange(length.horizon),
            independent=length.independent,
        ),
    )
