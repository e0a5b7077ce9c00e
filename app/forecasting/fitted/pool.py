"""How much each model of the pool counts: by the brand's past, and by a history's own trials."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np

from app.forecasting.fitted.asks import Parameters
from app.forecasting.fitted.lengths import Cohort
from app.forecasting.fitted.regression import POOLED
from app.forecasting.model import Floats

TRUST_ORIGINS = 4.0
"""Independent origins at which half of a history's own losses is believed: a handful hardly
tells models apart."""

POWER = 4.0
"""Power of a loss that a model's weight falls with, were it fully believed."""

LEAST_LOSS = 0.05
"""A model that erred next to nothing is believed as if it had erred by this share of the mean."""

LEAST_WEIGHT = 0.03
LEAST_SEARCHED_WEIGHT = 0.15
"""Models below this share are not worth their run; those that search take 50 times as long."""


@dataclass(frozen=True)
class PoolWeights:
    """How much models count before a history's own trials, as a brand's past shows it.

    Attributes:
        weights: By cohort, or by cohort and volume, the weight of each model by name, summing to
            1; a volume without has its cohort's, a cohort without has its fast models count alike.
        regression: Coefficients of the regression over all histories; none where it was not
            learned, and it then counts nowhere.
        learned: The day they were learned; None: the default.
    """

    weights: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    learned: date | None = None
    regression: tuple[float, ...] = ()

    def of(self, cohort: Cohort, volume: str) -> dict[str, float]:
        """Return the models that count in a cohort at a volume, and how much, summing to 1."""
        known = self.weights.get(cohort.at_volume(volume), self.weights.get(cohort.key))
        if known is None:
            alike = [name for name in cohort.models if name != POOLED or self.regression]
            return {name: 1 / len(alike) for name in alike}
        slow = cohort.length.searched
        worth = {
            name: weight
            for name, weight in known.items()
            if weight >= (LEAST_SEARCHED_WEIGHT if name in slow else LEAST_WEIGHT)
        }
        total = sum(worth.values())
        return {name: weight / total for name, weight in worth.items()}

    @property
    def known(self) -> dict[str, Parameters]:
        """Return what models know beforehand of every history of the brand, by their name."""
        return {POOLED: {"coefficients": self.regression}} if self.regression else {}

    def to_json(self) -> dict[str, Any]:
        """Return the weights as JSON types; reading them back gives the same bits."""
        return {
            "weights": {key: dict(weights) for key, weights in self.weights.items()},
            "learned": None if self.learned is None else self.learned.isoformat(),
            "regression": list(self.regression),
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "PoolWeights":
        """Return the weights that `to_json` made `stored` of."""
        learned = stored["learned"]
        return cls(
            weights=stored["weights"],
            learned=None if learned is None else date.fromisoformat(learned),
            regression=tuple(stored.get("regression", ())),
        )


def own_weights(cohort: Sequence[float], loss: Floats, independent: float) -> Floats:
    """Return how much each model counts for one history, summing to 1, shape (models,).

    The cohort's weights, moved by the history's own losses as far as its origins are believed;
    zero for a model without a loss. All zero where no model has one.

    Args:
        cohort: The weights before, summing to 1.
        loss: Each model's loss over the models' mean, >= 0 or infinite, shape (models,).
        independent: Origins behind the losses, at least 1.
    """
    believed = POWER * independent / (independent + TRUST_ORIGINS)
    known = np.isfinite(loss)
    weight = np.where(known, cohort, 0.0) * np.maximum(loss, LEAST_LOSS) ** -believed
    total = float(weight.sum())
    if total <= 0:
        return np.zeros(len(weight))
    weight = np.where(weight < LEAST_WEIGHT * total, 0.0, weight)
    return np.asarray(weight / weight.sum())
