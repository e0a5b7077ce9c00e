"""Models that answer at once: those of StatsForecast that do not search, and the regression."""

from app.forecasting.fitted.asks import Answer, Ask
from app.forecasting.fitted.engine import answer
from app.forecasting.fitted.regression import POOLED, regress


def at_once(ask: Ask) -> Answer:
    """Return what a model that needs no process of its own says of a history; it never raises."""
    return regress(ask) if ask.model == POOLED else answer(ask)
