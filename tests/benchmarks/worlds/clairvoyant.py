"""The most a style could have earned by anyone who knew all its demand."""

import numpy as np

from tests.benchmarks.worlds.cells import Cell, Floats, Ints
from tests.benchmarks.worlds.demand import Truth


def clairvoyant(truth: Truth) -> Floats:
    """Return the profit of the best plan for the demand that came, shape (styles,).

    Exact dynamic program over weeks and units of stock: set-ups, MOQs, lead times, lost sales,
    holding and salvage. Two runs never arrive in one week: the cheaper one per unit of two would
    make it all. Yield is the true share; with random lead times runs can arrive in any week from
    the shortest one on, so that it is an upper bound.
    """
    return np.array([_best_profit(truth.cell, demand) for demand in truth.demand])


def _best_profit(cell: Cell, demand: Ints) -> float:
    least = max(_good(cell, way.moq) for way in cell.ways)
    stock = np.arange(int(demand.sum()) + least + 1)
    value = cell.salvage * stock
    for week in range(cell.weeks - 1, -1, -1):
        left = np.maximum(stock - demand[week], 0)
        served = cell.price * (stock - left) - cell.holding * left + value[left]
        value = served.copy()
        for way in cell.ways:
            if week < max(1, way.lead_weeks - cell.lead_off_weeks):
                continue
            cost = way.unit_cost / cell.yield_rate
            net = np.maximum.accumulate((served - cost * stock)[::-1])[::-1]
            moq = _good(cell, way.moq)
            reached = net[moq:] - way.setup_cost + cost * stock[: stock.size - moq]
            np.maximum(value[: reached.size], reached, out=value[: reached.size])
    return float(value[0])


def _good(cell: Cell, units: int) -> int:
    return int(np.ceil(units * cell.yield_rate - 1e-9))
