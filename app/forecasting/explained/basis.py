"""What a forecast starts from before its own sales speak: which of the brand's styles, and why."""

from collections.abc import Sequence

from app.demand.panel import PanelStyle
from app.forecasting.model import Layer, Note
from app.forecasting.past.priors import BrandPriors
from app.forecasting.past.themes import theme_of

NOTED_FROM = 0.1
"""Share of a forecast that is still prior from which it says what the prior was made of."""


def prior_share(layer: Layer, notes: Sequence[Note]) -> float:
    """Return how much of a forecast rests on other styles rather than on its own sales, 0 to 1.

    Of the launch model what is still prior; of a mixture, that for the launch model's share.
    """
    values = {note["code"]: note.get("value") for note in notes}
    share, weight = values.get("launch_share"), values.get("prior_weight")
    if layer == "statsforecast" and share is None:
        return 0.0
    launch = 1.0 if share is None else float(share)
    return round(launch * (1.0 if weight is None else float(weight)), 4)


def prior_basis(
    style: PanelStyle, priors: BrandPriors, layer: Layer, notes: Sequence[Note]
) -> tuple[Note, ...]:
    """Return what a style's prior was made of, while its forecast still rests on it.

    And the word of its name whose season it follows, and its successor where no launch day of it
    is known, so that nothing is handed over yet.
    """
    found: list[Note] = []
    if prior_share(layer, notes) >= NOTED_FROM:
        found.append(_basis(style, priors))
    theme = theme_of(style, priors.themes)
    if theme is not None:
        found.append({"code": "theme", "word": theme})
    if style.successor is not None and style.successor_launch is None:
        found.append({"code": "successor_without_launch", "successor": style.successor})
    return tuple(found)


def _basis(style: PanelStyle, priors: BrandPriors) -> Note:
    law = priors.rate_law
    taught = style.category is not None and law.counts.get(style.category, 0) > 0
    return {
        "code": "prior_basis",
        "styles": priors.styles,
        "category": style.category if taught else None,
        "category_styles": law.counts.get(style.category or "", 0),
        "attributes": [
            key
            for key, value in sorted(style.attributes.items())
            if law.effects.get(f"{key}={value}", 0.0)
        ],
        "price": style.price > 0 and bool(law.effects.get("price", 0.0)),
        "like": [code for code in style.like if code in priors.rates],
        "unknown_like": [code for code in style.like if code not in priors.rates],
        "predecessors": [code for code in style.predecessors if code in priors.succession.levels],
    }
