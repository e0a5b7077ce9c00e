"""Later orders placed: what they serve is not lost any more, and earns."""

import numpy as np
from numpy.typing import NDArray

from app.compiled import compiled
from app.planning.customers import Counts
from app.planning.model import Floats, Integers


@compiled
def place(
    lost: Counts,
    profit: Floats,
    blocks: Integers,
    is_taken: NDArray[np.bool_],
    units: Integers,
    beyond: Floats,
    first: int,
    steps: Floats,
    unsold: float,
) -> None:
    """Serve what one offer's orders taken bring: found on one half, placed on the other.

    Args:
        lost: Of each step, changed to what is lost behind the orders.
        profit: Of each step, changed likewise.
        blocks: Paths of each group and half, shape (steps, groups, 2, each).
        is_taken: Where its order is the best, shape (steps, groups, 2).
        units: Wanted there, shape (steps, groups, 2, skus).
        beyond: What the order earns beside them, less its cost, shape (steps, groups, 2).
        first: The period it lands in; `steps` and `unsold` as `Landed` has them.
        steps: Shape (periods - first,).
        unsold: Currency per unit.
    """
    count, groups, _, each = blocks.shape
    for block in range(count * groups * 2):
        step, group, half = block // 2 // groups, block // 2 % groups, block % 2
        wanted = units[step, group, half]
        if not is_taken[step, group, half] or wanted.sum() == 0:
            continue
        for at in range(each):
            path = blocks[step, group, 1 - half, at]
            earned = beyond[step, group, half]
            for sku in range(wanted.size):
                earned += unsold * wanted[sku]
                before = int(lost[step, first - 1, sku, path]) if first else 0
                for period in range(steps.size):
                    now = int(lost[step, first + period, sku, path])
                    sold = min(now - before, wanted[sku])
                    earned += sold * steps[period]
                    lost[step, first + period, sku, path] = now - sold
            profit[step, path] += earned
