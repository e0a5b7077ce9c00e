"""What a refresh knows of its styles that helps to fit their demand."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.catalog.tables import Style
from app.forecasting.layers import FitWishes
from app.refresh.gather import Gathered
from app.sourcing.queries import Offered

EXTREME_RATIO = 0.05
"""Critical ratios closer to 0 or 1 are cut: no handful of trials tells models apart out there."""


def fit_wishes(gathered: Gathered) -> FitWishes:
    """Return the styles' last full fits and critical ratios; a style without costs has none."""
    ratios = {
        style.code: critical_ratio(style, gathered.offers.get(style.code, ()))
        for style in gathered.styles.values()
    }
    return FitWishes(
        warm=_still_true(gathered),
        ratios={code: ratio for code, ratio in ratios.items() if ratio is not None},
    )


def _still_true(gathered: Gathered) -> dict[str, Mapping[str, Any]]:
    """Return the full fits of styles of whose past nothing new was learned since.

    An event that came late then has its styles fitted anew, and of today's fits those of other
    styles as well, where it changed what the brand's past teaches: in what order events came makes
    no difference to what is decided.
    """
    today, priors = gathered.origin.isoformat(), gathered.priors.fingerprint
    warm = gathered.warm
    return {
        style.code: warm[style.code]
        for panel in gathered.panels
        for style in panel.styles
        if style.code in warm
        and warm[style.code].get("fingerprint") == style.earlier_fingerprint
        and (warm[style.code]["day"] != today or warm[style.code].get("priors") == priors)
    }


def critical_ratio(style: Style, offers: Sequence[Offered]) -> float | None:
    """Return the share of demand worth serving, by the cheapest way of making the style.

    Source:
        Arrow, Harris & Marschak (1951), "Optimal Inventory Policy", Econometrica 19(3).
    """
    costs = [
        float(step["unit_cost"]) + float(offered.offer.freight_per_unit)
        for offered in offers
        for step in offered.offer.price_breaks
    ]
    if not costs:
        return None
    underage = max(float(style.price) - min(costs), 0.0) + float(style.lost_sale_cost)
    overage = max(min(costs) - float(style.salvage_value), 0.0)
    if underage + overage <= 0:
        return None
    ratio = underage / (underage + overage)
    return min(max(ratio, EXTREME_RATIO), 1 - EXTREME_RATIO)
