"""StatsForecast: many histories in, each one's forecast and past errors out.

The only file that knows it. Importing it takes seconds and 200 MB: workers only.
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from statsforecast import StatsForecast
from statsforecast.models import (
    IMAPA,
    TSB,
    AutoETS,
    CrostonSBA,
    DynamicTheta,
    HistoricAverage,
    NaNModel,
    SeasonalNaive,
    SimpleExponentialSmoothingOptimized,
    WindowAverage,
)

from app.forecasting.model import HORIZON, Floats
from app.forecasting.series import Rolling

INTERMITTENT_ABOVE = 0.3
"""Share of periods without demand above which the intermittent models take over."""

AS_GOOD_WITHIN = 2.5
"""Models whose error is at most this many times the best one's are averaged with it: a few
origins hardly tell them apart."""

SANE_MULTIPLE = 5.0
"""A mean above this many times the most ever sold in a period is a model gone astray."""


@dataclass(frozen=True)
class LengthClass:
    """How histories of one length are fitted and tried.

    Attributes:
        at_least: Periods from which a history belongs here.
        horizon: Periods that each earlier origin forecasts.
        origins: Earlier origins tried.
        step: Periods between them.
        models: For smooth demand, by name.
    """

    at_least: int
    horizon: int
    origins: int
    step: int
    models: tuple[str, ...]


RECENT_PERIODS = 8
"""Periods whose mean is a model of its own: hard to beat where the level moves."""

SHORT = ("HistoricAverage", "SES")
SMOOTH = ("HistoricAverage", "RecentAverage", "SES", "AutoETS", "DynamicTheta")
INTERMITTENT = ("HistoricAverage", "RecentAverage", "SES", "CrostonSBA", "TSB", "IMAPA")
INTERMITTENT_FROM = 16

LENGTHS = {
    7: (
        LengthClass(120, 13, 3, 6, (*SMOOTH, "SeasonalNaive")),
        LengthClass(48, 8, 4, 4, SMOOTH),
        LengthClass(30, 8, 3, 4, SMOOTH),
        LengthClass(16, 4, 3, 2, SMOOTH),
        LengthClass(8, 2, 3, 1, SHORT),
    ),
    1: (
        LengthClass(56, 14, 4, 7, SMOOTH),
        LengthClass(28, 7, 3, 3, SMOOTH),
    ),
}
"""Longest first, by days in a period. The earliest origin always leaves what the models need:
AutoETS and SeasonalNaive give nothing below 8 points and two seasons."""

SHORTEST = {days: classes[-1].at_least for days, classes in LENGTHS.items()}


@dataclass(frozen=True, eq=False)
class Fit:
    """One history's forecast.

    Attributes:
        model: The models averaged, joined by "+".
        mean: Expected demand of each period to come, >= 0, shape (HORIZON,).
        rolling: What the same models said from earlier origins, and what happened.
    """

    model: str
    mean: Floats
    rolling: Rolling


def fit_histories(histories: Sequence[Floats], period_days: int) -> list[Fit | None]:
    """Return each history's forecast, None where no model gave a sane one.

    A forecast depends on its own history alone, whatever the batch; a history that makes
    StatsForecast raise is found by halving, and the others are fitted without it.

    Args:
        histories: Demand by period, >= 0, finite; shapes (periods,) of any lengths.
        period_days: Days in a period, 1 or 7.
    """
    groups: dict[tuple[LengthClass, tuple[str, ...]], list[int]] = {}
    for index, history in enumerate(histories):
        length = next((c for c in LENGTHS[period_days] if len(history) >= c.at_least), None)
        if length is not None and np.isfinite(history).all() and (history >= 0).all():
            groups.setdefault((length, _pool(history, length)), []).append(index)
    fits: list[Fit | None] = [None] * len(histories)
    for (length, models), members in groups.items():
        chosen = _fit_or_halve([histories[index] for index in members], length, models)
        for index, fit in zip(members, chosen, strict=True):
            fits[index] = fit
    return fits


def _pool(history: Floats, length: LengthClass) -> tuple[str, ...]:
    """Return the models tried on a history."""
    zeros = float((history == 0).mean())
    if zeros > INTERMITTENT_ABOVE and len(history) >= INTERMITTENT_FROM:
        return INTERMITTENT
    return length.models


def _fit_or_halve(
    histories: list[Floats], length: LengthClass, models: tuple[str, ...]
) -> list[Fit | None]:
    """Fit histories in one call; where the call raises, in halves, down to the culprit."""
    try:
        return _fit(histories, length, models)
    except Exception:  # noqa: BLE001  a model may raise anything; one history must not stop others
        if len(histories) == 1:
            return [None]
    middle = len(histories) // 2
    return [
        *_fit_or_halve(histories[:middle], length, models),
        *_fit_or_halve(histories[middle:], length, models),
    ]


def _fit(histories: list[Floats], length: LengthClass, models: tuple[str, ...]) -> list[Fit | None]:
    """Fit histories of one length class with one pool, in two StatsForecast calls."""
    count = len(histories)
    frame = pd.DataFrame(
        {
            "unique_id": np.repeat(np.arange(count), [len(history) for history in histories]),
            "ds": np.concatenate([np.arange(len(history)) for history in histories]),
            "y": np.concatenate(histories),
        }
    )
    engine = StatsForecast(
        [_model(name) for name in models], freq=1, n_jobs=1, fallback_model=NaNModel()
    )
    with warnings.catch_warnings():
        # Optimisers step outside of a model's range on flat or tiny histories and come back.
        warnings.filterwarnings("ignore", category=RuntimeWarning, module=r"statsforecast|numpy")
        ahead = engine.forecast(df=frame, h=HORIZON)
        tried = engine.cross_validation(
            df=frame, h=length.horizon, n_windows=length.origins, step_size=length.step
        )
    mean = _values(ahead, models).reshape(count, HORIZON, len(models))
    origins = (count, length.origins, length.horizon)
    predicted = _values(tried, models).reshape(*origins, len(models))
    actual = tried["y"].to_numpy(dtype=np.float64).reshape(origins)
    independent = 1 + (length.origins - 1) * min(length.step / length.horizon, 1.0)
    starts = -length.horizon - length.step * np.arange(length.origins)[::-1]
    periods = starts[:, None] + np.arange(length.horizon)
    return [
        _choose(
            models, histories[i], mean[i], Rolling(actual[i], predicted[i], periods, independent)
        )
        for i in range(count)
    ]


def _values(frame: pd.DataFrame, models: tuple[str, ...]) -> Floats:
    """Return the models' columns, negative demand cut off, shape (rows, models)."""
    values: NDArray[np.float64] = frame[list(models)].to_numpy(dtype=np.float64)
    return np.maximum(values, 0.0)


