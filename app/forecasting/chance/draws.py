"""What a draw is made of: streams, rates that vary by a Gamma law, Poisson counts."""

import numpy as np
from numpy.typing import NDArray

from app.forecasting.chance.alias import Words, poisson_tables
from app.forecasting.chance.loops import fill_counts, vary_rates
from app.forecasting.chance.ziggurat import ziggurat
from app.forecasting.model import Floats

MOST_RATE = 1e9
"""Rates above this are cut: counts must fit 32 bits, and no style sells a billion in a period."""


def stream(seed: np.random.SeedSequence) -> Words:
    """Return the state of a stream of random words, as numpy begins it from the seed."""
    return np.array(np.random.SFC64(seed).state["state"]["state"], dtype=np.uint64)


def vary(rates: Floats, shape: float, words: Words) -> None:
    """Multiply each rate by a Gamma number of its own, of mean 1, in place and in order.

    Args:
        rates: Shape (periods, paths).
        shape: Of the Gamma law, > 0: its squared coefficient of variation is 1 / shape.
        words: The stream, moved on.
    """
    vary_rates(rates, float(shape), words, *ziggurat())


def counts(rates: Floats, split: Floats, words: Words) -> NDArray[np.int32]:
    """Return Poisson counts at the product of rates and split, shape (periods, skus, paths).

    Args:
        rates: >= 0, cut at MOST_RATE, shape (periods, paths).
        split: From 0 to 1, shape (skus, paths).
        words: The stream, moved on.

    Raises:
        ValueError: If a rate or a share is negative or not a number.
    """
    if not (rates.min(initial=0.0) >= 0 and split.min(initial=0.0) >= 0):
        raise ValueError("a rate is negative or not a number")
    drawn = np.empty((len(rates), *split.shape), dtype=np.int32)
    fill_counts(drawn, np.minimum(rates, MOST_RATE), split, words, *poisson_tables())
    return drawn
