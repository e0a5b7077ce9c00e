"""One style of a panel: what its own signals say beside the forecast of its demand."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.catalog.tables import Style
from app.demand.panel import DemandPanel
from app.demand.return_law import ReturnLaw
from app.demand.returns import in_whole_units, law_of_style, returns_to_come
from app.forecasting.consume import known_units
from app.forecasting.model import HORIZON, StyleForecast
from app.forecasting.past.priors import BrandPriors


@dataclass(frozen=True, eq=False)
class Seen:
    """A style as its panel shows it.

    Attributes:
        panel: The panel.
        index: Which of the panel's styles it is.
        style: The style as stored.
    """

    panel: DemandPanel
    index: int
    style: Style

    @property
    def skus(self) -> NDArray[np.bool_]:
        """Return which SKUs of the panel are the style's."""
        return np.asarray(self.panel.style_of == self.index)

    def return_law(self, priors: BrandPriors) -> ReturnLaw:
        """Return how its units come back."""
        stated = self.style.return_rate
        return law_of_style(self.panel, self.index, priors.returns, stated=stated)

    def returning(self, law: ReturnLaw, periods: int) -> NDArray[np.int64]:
        """Return the resalable units still to come back of what was sold, (skus, periods)."""
        expected = returns_to_come(self.panel, self.skus, law, periods)
        return in_whole_units(expected * self.style.resalable_share)

    def with_signals(self, forecast: StyleForecast, law: ReturnLaw) -> StyleForecast:
        """Return the forecast with the style's known demand in it, and with what it rests on."""
        known = known_units(self.panel, self.index)
        return replace(forecast, known=known, facts=self._facts(law))

    def _facts(self, law: ReturnLaw) -> dict[str, Any]:
        skus = self.skus
        demand = self.panel.demand[skus]
        seen = (self.panel.exposure[skus] > 0).any(axis=0)
        coming = returns_to_come(self.panel, skus, law, HORIZON).sum()
        return {
            "sold_units": int(demand.sum()),
            "orders": int(self.panel.orders[skus].sum()),
            "contract_units": int(self.panel.contracted[skus].sum()),
            "periods_on_sale": int(seen.sum()),
            "last_period_units": int(demand[:, -1:].sum()),
            "unknown_successor": self._unknown_successor(),
            "returns": {
                "rate": round(law.rate, 4),
                "stated": self.style.return_rate is not None,
                "mean_delay_weeks": round(law.mean_delay_weeks, 2),
                "sold_units": round(law.sold_units, 1),
                "paired_units": law.paired_units,
                "units_to_come": round(float(coming), 1),
            },
        }

    def _unknown_successor(self) -> str | None:
        """Return the successor that is stated but no style of the brand, None otherwise."""
        known = self.panel.styles[self.index].successor
        stated = self.style.successor
        return stated if known is None and stated != self.style.code else None