def _choose(models: tuple[str, ...], history: Floats, mean: Floats, tried: Rolling) -> Fit | None:
    """Return the mean of the models that erred least, None when none is sane.

    The error is squared, of periods and of totals alike: runs are decided on totals, and an
    absolute error would favour forecasting nothing where most periods sell nothing.
    """
    errors = tried.predicted - tried.actual[:, :, None]
    horizon = errors.shape[1]
    score = (errors**2).mean(axis=(0, 1)) + (errors.sum(axis=1) ** 2).mean(axis=0) / horizon
    most = SANE_MULTIPLE * max(float(history.max()), 1.0)
    sane = np.isfinite(score) & np.isfinite(mean).all(axis=0) & (mean.max(axis=0) <= most)
    if not sane.any():
        return None
    best = float(score[sane].min())
    good = np.flatnonzero(sane & (score <= AS_GOOD_WITHIN * best + 1e-12))
    return Fit(
        model="+".join(models[index] for index in good),
        mean=mean[:, good].mean(axis=1),
        rolling=replace(tried, predicted=tried.predicted[:, :, good].mean(axis=2)),
    )


def _model(name: str) -> object:
    """Return a fresh model; AutoETS without seasons, its trend damped, its error additive."""
    match name:
        case "HistoricAverage":
            return HistoricAverage()
        case "RecentAverage":
            return WindowAverage(window_size=RECENT_PERIODS, alias=name)
        case "SES":
            return SimpleExponentialSmoothingOptimized(alias="SES")
        case "AutoETS":
            return AutoETS(season_length=1, model="AZN", damped=True)
        case "DynamicTheta":
            return DynamicTheta()
        case "CrostonSBA":
            return CrostonSBA()
        case "TSB":
            return TSB(alpha_d=0.2, alpha_p=0.2)
        case "IMAPA":
            return IMAPA()
        case "SeasonalNaive":
            return SeasonalNaive(season_length=52)
    raise ValueError(f"no model is called {name}")
