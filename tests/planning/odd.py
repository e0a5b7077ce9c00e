"""Situations of odd shapes and terms, by number; as a program: what is decided on the first."""

import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from hashlib import sha256
from typing import Any

import numpy as np

from app.planning import Integers, OfferTerms, PreviousPlan, Situation, decide
from app.planning.model import Ration
from tests.planning.situations import offer, situation


def decided(count: int) -> list[str]:
    """Return what is decided on each of the first so many, to the last bit."""
    # As `1.25` wrote them, numbers look the same whether they are Python's or numpy's.
    with np.printoptions(legacy="1.25", floatmode="unique", threshold=10**6):
        every = [repr(decide(odd_situation(number))) for number in range(count)]
    return [sha256(one.encode()).hexdigest() for one in every]


def odd_situation(number: int) -> Situation:
    """Return one of few paths and periods, whatever their number, with any terms."""
    random = np.random.default_rng(number)
    one_of = partial(_one_of, random)
    skus, periods, paths = one_of(1, 2, 3), one_of(1, 2, 4, 6), one_of(1, 2, 3, 5, 8, 9, 16, 33)
    days, end = one_of(1, 7), one_of(None, 0, periods - 1, periods, periods + 3)
    offers = [_offer(random, f"offer-{at}") for at in range(one_of(0, 1, 1, 2))]
    mean, holding = one_of(0.0, 0.3, 5.0, 5.0, 30.0, 3e7), one_of(0.0, 0.05, 0.5)
    if number % 2:  # something is to be learned by waiting
        periods, paths, end = 6, one_of(8, 16, 24, 40), one_of(None, 5, 6)
        offers = [replace(one, made_to_order=False, lead_time_days=2.0) for one in offers]
    if number % 4 == 3:  # each run lasts for a few reviews
        offers = [offer(setup_cost=one_of(5.0, 20.0, 60.0), yield_sd=one_of(0.0, 0.1))]
        end, days, mean, holding = None, 7, one_of(5.0, 30.0), 0.5
    found = situation(
        _demand(random, (skus, paths, periods), mean),
        *offers,
        on_hand=random.integers(0, 9, skus) * one_of(0, 1, 10),
        inbound=random.integers(0, 4, (skus, periods)) * random.integers(0, 2, periods),
        colorways=random.integers(0, one_of(1, 2, 5), skus),
        end=end,
        period_days=days,
        review=days * one_of(1, 1, 2, 9),
        holding_cost_per_unit_week=holding,
        **_economics(one_of),
    )
    if offers and one_of(0, 1):
        stands = PreviousPlan(offers[0].code, random.integers(0, 4, skus) * 5)
        found = replace(found, previous=stands)
    # As they are drawn: whole periods side by side, half as wide.
    drawn = np.ascontiguousarray(found.demand.transpose(2, 0, 1).astype(np.int32))
    return replace(found, demand=drawn.transpose(1, 2, 0)) if one_of(0, 1) else found


def _demand(random: np.random.Generator, shape: tuple[int, int, int], mean: float) -> Integers:
    rates = random.gamma(0.6, mean / 0.6, (1, shape[1], 1)) * random.uniform(
        0, 1.5, (shape[0], 1, 1)
    )
    return random.poisson(rates, shape)


def _economics(one_of: Callable[..., Any]) -> dict[str, float]:
    return {
        "price": one_of(5.0, 30.0, 60.0),
        "salvage_value": one_of(0.0, 3.0),
        "lost_sale_cost": one_of(0.0, 5.0),
        "backorder_share": one_of(0.0, 0.0, 0.5, 1.0),
        "return_rate": one_of(0.0, 0.0, 0.3, 1.0),
        "resalable_share": one_of(1.0, 0.5),
        "return_delay_days": one_of(0.0, 5.0, 400.0),
    }


def _one_of(random: np.random.Generator, *ways: Any) -> Any:
    return ways[random.integers(len(ways))]


def _offer(random: np.random.Generator, code: str) -> OfferTerms:
    one_of = partial(_one_of, random)
    dear, second = float(random.integers(4, 14)), int(random.integers(3, 60))
    return offer(
        code,
        made_to_order=one_of(1, 0, 0, 0) == 1,
        price_break_kind=one_of("all_units", "incremental"),
        price_breaks=((one_of(1, 2), dear), (second, dear - 3))[: one_of(1, 2)],
        setup_cost=one_of(0.0, 20.0, 200.0),
        colorway_setup_cost=one_of(0.0, 5.0),
        setup_loss_units=one_of(0, 0, 3),
        moq_run=one_of(0, 0, 10, 500),
        moq_colorway=one_of(0, 0, 7),
        moq_sku=one_of(0, 0, 4, 25),
        order_multiple=one_of(1, 1, 5),
        max_quantity=one_of(None, None, 30),
        lead_time_days=one_of(0.0, 2.0, 7.0, 20.0),
        lead_time_sd_days=one_of(0.0, 0.0, 4.0, 30.0),
        yield_rate=one_of(1.0, 0.9, 0.5),
        yield_sd=one_of(0.0, 0.0, 0.1, 0.4),
        early_run_units=one_of(0, 0, 6),
        early_run_yield=0.5,
        capacity_per_week=one_of(None, None, 25),
        last_release_days=one_of(None, None, 5),
        kept_units=one_of(0, 0, 0, 40),
        kept_value=3.0,
        ration=one_of(None, None, None, Ration(20, "capacity", 1.0)),
    )


if __name__ == "__main__":
    print("\n".join(decided(int(sys.argv[1]))))
