"""A brand whose best sizes keep running out: true shares, and what could be seen of them."""

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from app.demand.panel import DemandPanel
from tests.forecasting.panels import ORIGIN, panel, style

SIZES = ("XS", "S", "M", "L", "XL")
CURVE = np.array([0.07, 0.2, 0.33, 0.26, 0.14])
COLORWAYS = ("black", "navy", "white", "sand")
POPULARITY = np.array([0.45, 0.25, 0.2, 0.1])
SIZES_VARY, COLORWAYS_VARY = 40.0, 8.0


@dataclass(frozen=True)
class Launches:
    panel: DemandPanel
    shares: NDArray[np.float64]


def launches(styles: int, weeks: int, *, seed: int, rate: float = 25.0) -> Launches:
    """Return styles in two colorways, bought evenly for six weeks and topped up now and then."""
    random = np.random.default_rng(seed)
    shares, sold, in_stock, labels = [], [], [], []
    for _ in range(styles):
        chosen = random.choice(4, 2, replace=False)
        sizes = random.dirichlet(SIZES_VARY * CURVE)
        colors = random.dirichlet(COLORWAYS_VARY * POPULARITY[chosen] / POPULARITY[chosen].sum())
        share = (colors[:, None] * sizes).ravel()
        total = random.negative_binomial(2.5, 2.5 / (2.5 + rate * random.lognormal(0, 0.7)), weeks)
        stock = np.full(10, 4.0 * rate / 10)
        for wanted in (random.multinomial(units, share) for units in total):
            went = np.minimum(wanted, np.floor(stock))
            sold.append(went)
            in_stock.append(np.where(stock < 1, 0.0, went / np.maximum(wanted, 1) + (wanted == 0)))
            stock = stock - went + 2.0 * rate / 10 * (random.random() < 0.2)
        shares.append(share)
        labels += [COLORWAYS[color] for color in chosen for _ in SIZES]
    by_sku = (styles, weeks, 10)
    world = panel(
        np.reshape(sold, by_sku).transpose(0, 2, 1).reshape(-1, weeks),
        in_stock=np.reshape(in_stock, by_sku).transpose(0, 2, 1).reshape(-1, weeks),
        style_of=np.repeat(np.arange(styles), 10).tolist(),
        styles=[
            style(f"S{number}", category="tee", launched=ORIGIN - timedelta(weeks=weeks))
            for number in range(styles)
        ],
        sizes=SIZES * 2 * styles,
        colorway_labels=tuple(labels),
    )
    return Launches(world, np.array(shares))
