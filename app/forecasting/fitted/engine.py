"""StatsForecast's models by name: one history in, its mean demand to come out.

The only file that knows StatsForecast. Importing it takes seconds and 200 MB: workers only.
Models are called one history at a time, as StatsForecast itself does inside of a frame: one that
raises or gives NaN is then nobody else's failure.
"""

import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from statsforecast.models import (
    ADIDA,
    IMAPA,
    TSB,
    AutoCES,
    AutoETS,
    CrostonSBA,
    DynamicTheta,
    HistoricAverage,
    Naive,
    SeasonalNaive,
    SimpleExponentialSmoothing,
    SimpleExponentialSmoothingOptimized,
    Theta,
    WindowAverage,
)

from app.forecasting.fitted.asks import Answer, Ask, Parameters, no_answer
from app.forecasting.model import Floats

MODELS: Mapping[str, Callable[[], Any]] = {
    "HistoricAverage": HistoricAverage,
    "Naive": Naive,
    "SeasonalNaive": lambda: SeasonalNaive(season_length=52),
    "WindowAverage4": lambda: WindowAverage(window_size=4),
    "WindowAverage8": lambda: WindowAverage(window_size=8),
    "WindowAverage13": lambda: WindowAverage(window_size=13),
    "SES": SimpleExponentialSmoothingOptimized,
    "SES0.1": lambda: SimpleExponentialSmoothing(alpha=0.1),
    "SES0.3": lambda: SimpleExponentialSmoothing(alpha=0.3),
    "SES0.5": lambda: SimpleExponentialSmoothing(alpha=0.5),
    "SES0.7": lambda: SimpleExponentialSmoothing(alpha=0.7),
    "CrostonSBA": CrostonSBA,
    "TSB": lambda: TSB(alpha_d=0.2, alpha_p=0.2),
    "ADIDA": ADIDA,
    "IMAPA": IMAPA,
    "AutoETS": lambda: AutoETS(season_length=1, model="AZN", damped=True),
    "DynamicTheta": DynamicTheta,
    "AutoCES": lambda: AutoCES(season_length=1, model="N"),
    "AutoETS as it comes": lambda: AutoETS(season_length=1),
    "Theta as it comes": lambda: Theta(season_length=1),
}
"""Without seasons: those of the week and the year are taken out before."""

SLOW = frozenset({"AutoETS", "DynamicTheta", "AutoCES"})
"""Models that search for parameters: 0.5 to 5 ms a history where the others take 0.005 to 0.03.
They run in a child process."""

FORWARDED = frozenset({"AutoETS", "DynamicTheta"})
"""Slow models that run with parameters found before, 15 to 40 times faster. AutoCES does not:
without the backcast of its fit, its forward pass diverged (errors of 6,000 on demand of 10)."""


def run_model(
    name: str, history: Floats, horizon: int, parameters: Parameters | None = None
) -> tuple[Floats, Parameters | None]:
    """Return a model's mean demand of each period to come, and what a search for it found.

    Args:
        name: One of MODELS.
        history: Demand, >= 0, finite, shape (periods,).
        horizon: Periods to come.
        parameters: What an earlier call returned for the same model; None searches.

    Raises:
        Exception: Whatever the model raises: too short, constant, singular.
    """
    model = MODELS[name]()
    values = np.ascontiguousarray(history, dtype=np.float64)
    with warnings.catch_warnings():
        # Optimisers step outside of a model's range on flat or tiny histories and come back.
        warnings.simplefilter("ignore", RuntimeWarning)
        if name not in FORWARDED:
            return _mean(model.forecast(y=values, h=horizon)), None
        if parameters is None:
            model.fit(y=values)
            return _mean(model.predict(h=horizon)), _found(model.model_)
        model.model_ = _restored(name, parameters)
        return _mean(model.forward(y=values, h=horizon)), parameters


def _mean(answer: Mapping[str, Any]) -> Floats:
    return np.asarray(answer["mean"], dtype=np.float64)


def _found(model: Mapping[str, Any]) -> Parameters:
    """Return what a fitted AutoETS or Theta needs to run again, as JSON types."""
    if "components" in model:
        known = [None if np.isnan(value) else float(value) for value in model["par"]]
        return {"components": model["components"], "par": known, "count": int(model["n_params"])}
    return {
        "modeltype": str(model["modeltype"]),
        **{key: float(value) for key, value in model["par"].items()},
    }


def _restored(name: str, parameters: Parameters) -> dict[str, Any]:
    """Return a fitted model as StatsForecast's `forward` reads it."""
    if name == "AutoETS":
        return {
            "m": 1,
            "components": parameters["components"],
            "par": np.array([np.nan if v is None else v for v in parameters["par"]]),
            "n_params": parameters["count"],
            "fit": None,
        }
    smoothing = {key: value for key, value in parameters.items() if key != "modeltype"}
    return {"m": 1, "modeltype": parameters["modeltype"], "par": smoothing}


def answer(ask: Ask) -> Answer:
    """Return what a model says of a history, now and at earlier origins; it never raises.

    A model that can run forward searches twice: for the earliest origin, whose parameters serve
    the later ones, and for the forecast.
    """
    try:
        tried = _at_earlier_origins(ask)
        mean, found = run_model(ask.model, ask.history, ask.horizon, ask.parameters)
    except Exception as error:  # noqa: BLE001  a model may raise anything; the others speak instead
        return no_answer(ask, f"{type(error).__name__}: {error}"[:200])
    return Answer(mean, tried, found)


def _at_earlier_origins(ask: Ask) -> Floats:
    """Return the model's forecasts from each earlier origin, shape (cuts, ahead)."""
    tried = np.empty((len(ask.cuts), ask.ahead))
    found: Parameters | None = None
    for row, cut in zip(tried, ask.cuts, strict=True):
        row[:], found = run_model(ask.model, ask.history[:cut], ask.ahead, found)
    return tried


def raw_forecasts(
    histories: Sequence[Floats], models: Sequence[str], horizon: int
) -> dict[str, Floats]:
    """Return what each model alone says of each history, (histories, horizon): baselines.

    NaN where a model could not say; nothing is cut off, pooled or corrected.
    """
    return {
        name: np.array(
            [answer(Ask(name, history, horizon)).mean for history in histories], dtype=np.float64
        ).reshape(len(histories), horizon)
        for name in models
    }
