"""The law of returns: what share of the units sold comes back, and how long that takes."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

DELAY_WEEKS = 26
"""Weeks after which nothing comes back: half a year, beyond the longest promise shops make."""

DEFAULT_DELAY = (0.06, 0.20, 0.24, 0.18, 0.12, 0.08, 0.05, 0.03, 0.02, 0.01, 0.01)
"""Share of returns by weeks after the week of the sale, before any pair is seen: delivery, a
right of withdrawal of 14 days, and the way back, three weeks on average."""


def _padded(delay: tuple[float, ...]) -> tuple[float, ...]:
    return delay + (0.0,) * (DELAY_WEEKS - len(delay))


@dataclass(frozen=True)
class ReturnLaw:
    """How the units of a style, a category or a brand come back.

    Attributes:
        rate: Share of the units sold that come back at all, 0 to 1.
        delay: Share of those that come back so many weeks after the week of their sale; sums
            to 1, DELAY_WEEKS of them.
        sold_units: Units sold long enough ago to have been seen coming back.
        paired_units: Returned units whose sale is known: what the delay was learned from.
    """

    rate: float = 0.0
    delay: tuple[float, ...] = _padded(DEFAULT_DELAY)
    sold_units: float = 0.0
    paired_units: int = 0

    @property
    def mean_delay_weeks(self) -> float:
        """Return how many weeks after the week of its sale a return comes on average."""
        return float(np.dot(self.delay, np.arange(len(self.delay))))


@dataclass(frozen=True)
class ReturnPriors:
    """What a brand's returns teach by a day: a law by category, and the brand's for the others."""

    brand: ReturnLaw = ReturnLaw()
    categories: Mapping[str, ReturnLaw] = field(default_factory=dict)

    def of(self, category: str | None) -> ReturnLaw:
        """Return the law that a category's styles start from."""
        return self.categories.get(category or "", self.brand)

    def to_json(self) -> dict[str, Any]:
        """Return the laws as JSON types; reading them back gives the same bits."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "ReturnPriors":
        """Return the laws that `to_json` made `stored` of; the default of nothing."""
        if not stored:
            return cls()
        return cls(
            brand=_law(stored["brand"]),
            categories={name: _law(law) for name, law in stored["categories"].items()},
        )


def _law(stored: Mapping[str, Any]) -> ReturnLaw:
    return ReturnLaw(**{**stored, "delay": tuple(stored["delay"])})
