"""The single ways: one offer for everything, its rule tuned with hindsight on the very styles."""

from dataclasses import dataclass
from itertools import product

import numpy as np

from tests.benchmarks.worlds.cells import Floats, Ints
from tests.benchmarks.worlds.demand import Truth
from tests.benchmarks.worlds.shop import Shop

FACTORS = (0.5, 0.7, 0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 2.0)
COVERS = (0, 1, 2, 3, 4, 6, 8, 12, 20, 40)
ONCE_SIZES = 120


@dataclass(frozen=True, eq=False)
class Outcome:
    """A policy's result on every style.

    Attributes:
        profit: Shape (styles,).
        lost: Units not served, shape (styles,).
        left: Units left over, shape (styles,).
        runs: By way, shape (styles, ways).
        made: Units by way, the same shape.
    """

    name: str
    profit: Floats
    lost: Ints
    left: Ints
    runs: Ints
    made: Ints


def outcome_of(name: str, shop: Shop, rows: slice = slice(None)) -> Outcome:
    return Outcome(
        name,
        shop.profit[rows],
        shop.lost[rows],
        shop.on_hand[rows],
        shop.runs[rows],
        shop.made[rows],
    )


def single_ways(truth: Truth) -> list[Outcome]:
    """Return each single way at its best setting, best first."""
    ways = truth.cell.ways
    found = [repeated(truth, way) for way in range(len(ways))]
    found.append(large_once(truth))
    return sorted(found, key=lambda outcome: -float(outcome.profit.sum()))


def large_once(truth: Truth) -> Outcome:
    """Return one large run at the start, the same quantity for all styles, the best there is."""
    way = len(truth.cell.ways) - 1
    moq = truth.cell.ways[way].moq
    expected = truth.cell.weekly * truth.cell.life_weeks * max(truth.cell.scale_off, 1.0)
    sizes = np.unique(np.linspace(moq, max(3 * expected, 2 * moq), ONCE_SIZES).astype(np.int64))
    sizes = np.concatenate([[0], sizes])
    shop = Shop(truth, sizes.size)
    styles = len(truth.demand)
    while shop.week < truth.cell.weeks:
        shop.open_week()
        if shop.week == 0:
            shop.order(way, np.repeat(sizes, styles))
        shop.close_week()
    best = int(shop.profit.reshape(sizes.size, styles).sum(axis=1).argmax())
    name = f"large once, {sizes[best]} units"
    return outcome_of(name, shop, slice(best * styles, (best + 1) * styles))


def repeated(truth: Truth, way: int) -> Outcome:
    """Return a base stock by one way at the best of many levels.

    The levels follow what is known: below `factor` times the expected demand until a run released
    next week arrives, order up to `factor` times that of `cover` weeks more.
    """
    cell = truth.cell
    settings = list(product(FACTORS, COVERS))
    styles = len(truth.demand)
    factor = np.repeat([one for one, _ in settings], styles)
    shop = Shop(truth, len(settings))
    ahead = np.concatenate([[0.0], np.cumsum(cell.profile)])
    cover = np.array([weeks for _, weeks in settings])
    lead, moq = cell.ways[way].lead_weeks, cell.ways[way].moq
    while shop.week < cell.weeks:
        shop.open_week()
        week = shop.week
        if week + lead < cell.weeks:
            until = min(week + lead + 1, cell.weeks)
            level = np.minimum(until + cover, cell.weeks)
            scale = np.tile(truth.expected_scale[week], len(settings)) * factor
            position = shop.position
            low = scale * (ahead[until] - ahead[week])
            high = scale * np.repeat(ahead[level] - ahead[week], styles)
            wanted = np.rint((high - position) / cell.told_yield).astype(np.int64)
            pays = (position < low) & (2 * wanted >= moq)
            shop.order(way, np.where(pays, np.maximum(wanted, moq), 0))
        shop.close_week()
    total = shop.profit.reshape(len(settings), styles).sum(axis=1)
    best = int(total.argmax())
    name = f"{cell.ways[way].mode}, x{settings[best][0]:g} + {settings[best][1]} weeks"
    return outcome_of(name, shop, slice(best * styles, (best + 1) * styles))
