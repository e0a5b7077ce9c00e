"""Alias tables of Poisson laws, in whole numbers: the same to the last bit on every machine.

A table of `size` entries draws a count with one random word: its low bits pick an entry, and the
others say whether the count is the entry's place or its alias. Each probability is a multiple of
2**-64, so what it is off by is less than a float could tell.

Sources:
    Walker (1977), "An efficient method for generating discrete random variables with general
    distributions", ACM Transactions on Mathematical Software 3(3).
    Vose (1991), "A linear algorithm for generating random numbers with a given distribution",
    IEEE Transactions on Software Engineering 17(9).
"""

from fractions import Fraction
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.uint64]

TABLED: Final = 128
"""Rates from here on have no table: 256 counts would no longer hold all but 2**-64 of the law."""

WHOLE_BITS: Final = 8
"""Of the place in a table of a whole rate."""

CELLS: Final = 64
"""Parts of a unit of rate that have a table."""

CELL_BITS: Final = 5
"""Of the place in a table of a part."""


@cache
def poisson_tables() -> tuple[Words, Words]:
    """Return the tables of the whole rates, (TABLED, 256), and of the parts, (CELLS, 32)."""
    whole = [poisson_table(Fraction(rate), WHOLE_BITS) for rate in range(TABLED)]
    parts = [poisson_table(Fraction(part, CELLS), CELL_BITS) for part in range(CELLS)]
    return np.array(whole, dtype=np.uint64), np.array(parts, dtype=np.uint64)


def poisson_table(rate: Fraction, bits: int) -> list[int]:
    """Return the alias table of a Poisson law, 2**bits entries of 64 bits.

    An entry's low `bits` are the alias; the others, of 2**(64 - bits), the share of the entry
    that is its own place's.
    """
    size, each = 1 << bits, 1 << (64 - bits)
    left = _shares(rate, size)
    own, alias = [0] * size, list(range(size))
    short = [place for place in range(size) if left[place] < each]
    long = [place for place in range(size) if left[place] >= each]
    while short:
        place, giver = short.pop(), long[-1]
        own[place], alias[place] = left[place], giver
        left[giver] -= each - left[place]
        if left[giver] < each:
            short.append(long.pop())
    return [(mine << bits) | other for mine, other in zip(own, alias, strict=True)]


def _shares(rate: Fraction, size: int) -> list[int]:
    """Return the probabilities of the counts below `size` in units of 2**-64, summing to one."""
    weights = [1 << 256]
    for count in range(1, size):
        weights.append(weights[-1] * rate.numerator // (rate.denominator * count))
    total = sum(weights)
    shares = [(weight << 64) // total for weight in weights]
    shares[shares.index(max(shares))] += (1 << 64) - sum(shares)
    return shares
