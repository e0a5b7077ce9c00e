"""What one more unit of a scarce thing is worth: the price at which there is enough of it.

The Lagrangian dual of sharing out: convex in the prices, so each one is found by bisection.
"""

import numpy as np

from app.planning.model import Floats
from app.planning.scarcity import Choices

BISECTIONS = 50
"""Halvings of the range of a price: a factor of 1e15, all that a float holds."""

SWEEPS = 12
"""Rounds over all prices where several things are scarce; one round is exact for one. On 60 drawn
problems of 20 styles and three scarce things the bound of the 12th round lay above that of the 60th
by 2e-5 on average, by 1e-3 at most."""


def shadow_prices(choices: Choices) -> tuple[Floats, float]:
    """Return the price of each scarce thing, and the bound that these prices prove.

    Returns:
        Prices, currency per unit of the resource, >= 0 and 0 where it does not bind, shape
        (resources,); and what no allocation that fits can be worth more than.

    Source:
        Fisher (1981), "The Lagrangian relaxation method for solving integer programming
        problems", Management Science 27(1).
    """
    prices = np.zeros(choices.limits.size)
    best, bound = prices.copy(), dual_bound(choices, prices)
    for _ in range(SWEEPS if choices.limits.size > 1 else 1):
        before = prices.copy()
        for resource in range(prices.size):
            prices[resource] = _price_of(choices, prices, resource)
        reached = dual_bound(choices, prices)
        if reached < bound:
            best, bound = prices.copy(), reached
        if (prices == before).all():
            break
    return best, bound


def dual_bound(choices: Choices, prices: Floats) -> float:
    """Return the bound that prices prove: every style at its best, and all that is left sold."""
    net = choices.value - prices @ choices.use
    return float(np.maximum.reduceat(net, choices.starts).sum() + prices @ choices.limits)


def _price_of(choices: Choices, prices: Floats, resource: int) -> float:
    """Return the lowest price of one thing at which it is enough, the other prices as they are."""
    others = prices.copy()
    others[resource] = 0.0
    worth, use = choices.value - others @ choices.use, choices.use[resource]
    enough = choices.limits[resource] + choices.slack[resource]

    def is_enough(price: float) -> bool:
        return bool(use[choices.best_of(worth - price * use)].sum() <= enough)

    if is_enough(0.0):
        return 0.0
    taking = use > 0
    low, high = 0.0, 2 * float((choices.value[taking] / use[taking]).max())
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        if is_enough(middle):
            high = middle
        else:
            low = middle
    return high
