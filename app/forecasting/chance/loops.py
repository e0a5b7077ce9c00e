"""The compiled loops of a draw: random words, Poisson counts, Gamma numbers.

A Poisson count at a rate of a + b is the sum of two, at a and at b. So a rate is cut into a whole
number, a 64th part and less than that: the first two have alias tables, and of the rest it takes
one comparison to see that it is nothing, 98 times of 100 and more.

Functions that take random numbers rather than the stream are those that the loop may have to call
again: a stream handed to a function that is not put in its place costs more than the number.

Sources:
    Devroye (1986), "Non-Uniform Random Variate Generation", chapter X.3 on sums of Poisson counts;
    the samplers of Apache Commons RNG keep whole rates likewise (`PoissonSamplerCache`).
    Doty-Humphrey, SFC64, as numpy has it (`numpy.random.SFC64`).
    Hörmann (1993), "The transformed rejection method for generating Poisson random variables",
    Insurance: Mathematics and Economics 12(1): PTRS.
    Marsaglia & Tsang (2000), "A simple method for generating gamma variables", ACM Transactions on
    Mathematical Software 26(3), and the ziggurat of `ziggurat.py` for the normal numbers.
"""

from math import copysign, exp, floor, log, log1p, sqrt

import numpy as np
from numpy.typing import NDArray

from app.compiled import compiled
from app.forecasting.chance.alias import CELL_BITS, CELLS, TABLED, WHOLE_BITS, Words
from app.forecasting.chance.ziggurat import LAYERS
from app.forecasting.model import Floats

UNIT = 2.0**-64
"""Of a random word as a share of all of them."""

MOST_REST = 8
"""More than this has not 2**-64 of the law at a rate below 1/CELLS; the last bits of what is left
of the tail there are chance, and could be looked for without end."""


@compiled
def next_word(state: Words) -> np.uint64:
    """Return the next 64 random bits of a stream of SFC64 and move it on."""
    word: np.uint64 = state[0] + state[1] + state[3]
    state[3] += np.uint64(1)
    state[0] = state[1] ^ (state[1] >> np.uint64(11))
    state[1] = state[2] + (state[2] << np.uint64(3))
    state[2] = ((state[2] << np.uint64(24)) | (state[2] >> np.uint64(40))) + word
    return word


@compiled
def uniform(state: Words) -> float:
    """Return a number between 0 and 1, neither of them: an odd multiple of 2**-53."""
    return (float(next_word(state) >> np.uint64(12)) + 0.5) * 2.0**-52


@compiled
def looked_up(table: Words, bits: np.uint64, word: np.uint64) -> int:
    """Return what a random word draws from an alias table of 2**bits entries."""
    places = (np.uint64(1) << bits) - np.uint64(1)
    place = word & places
    entry = table[place]
    return int(np.int64(place if word >> bits < entry >> bits else entry & places))


@compiled
def rest_count(share: float, rate: float) -> int:
    """Return a Poisson count at a rate below 1/CELLS by inversion, `share` its upper tail."""
    # 1 - exp(-rate), to the last bit: the terms left out are below rate**7 / 5040.
    tail = rate * (1 - rate / 2 * (1 - rate / 3 * (1 - rate / 4 * (1 - rate / 5 * (1 - rate / 6)))))
    term, count = 1 - tail, 0
    while share < tail and count < MOST_REST:
        count += 1
        term *= rate / count
        tail -= term
    return count


@compiled
def large_count(rate: float, u: float, v: float) -> int:
    """Return a Poisson count at a rate of TABLED or more from two uniform numbers, or -1.

    Transformed rejection: -1 means that two others must be tried.
    """
    b = 0.931 + 2.53 * sqrt(rate)
    a = -0.059 + 0.02483 * b
    side = 0.5 - abs(u - 0.5)
    count = floor((2 * a / side + b) * (u - 0.5) + rate + 0.43)
    if side >= 0.07 and v <= 0.9277 - 3.6224 / (b - 2):
        return count
    # Below ten there is not 2**-64 of the law, and Stirling's series would not do.
    if count < 10 or (side < 0.013 and v > side):
        return -1
    steep = 1.1239 + 1.1328 / (b - 3.4)
    return count if log(v * steep / (a / side**2 + b)) <= log_chance(count, rate) else -1


@compiled
def log_chance(count: float, rate: float) -> float:
    """Return the log of the probability of a Poisson count of 10 or more, by Stirling's series."""
    series = (1 / 12 - (1 / 360 - 1 / 1260 / count**2) / count**2) / count
    apart = rate - count
    return count * log1p(apart / count) - apart - 0.5 * log(2 * np.pi * count) - series


