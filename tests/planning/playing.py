"""Runs played period by period on every path, by the words of the design alone."""

from dataclasses import dataclass

import numpy as np

from app.planning import Floats, Integers, OfferTerms, Situation, run_cost_of


@dataclass(frozen=True)
class Played:
    """What came of a run on every path, shape (paths,): profit, units lost and left over."""

    profit: Floats
    lost: Floats
    left: Floats


def played(case: Situation, good: Floats, lands: int = 0) -> Played:
    """Play good units of each SKU that land at the start of a period, with lost sales."""
    money, paths = case.economics, case.demand.shape[1]
    ends = min(case.demand.shape[2], case.end_period or case.demand.shape[2])
    stock = np.repeat(case.on_hand[:, None].astype(np.float64), paths, axis=1)
    profit, lost = np.zeros(paths), np.zeros(paths)
    for period in range(ends):
        stock = stock + case.inbound[:, period, None] + (period == lands) * good[:, None]
        wanted = case.demand[:, :, period]
        sold = np.minimum(stock, wanted)
        stock = stock - sold
        earned = money.price * sold - money.lost_sale_cost * (wanted - sold)
        held = money.holding_cost_per_unit_week * case.period_days / 7 * stock
        profit += (earned - held).sum(axis=0)
        lost += (wanted - sold).sum(axis=0)
    left = stock.sum(axis=0)
    return Played(profit + money.salvage_value * left, lost, left)


def played_run(case: Situation, terms: OfferTerms, made: Integers) -> Played:
    """Play a run at its cost, or none; every SKU bears its share of what setting up loses."""
    total = int(made.sum())
    if not total:
        return played(case, np.zeros(made.size))
    useful = total - terms.setup_loss_units
    useful -= (1 - terms.early_run_yield) * min(useful, terms.early_run_units)
    good = made * (useful / total * terms.yield_rate)
    came = played(case, good, int(terms.lead_time_days // case.period_days))
    cost = run_cost_of(terms, total, len(set(case.colorways[made > 0])))
    return Played(came.profit - cost, came.lost, came.left)
