"""Which limits may bind, of all that several styles share."""

from collections.abc import Mapping, Sequence

import numpy as np

from app.planning.model import Floats
from app.planning.scarcity import RunCurve


def limits_that_matter(curves: Sequence[RunCurve], limits: Mapping[str, float]) -> dict[str, float]:
    """Return the limits that may bind: not those that the largest runs keep to, or another implies.

    A factory's weeks are a limit for every day that work of it is due: of sixty, a few bind. One is
    implied where no run takes more of it than of another, of which no more is left. The search
    takes time for each: 60 of them took 23 s for 100 styles, and take 1 s.
    """
    names = sorted(limits)
    left = np.array([limits[name] for name in names])
    kept = [curve for curve in curves if curve.sizes.size]
    if not kept or not names:
        return dict(limits)
    per_unit = np.array([[curve.unit_use.get(name, 0.0) for curve in kept] for name in names])
    per_run = np.array([[curve.run_use.get(name, 0.0) for curve in kept] for name in names])
    most = per_unit * np.array([float(curve.sizes[-1]) for curve in kept]) + per_run
    styles = sorted({curve.style for curve in kept})
    largest = np.zeros((len(names), len(styles)))
    for column, curve in enumerate(kept):
        style = styles.index(curve.style)
        np.maximum(largest[:, style], most[:, column], out=largest[:, style])
    may_bind = largest.sum(axis=1) > left
    return {
        name: limits[name]
        for at, name in enumerate(names)
        if may_bind[at] and not _is_implied(at, left, per_unit, per_run)
    }


def _is_implied(at: int, left: Floats, per_unit: Floats, per_run: Floats) -> bool:
    """Say whether another limit, of equals an earlier one, is kept only if this one is."""
    takes_less = (per_unit[at] <= per_unit).all(axis=1) & (per_run[at] <= per_run).all(axis=1)
    equal = (per_unit[at] == per_unit).all(axis=1) & (per_run[at] == per_run).all(axis=1)
    order = np.arange(left.size)
    implying = takes_less & (left <= left[at]) & (order != at)
    implying &= ~(equal & (left == left[at]) & (order > at))
    return bool(implying.any())