@compiled
def fill_counts(
    out: NDArray[np.int32], rates: Floats, split: Floats, state: Words, whole: Words, parts: Words
) -> None:
    """Draw Poisson counts into `out`, (periods, skus, paths), period by period.

    Args:
        out: Where they go.
        rates: Of the style, from 0 to 1e9, shape (periods, paths).
        split: Each SKU's share of them, from 0 to 1, shape (skus, paths).
        state: Of the stream: as `numpy.random.SFC64` has it; moved on.
        whole: As `poisson_tables` gives them.
        parts: The same.
    """
    for period in range(out.shape[0]):
        for sku in range(out.shape[1]):
            for path in range(out.shape[2]):
                rate = rates[period, path] * split[sku, path]
                count = -1
                if rate < TABLED:
                    cells = np.uint64(rate * CELLS)
                    unit, part = cells // np.uint64(CELLS), cells % np.uint64(CELLS)
                    count = looked_up(whole[unit], np.uint64(WHOLE_BITS), next_word(state))
                    count += looked_up(parts[part], np.uint64(CELL_BITS), next_word(state))
                    rest = rate - float(cells) / CELLS
                    share = float(next_word(state)) * UNIT
                    if share < rest:
                        count += rest_count(share, rest)
                while count < 0:
                    count = large_count(rate, uniform(state), uniform(state))
                out[period, sku, path] = count


@compiled
def tail_normal(begins: float, u: float, v: float) -> float:
    """Return a normal number beyond where the tail begins from two uniform numbers, or 0.

    0 means that two others must be tried.
    """
    beyond = -log(u) / begins
    return begins + beyond if -2 * log(v) > beyond * beyond else 0.0


@compiled
def gamma(d: float, c: float, normal: float, u: float) -> float:
    """Return a Gamma number from a normal and a uniform one, or 0: two others must be tried.

    Its shape is d + 1/3, at least 1; c is 1 / sqrt(9 d).
    """
    root = 1 + c * normal
    v, square = root * root * root, normal * normal
    if root > 0 and (
        u < 1 - 0.0331 * square * square or log(u) < square / 2 + d * (1 - v + log(v))
    ):
        return d * v
    return 0.0


@compiled
def vary_rates(rates: Floats, shape: float, state: Words, edges: Floats, heights: Floats) -> None:
    """Multiply each rate by a Gamma number of mean 1, period by period.

    Args:
        rates: Shape (periods, paths).
        shape: Of the Gamma law, above 0.
        state: Of the stream, as `numpy.random.SFC64` has it; moved on.
        edges: As `ziggurat` gives them.
        heights: The same.
    """
    d = (shape if shape >= 1 else shape + 1) - 1 / 3
    c = 1 / sqrt(9 * d)
    for period in range(rates.shape[0]):
        for path in range(rates.shape[1]):
            drawn = 0.0
            while drawn == 0:
                word = next_word(state)
                layer = word & np.uint64(LAYERS - 1)
                above = layer + np.uint64(1)
                normal = float(np.int64(word) >> np.int64(8)) * 2.0**-55 * edges[layer]
                if abs(normal) >= edges[above]:
                    height = heights[layer] + uniform(state) * (heights[above] - heights[layer])
                    if layer > 0 and height >= exp(-normal * normal / 2):
                        continue
                    tail = 0.0
                    while layer == 0 and tail == 0:
                        tail = tail_normal(edges[1], uniform(state), uniform(state))
                    normal = copysign(tail, normal) if layer == 0 else normal
                drawn = gamma(d, c, normal, uniform(state))
            if shape < 1:
                drawn *= uniform(state) ** (1 / shape)
            rates[period, path] *= drawn / shape


@compiled
def through(values: Floats, to_series: Floats, at: Floats) -> Floats:
    """Return exp of the polynomial through the logs of values at Chebyshev points.

    Args:
        values: > 0, at the points, shape (points,).
        to_series: Makes a Chebyshev series of what is at the points, shape (points, points).
        at: Where, from -1 to 1, shape (any,).
    """
    points = values.size
    series = np.zeros(points)
    for point in range(points):
        logarithm = log(values[point])
        for term in range(points):
            series[term] += to_series[term, point] * logarithm
    last, before = np.zeros(at.size), np.zeros(at.size)
    for term in range(points - 1, 0, -1):
        for i in range(at.size):
            last[i], before[i] = series[term] + 2 * at[i] * last[i] - before[i], last[i]
    for i in range(at.size):
        last[i] = exp(series[0] + at[i] * last[i] - before[i])
    return last
