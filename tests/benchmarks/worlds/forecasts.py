"""What the forecasting room knows of a world's styles, instead of the exact posterior."""

from datetime import date, timedelta

import numpy as np

from app.demand.panel import DemandPanel, PanelStyle
from app.demand.panel_parts import part
from app.forecasting.forecast import forecast_styles
from app.forecasting.model import HORIZON
from app.forecasting.paths import draw_paths
from tests.benchmarks.ours import learn
from tests.benchmarks.worlds.cells import Ints
from tests.benchmarks.worlds.demand import Truth, draw

FIRST_DAY = date(2024, 1, 1)
PAST_STYLES = 150
PAST_SEED = 1_000


class Room:
    """Forecasts of a world's styles, week by week, by a brand whose last season was like it.

    The season before, of as many weeks, ended the day that this one's first order can be placed;
    all that the room learns is learned from it, once. Weeks in which demand was lost are seen
    whole, as by the exact posterior.
    """

    def __init__(self, truth: Truth, paths: int) -> None:
        cell = truth.cell
        self._paths = paths
        past = draw(cell, PAST_STYLES, seed=PAST_SEED)
        self._launch = np.r_[
            np.full(PAST_STYLES, cell.launch), np.full(len(truth.demand), cell.weeks + cell.launch)
        ]
        self._weeks = cell.weeks
        demand = np.zeros((self._launch.size, 2 * cell.weeks), dtype=np.int64)
        demand[:PAST_STYLES, : cell.weeks] = past.demand
        demand[PAST_STYLES:, cell.weeks :] = truth.demand
        self._demand = demand
        self._priors = learn(self._panel(0))

    def week(self, week: int) -> list[Ints]:
        """Return each style's paths from a week on: to the end, or as far as forecasts go."""
        panel = self._panel(week)
        periods = min(self._weeks - week, HORIZON)
        known = part(panel, np.arange(self._launch.size) >= PAST_STYLES)
        return [
            draw_paths(forecast, periods=periods, paths=self._paths, seed=1_000 * week + style)
            for style, forecast in enumerate(forecast_styles(known, self._priors))
        ]

    def _panel(self, week: int) -> DemandPanel:
        seen = self._weeks + week
        styles = self._launch.size
        on_sale = np.arange(seen) >= self._launch[:, None]
        on_sale[:PAST_STYLES, self._weeks :] = False
        return DemandPanel(
            origin=FIRST_DAY + timedelta(weeks=seen),
            period_days=7,
            styles=tuple(self._style(style) for style in range(styles)),
            sku_ids=tuple(range(styles)),
            sku_codes=tuple(f"S{style}" for style in range(styles)),
            style_of=np.arange(styles),
            colorways=np.arange(styles),
            demand=self._demand[:, :seen],
            in_stock_share=np.ones((styles, seen)),
            exposure=on_sale.astype(np.float64),
            returned=np.zeros((styles, seen), dtype=np.int64),
            sizes=("one",) * styles,
        )

    def _style(self, style: int) -> PanelStyle:
        launched = FIRST_DAY + timedelta(weeks=int(self._launch[style]))
        return PanelStyle(style, f"S{style}", "family", 25.0, {}, (), launched, None)
