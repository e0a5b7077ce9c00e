"""What a model is asked of a history, and what it says: how processes speak of models."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.forecasting.model import Floats

Parameters = Mapping[str, Any]
"""What a fit of a slow model found, as JSON types: with it the model runs without searching."""


@dataclass(frozen=True, eq=False)
class Ask:
    """What one model is asked of one history.

    Attributes:
        model: One that a LengthClass names.
        history: Demand, >= 0, finite, shape (periods,).
        horizon: Periods to come.
        cuts: Earlier origins to forecast from as well: how many periods each sees, ascending.
        ahead: Periods that each of them forecasts.
        parameters: What a fit of the model found before, or what it learned from other histories;
            None: one that searches does so.
    """

    model: str
    history: Floats
    horizon: int
    cuts: tuple[int, ...] = ()
    ahead: int = 0
    parameters: Parameters | None = None


@dataclass(frozen=True, eq=False)
class Answer:
    """What one model said of one history.

    Attributes:
        mean: Mean demand of each period to come, NaN where it could not say, shape (horizon,).
        tried: The same from each earlier origin, shape (cuts, ahead).
        parameters: What its search found, to be run with again.
        failure: Why it could not say, where it could not.
    """

    mean: Floats
    tried: Floats
    parameters: Parameters | None = None
    failure: str | None = None


def no_answer(ask: Ask, failure: str) -> Answer:
    """Return that a model could not say anything, and why."""
    shape = (len(ask.cuts), ask.ahead)
    return Answer(np.full(ask.horizon, np.nan), np.full(shape, np.nan), failure=failure)
