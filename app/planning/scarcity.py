"""Scarce things that several styles share: a factory's weeks, its material, a brand's money.

Each style by itself wants its best run. Where the runs together need more than there is, each
scarce thing gets a price, at which the styles want no more than there is; what the whole packs
and the set-ups leave is filled up, and where set-ups make that lumpy a small integer program
decides who runs at all.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from app.planning.model import Floats, Integers

Flags: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class RunCurve:
    """Runs of growing size of one style by one offer, in one set of colorways, at one price.

    Attributes:
        style: Whose: of all curves of a style at most one run is taken.
        offer: By which offer.
        sizes: Units ordered of each run that is allowed, > 0, ascending, shape (sizes,).
        values: What each is worth above making nothing now, cost taken off, shape (sizes,).
        unit_use: What each unit ordered takes of each scarce thing, by its name, >= 0.
        run_use: What each run takes besides, whatever its size, by name, >= 0.
    """

    style: str
    offer: str
    sizes: Integers
    values: Floats
    unit_use: Mapping[str, float]
    run_use: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Share:
    """What one style gets.

    Attributes:
        offer: None: no run.
        quantity: Units ordered; 0: no run.
        value: Above making nothing now.
    """

    style: str
    offer: str | None
    quantity: int
    value: float


@dataclass(frozen=True, slots=True, eq=False)
class Allocation:
    """Who gets what of the scarce things.

    Attributes:
        shares: One for each style, in the order of their names.
        prices: What one more unit of each scarce thing is worth, currency per its unit; 0 where
            it does not bind.
        value: Of all shares together.
        bound: No allocation is worth more.
        changed: The styles that would take another run if nothing were scarce.
    """

    shares: tuple[Share, ...]
    prices: dict[str, float]
    value: float
    bound: float
    changed: frozenset[str]

    @property
    def gap(self) -> float:
        """Return how far the value may lie below the best, as a share of the bound, >= 0."""
        return max(0.0, self.bound - self.value) / self.bound if self.bound > 0 else 0.0


@dataclass(frozen=True, eq=False)
class Choices:
    """All runs of all styles as one long table: of each style first none, then its curves.

    Attributes:
        styles: Their names, ascending.
        curves: By style, offer and size.
        resources: Names of the scarce things, ascending.
        limits: How much of each is left, shape (resources,).
        curve: Of each choice, -1 for making nothing, shape (choices,).
        size: In units ordered, shape (choices,).
        value: Shape (choices,).
        use: Shape (resources, choices).
        starts: Where each style's choices begin, shape (styles,).
    """

    styles: tuple[str, ...]
    curves: tuple[RunCurve, ...]
    resources: tuple[str, ...]
    limits: Floats
    curve: Integers
    size: Integers
    value: Floats
    use: Floats
    starts: Integers

    @cached_property
    def style(self) -> Integers:
        """The style of each choice, shape (choices,)."""
        counts = np.diff(self.starts, append=self.value.size)
        return np.repeat(np.arange(self.starts.size), counts)

    def best(self, prices: Floats) -> Integers:
        """Return each style's best choice at these prices, of equals the first, (styles,)."""
        return self.best_of(self.value - prices @ self.use)

    def best_of(self, net: Floats) -> Integers:
        """Return each style's choice with the highest `net`, of equals the first, (styles,)."""
        return self.first_of(net >= np.maximum.reduceat(net, self.starts)[self.style])

    def first_of(self, wanted: Flags) -> Integers:
        """Return the first wanted choice of each style; each has one."""
        at = np.flatnonzero(wanted)
        return at[np.searchsorted(self.style[at], np.arange(self.starts.size))]

    def used(self, chosen: Integers) -> Floats:
        """Return what the chosen runs take together, shape (resources,)."""
        return np.asarray(self.use[:, chosen].sum(axis=1))

    def fits(self, used: Floats) -> bool:
        """Say whether there is enough of everything."""
        return bool((used <= self.limits + self.slack).all())

    @cached_property
    def slack(self) -> Floats:
        """What sums of floats may be off by, shape (resources,)."""
        return ROUNDING_GUARD * (1 + self.limits)

    def worth(self, chosen: Integers) -> float:
        """Return the value of the chosen runs together."""
        return float(self.value[chosen].sum())


ROUNDING_GUARD = 1e-9
"""Ten runs that take a tenth each take a hair more than all there is."""


def choices_of(curves: Sequence[RunCurve], limits: Mapping[str, float]) -> Choices:
    """Return the table of all choices; runs worth nothing, and uses of what has no limit, left out.

    Args:
        curves: In any order: the table, and so every result, does not depend on it.
        limits: How much of each scarce thing is left, by name; below 0 counts as 0.

    Raises:
        ValueError: If a use is negative, or a curve's arrays do not fit.
    """
    ordered = sorted(curves, key=_place)
    for curve in ordered:
        _check(curve)
    resources = tuple(sorted(limits))
    styles = tuple(sorted({curve.style for curve in ordered}))
    parts: list[tuple[Integers, Integers, Floats, Floats]] = []
    starts: list[int] = []
    length = 0
    for style in styles:
        starts.append(length)
        mine = [_nothing(len(resources))]
        mine += [
            _rows(index, curve, resources)
            for index, curve in enumerate(ordered)
            if curve.style == style
        ]
        parts += mine
        length += sum(part[0].size for part in mine)
    left = np.array([max(0.0, limits[name]) for name in resources])
    return Choices(
        styles,
        tuple(ordered),
        resources,
        left,
        curve=np.concatenate([part[0] for part in parts]),
        size=np.concatenate([part[1] for part in parts]),
        value=np.concatenate([part[2] for part in parts]),
        use=np.concatenate([part[3] for part in parts], axis=1),
        starts=np.array(starts),
    )


def _place(curve: RunCurve) -> tuple[str, str, int, int, float, float]:
    ends = (int(curve.sizes[0]), int(curve.sizes[-1])) if curve.sizes.size else (0, 0)
    worth = (float(curve.values[0]), float(curve.values[-1])) if curve.values.size else (0.0, 0.0)
    return (curve.style, curve.offer, *ends, *worth)


def _check(curve: RunCurve) -> None:
    if curve.sizes.shape != curve.values.shape or (np.diff(curve.sizes, prepend=0) <= 0).any():
        raise ValueError(f"{curve.style}, {curve.offer}: sizes must ascend from above 0")
    if any(use < 0 for use in (*curve.unit_use.values(), *curve.run_use.values())):
        raise ValueError(f"{curve.style}, {curve.offer}: a use must not be negative")


def _nothing(resources: int) -> tuple[Integers, Integers, Floats, Floats]:
    none = np.zeros(1, dtype=np.int64)
    return none - 1, none, np.zeros(1), np.zeros((resources, 1))


def _rows(
    index: int, curve: RunCurve, resources: Sequence[str]
) -> tuple[Integers, Integers, Floats, Floats]:
    """Return the runs of a curve that are worth something, none larger than its best."""
    top = int(np.argmax(curve.values)) + 1 if curve.values.size else 0
    kept = np.flatnonzero(curve.values[:top] > 0)
    sizes, values = curve.sizes[kept], curve.values[kept]
    per_unit = np.array([curve.unit_use.get(name, 0.0) for name in resources])
    per_run = np.array([curve.run_use.get(name, 0.0) for name in resources])
    use: Floats = per_run[:, None] + per_unit[:, None] * sizes
    return np.full(kept.size, index, dtype=np.int64), sizes, values, use
