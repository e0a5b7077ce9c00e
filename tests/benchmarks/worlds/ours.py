"""The planning room deciding every style each week, on paths from the exact posterior."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from app.planning import OfferTerms, Situation, decide
from tests.benchmarks.worlds.cells import DAYS, Ints
from tests.benchmarks.worlds.demand import Truth, paths_ahead
from tests.benchmarks.worlds.rivals import Outcome, outcome_of
from tests.benchmarks.worlds.shop import Shop

PATHS = 256

RUNS_A_REVIEW = 3
"""An accepted run makes its style due again at once: a fast run may go beside a slow one."""


@dataclass
class Log:
    """Runs as they were released: (week, style, way, quantity)."""

    runs: list[tuple[int, int, int, int]] = field(default_factory=list)


Foresight = Callable[[int], Sequence[Ints]]
"""Joint paths of each style's demand from a week on, shape (1, paths, weeks)."""


def exact(truth: Truth, *, paths: int = PATHS, seed: int = 7) -> Foresight:
    """Return paths from the exact posterior."""
    styles = range(len(truth.demand))
    return lambda week: [paths_ahead(truth, week, style, paths, seed) for style in styles]


def ours(
    truth: Truth,
    foresight: Foresight,
    *,
    name: str = "ours",
    log: Log | None = None,
    review_weeks: int = 1,
) -> Outcome:
    """Return what deciding at each review by `app.planning.decide` earns; each run is accepted."""
    shop = Shop(truth)
    cell = truth.cell
    offers = cell.offers
    ways = {offer.code: way for way, offer in enumerate(offers)}
    while shop.week < cell.weeks:
        shop.open_week()
        reviewed = foresight(shop.week) if shop.week % review_weeks == 0 else ()
        for style, demand in enumerate(reviewed):
            for _ in range(RUNS_A_REVIEW):
                chosen = decide(_situation(shop, offers, style, demand, review_weeks)).chosen
                if chosen.offer is None or chosen.action != "run":
                    break
                way = ways[chosen.offer]
                _release(shop, style, way, chosen.quantity)
                if log is not None:
                    log.runs.append((shop.week, style, way, chosen.quantity))
        shop.close_week()
    return outcome_of(name, shop)


def _situation(
    shop: Shop, offers: tuple[OfferTerms, ...], style: int, demand: Ints, review_weeks: int
) -> Situation:
    left = shop.cell.weeks - shop.week
    return Situation(
        demand=demand,
        colorways=np.zeros(1, dtype=np.int64),
        on_hand=shop.on_hand[[style]],
        inbound=shop.inbound(style)[None, : demand.shape[2]],
        period_days=DAYS,
        end_period=left,
        review_period_days=DAYS * review_weeks,
        economics=shop.cell.economics,
        offers=offers,
    )


def _release(shop: Shop, style: int, way: int, units: int) -> None:
    quantity = np.zeros(len(shop.on_hand), dtype=np.int64)
    quantity[style] = units
    shop.order(way, quantity)
