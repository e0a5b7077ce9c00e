"""Which runs are made at all, where set-ups and scarcity meet: a mixed-integer program.

Each curve is a lot that is taken or not, and a size on the piecewise linear hull of its values.
The program is solved for each part of the styles that share something scarce, with a limit on
nodes: the same inputs decide the same, however fast the machine.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

from app.planning.model import Floats, Integers
from app.planning.scarcity import Choices

MOST_PIECES = 12
"""Pieces of a curve's hull in the program; what they leave out is added to the bound."""

MOST_LOTS = 400
"""Lots of one part: with more of them each weighs little, and prices alone are nearly exact."""

WHOLE = 1e-6
"""The solver's numbers are whole, and its limits kept, to about this."""


@dataclass(frozen=True, slots=True, eq=False)
class _Lot:
    """One curve as the program sees it.

    Attributes:
        sizes: Where the hull's pieces meet, shape (pieces + 1,), as are `values`.
        lost: Most that the hull lies above these pieces.
        use: Of the least run, shape (resources,), and `unit_use` of each further unit.
    """

    style: int
    curve: int
    sizes: Floats
    values: Floats
    lost: float
    use: Floats
    unit_use: Floats


def choose_lots(choices: Choices, chosen: Integers, node_limit: int) -> tuple[Integers, float]:
    """Return a choice for each style, rounded down to an allowed size, and a bound on the best.

    Args:
        choices: All of them.
        chosen: A plan to keep for the parts that the program has nothing to say on.
        node_limit: Nodes of the search in each part.
    """
    found, bound = chosen.copy(), 0.0
    free = choices.best(np.zeros(choices.limits.size))
    for styles, is_short in parts_of(choices):
        if not is_short:
            found[styles] = free[styles]
            bound += choices.worth(found[styles])
            continue
        lots = [lot for style in styles for lot in _lots_of(choices, style)]
        reached = _solve(choices, lots, node_limit) if len(lots) <= MOST_LOTS else None
        if reached is None:
            bound = np.inf
            continue
        sizes, best = reached
        bound += best
        found[styles] = [_rounded(choices, style, lots, sizes) for style in styles]
    return found, bound


def parts_of(choices: Choices) -> list[tuple[Integers, bool]]:
    """Return the styles linked by what may run short, and whether anything of theirs may."""
    most = np.maximum.reduceat(choices.use, choices.starts, axis=1)
    takers = most[most.sum(axis=1) > choices.limits] > 0
    part = np.arange(choices.starts.size)
    for row in takers:
        linked = np.flatnonzero(row)
        if linked.size:
            part[np.isin(part, part[linked])] = part[linked].min()
    parts = [np.flatnonzero(part == one) for one in np.unique(part)]
    return [(styles, bool(takers[:, styles].any())) for styles in parts]


def _lots_of(choices: Choices, style: int) -> list[_Lot]:
    lots = []
    mine = np.flatnonzero(choices.style == style)
    for curve in np.unique(choices.curve[mine]).tolist():
        at = mine[choices.curve[mine] == curve]
        if curve < 0:
            continue
        sizes, values = choices.size[at].astype(np.float64), choices.value[at]
        hull = _hull(sizes, values)
        kept = _thinned(sizes[hull], values[hull])
        corners = hull[kept]
        inside = np.interp(sizes[hull], sizes[corners], values[corners])
        lost = float((values[hull] - inside).max())
        use = choices.use[:, at[0]]
        span = sizes[-1] - sizes[0]
        unit_use = (choices.use[:, at[-1]] - use) / span if span else np.zeros(use.size)
        lots.append(_Lot(style, curve, sizes[corners], values[corners], lost, use, unit_use))
    return lots


def _hull(sizes: Floats, values: Floats) -> Integers:
    """Return the corners of the upper concave hull of points with ascending sizes."""
    corners: list[int] = []
    for at in range(sizes.size):
        while len(corners) > 1 and _is_below(sizes, values, corners[-2], corners[-1], at):
            corners.pop()
        corners.append(at)
    return np.array(corners, dtype=np.int64)


def _is_below(sizes: Floats, values: Floats, left: int, middle: int, right: int) -> bool:
    rise = (values[right] - values[left]) * (sizes[middle] - sizes[left])
    return bool((values[middle] - values[left]) * (sizes[right] - sizes[left]) <= rise)


