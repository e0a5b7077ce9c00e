"""Forecasts beside what happened: the rows that every figure of an evaluation is made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.forecasting.model import Floats, Ints


@dataclass(frozen=True, eq=False)
class Pairs:
    """Forecasts of totals beside what was sold, one entry for each style, cut and horizon.

    Attributes:
        style: Index of the style in the panel.
        cut: Weeks from the cut to the panel's origin.
        age: The group of `evaluate.AGES` of the style at the cut.
        layer: Which layer of the forecast spoke.
        horizon: Weeks that the total is of.
        actual: Units sold in them.
        mean: Our expected total.
        median: Our median total.
        crps: Continuous ranked probability score of our paths' total, units.
        pinball: Their pinball loss over `scoring.LEVELS`, units.
        covered: Chance that the central 80% interval with randomised ends holds it.
        within: 1 where the central 80% interval holds it, ends included.
        has_year: Whether the style was on sale in the same weeks a year before: where it was not,
            another baseline stands in for them.
        baselines: Totals of each baseline, by name.
    """

    style: Ints
    cut: Ints
    age: Ints
    layer: NDArray[np.str_]
    horizon: Ints
    actual: Floats
    mean: Floats
    median: Floats
    crps: Floats
    pinball: Floats
    covered: Floats
    within: Floats
    has_year: NDArray[np.bool_]
    baselines: Mapping[str, Floats]

    def __len__(self) -> int:
        """Return how many forecasts were scored."""
        return len(self.actual)

    def only(self, chosen: NDArray[np.bool_]) -> "Pairs":
        """Return the chosen entries."""
        arrays = {
            name: values[chosen] for name, values in vars(self).items() if name != "baselines"
        }
        return Pairs(
            **arrays,
            baselines={name: values[chosen] for name, values in self.baselines.items()},
        )


@dataclass(frozen=True, eq=False)
class Evaluation:
    """What an evaluation looked at, and every forecast it scored.

    Attributes:
        cuts: Weeks from each cut to the panel's origin, earliest first.
        short_of_stock: Totals left out because a week of them was short of stock.
    """

    cuts: tuple[int, ...]
    pairs: Pairs
    short_of_stock: int


def joined(parts: Sequence[Pairs]) -> Pairs:
    """Return the pairs of all cuts as one; empty arrays where there are none."""
    none = np.zeros(0)
    names = list(parts[0].baselines) if parts else []

    def together(name: str) -> NDArray[np.generic]:
        return np.concatenate([getattr(part, name) for part in parts]) if parts else none

    arrays = {name: together(name) for name in Pairs.__dataclass_fields__ if name != "baselines"}
    return Pairs(
        **arrays,  # type: ignore[arg-type]  # each array has its field's type
        baselines={
            name: np.concatenate([part.baselines[name] for part in parts]) for name in names
        },
    )
