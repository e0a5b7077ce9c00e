"""The layers of the normal law's ziggurat, worked out in decimals: the same on every machine.

Source:
    Marsaglia & Tsang (2000), "The ziggurat method for generating random variables", Journal of
    Statistical Software 5(8).
"""

from decimal import Decimal, localcontext
from functools import cache

import numpy as np

from app.forecasting.model import Floats

LAYERS = 256

TAIL_BEGINS = Decimal("3.654152885361008771645429720")
"""Where 256 layers of one area close at the top; the lowest layer is what lies beyond it too."""

AREA = Decimal("0.004928673233974655347361775402")
"""Of each layer, under exp(-x**2 / 2) and right of nought."""


@cache
def ziggurat() -> tuple[Floats, Floats]:
    """Return how far each layer reaches, (LAYERS + 1,), and the curve's height there.

    The lowest reaches as far as a box of its area would, the last not at all.
    """
    with localcontext(prec=30):
        edges = [TAIL_BEGINS]
        while len(edges) < LAYERS - 1:
            edges.append((-2 * (AREA / edges[-1] + _height(edges[-1])).ln()).sqrt())
        edges = [AREA / _height(TAIL_BEGINS), *edges, Decimal(0)]
        heights = [_height(edge) for edge in edges]
    return np.array(edges, dtype=np.float64), np.array(heights, dtype=np.float64)


def _height(edge: Decimal) -> Decimal:
    return (-edge * edge / 2).exp()
