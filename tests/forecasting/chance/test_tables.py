from fractions import Fraction
from math import erfc, exp, pi, sqrt

import numpy as np
import pytest
from scipy.special import gammaincinv
from scipy.stats import poisson

from app.forecasting.chance.alias import (
    CELL_BITS,
    CELLS,
    TABLED,
    WHOLE_BITS,
    poisson_table,
    poisson_tables,
)
from app.forecasting.chance.quantiles import gamma_quantiles
from app.forecasting.chance.ziggurat import AREA, TAIL_BEGINS, ziggurat

RATES = [(Fraction(rate), WHOLE_BITS) for rate in range(TABLED)] + [
    (Fraction(part, CELLS), CELL_BITS) for part in range(CELLS)
]


def shares(table: list[int], bits: int) -> list[int]:
    """Return in how many of 2**64 words a table draws each count."""
    came, each = [0] * len(table), 1 << (64 - bits)
    for place, entry in enumerate(table):
        came[place] += entry >> bits
        came[entry & (len(table) - 1)] += each - (entry >> bits)
    return came


@pytest.mark.parametrize(("rate", "bits"), RATES)
def test_a_table_draws_each_count_as_often_as_poisson_says(rate: Fraction, bits: int) -> None:
    came = shares(poisson_table(rate, bits), bits)

    assert sum(came) == 2**64
    assert np.array(came) / 2**64 == pytest.approx(
        poisson.pmf(np.arange(len(came)), float(rate)), rel=1e-12, abs=2**-63
    )
    assert poisson.sf(len(came) - 1, float(rate)) < 2**-63


def test_the_tables_are_of_every_whole_rate_and_of_every_part_of_one() -> None:
    whole, parts = poisson_tables()

    assert whole.tolist() == [poisson_table(rate, bits) for rate, bits in RATES[:TABLED]]
    assert parts.tolist() == [poisson_table(rate, bits) for rate, bits in RATES[TABLED:]]


def test_layers_of_the_ziggurat_have_one_area_and_close_at_the_top() -> None:
    edges, heights = ziggurat()
    begins, area = float(TAIL_BEGINS), float(AREA)

    assert (edges[1:-1] * np.diff(heights)[1:]).tolist() == pytest.approx([area] * 255, rel=1e-12)
    assert begins * exp(-(begins**2) / 2) + sqrt(pi / 2) * erfc(begins / sqrt(2)) == pytest.approx(
        area, rel=1e-13
    )
    assert edges[0] * exp(-(begins**2) / 2) == pytest.approx(area, rel=1e-13)
    assert (edges[-1], heights[-1]) == (0, 1)


@pytest.mark.parametrize("shape", [0.05, 0.9, 1.0, 1.3, 2.8, 11.0, 400.0, 1e5, 1e12])
def test_quantiles_of_a_gamma_law_are_right_at_every_level(shape: float) -> None:
    levels = np.concatenate([[0.0, 1e-300, 1e-16, 1 - 2**-53], np.linspace(0, 1, 20_001)[1:-1]])

    assert gamma_quantiles(shape, levels) == pytest.approx(gammaincinv(shape, levels), rel=1e-12)