def _thinned(sizes: Floats, values: Floats) -> Integers:
    """Return the corners to keep: those whose loss would be the largest, one after the other."""
    kept = sorted({0, sizes.size - 1})
    while len(kept) <= min(MOST_PIECES, sizes.size - 1):
        off = values - np.interp(sizes, sizes[kept], values[kept])
        if off.max() <= 0:
            break
        kept = sorted({*kept, int(np.argmax(off))})
    return np.array(kept)


def _solve(
    choices: Choices, lots: list[_Lot], node_limit: int
) -> tuple[dict[int, float], float] | None:
    """Return the size of each lot taken, by curve, and the bound; None: nothing was found."""
    pieces = [lot.sizes.size - 1 for lot in lots]
    offsets = len(lots) + np.concatenate([[0], np.cumsum(pieces)]).astype(np.int64)
    gains = np.concatenate(
        [[lot.values[0] for lot in lots], *(np.diff(lot.values) for lot in lots)]
    )
    rows = _taking(choices, lots, offsets), _once(lots, gains.size), _within(lots, offsets)
    result = milp(
        -gains,
        integrality=np.arange(gains.size) < len(lots),
        bounds=Bounds(0, 1),
        constraints=[row for row in rows if row is not None],
        options={"node_limit": node_limit, "mip_rel_gap": WHOLE, "presolve": False},
    )
    if result.x is None:
        return None
    sizes = {}
    for index, lot in enumerate(lots):
        if result.x[index] > 0.5:
            filled = result.x[offsets[index] : offsets[index + 1]]
            sizes[lot.curve] = float(lot.sizes[0] + filled @ np.diff(lot.sizes))
    return sizes, -float(result.mip_dual_bound) + sum(_most_lost(lots))


def _most_lost(lots: list[_Lot]) -> list[float]:
    """Return, for each style, the most that leaving corners out can have cost."""
    lost: dict[int, float] = {}
    for lot in lots:
        lost[lot.style] = max(lot.lost, lost.get(lot.style, 0.0))
    return list(lost.values())


def _taking(choices: Choices, lots: list[_Lot], offsets: Integers) -> LinearConstraint:
    """Return that lots and pieces together take no more of anything than there is, as shares."""
    first = np.stack([lot.use for lot in lots], axis=1)
    further = [lot.unit_use[:, None] * np.diff(lot.sizes) for lot in lots]
    matrix = np.concatenate([first, *further], axis=1)
    assert matrix.shape[1] == offsets[-1], "a column for each lot and piece"
    scale = 1 / np.where(choices.limits > 0, choices.limits, 1.0)
    return LinearConstraint(matrix * scale[:, None], ub=choices.limits * scale)


def _once(lots: list[_Lot], columns: int) -> LinearConstraint:
    """Return that a style takes one lot at most."""
    styles = np.array([lot.style for lot in lots])
    _, row = np.unique(styles, return_inverse=True)
    shape = (int(row.max()) + 1, columns)
    return LinearConstraint(
        coo_array((np.ones(row.size), (row, np.arange(row.size))), shape=shape).tocsr(), ub=1
    )


def _within(lots: list[_Lot], offsets: Integers) -> LinearConstraint | None:
    """Return that a piece is filled only in a lot that is taken."""
    lot_of = np.repeat(np.arange(len(lots)), np.diff(offsets))
    count = lot_of.size
    if not count:
        return None
    row = np.arange(count)
    ones = np.ones(count)
    matrix = coo_array(
        (
            np.concatenate([ones, -ones]),
            (np.concatenate([row, row]), np.concatenate([len(lots) + row, lot_of])),
        ),
        shape=(count, len(lots) + count),
    )
    return LinearConstraint(matrix.tocsr(), ub=0)


def _rounded(choices: Choices, style: int, lots: list[_Lot], sizes: dict[int, float]) -> int:
    """Return a style's choice: of its lot taken, the largest run no larger than was found."""
    taken = [lot.curve for lot in lots if lot.style == style and lot.curve in sizes]
    mine = np.flatnonzero(choices.style == style)
    if not taken:
        return int(mine[0])
    within = choices.size[mine] <= sizes[taken[0]] + WHOLE
    return int(mine[(choices.curve[mine] == taken[0]) & within][-1])
