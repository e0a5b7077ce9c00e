"""Decisions as they are kept, without a database."""

from datetime import UTC, date, datetime
from typing import Any

import numpy as np

from app.forecasting.model import HORIZON, StyleForecast
from app.forecasting.paths import draw_paths
from app.forecasting.store import new_forecast
from app.planning import OfferTerms, Situation, decide
from app.recommendations.kept import Kept, decision_digest, kept_inputs
from app.refresh.replay import asked_runs
from tests.planning.situations import offer, situation

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
SEED = 5_764_607_523_034_234_881
"""Above what a float holds exactly."""


def forecast(*, a_week: float = 30.0, period_days: int = 7, **changed: Any) -> StyleForecast:
    """Return a forecast of three SKUs in two colorways."""
    weeks = np.arange(HORIZON)
    given = {
        "style_code": "S2",
        "origin": date(2026, 3, 2),
        "period_days": period_days,
        "layer": "launch",
        "model": "Launch",
        "mean": a_week * (1 + 0.3 * np.sin(weeks / 5)) * period_days / 7,
        "scale_cv": 0.4,
        "dispersion": 8.0,
        "sku_codes": ("S2-M", "S2-L", "S2-W"),
        "shares": np.array([20.0, 12.0, 8.0]),
    }
    return StyleForecast(**(given | changed))


def small(**terms: Any) -> OfferTerms:
    """Return a small-batch offer with every kind of cost."""
    given = {
        "price_breaks": ((1, 14.0003), (200, 12.1001)),
        "price_break_kind": "incremental",
        "setup_cost": 50.0,
        "colorway_setup_cost": 12.5,
        "freight_per_unit": 0.8333,
        "freight_per_run": 20.0,
        "moq_run": 20,
        "lead_time_days": 14.0,
        "yield_rate": 0.97,
    }
    return offer("small", **(given | terms))


def asked(*offers: OfferTerms, told: StyleForecast | None = None, **changed: Any) -> Situation:
    """Return a situation on the forecast's paths."""
    told = told or forecast()
    demand = draw_paths(told, periods=changed.pop("periods", 26), paths=64, seed=SEED)
    given = {
        "price": 40.0,
        "salvage_value": 5.0,
        "holding_cost_per_unit_week": 0.2,
        "on_hand": 20,
        "colorways": [0, 0, 1],
        "end": None,
        "review": 7,
        "period_days": told.period_days,
    }
    return situation(demand, *(offers or (small(),)), **(given | changed))


def remembered(made: Situation | None = None, told: StyleForecast | None = None) -> Kept:
    """Return what is kept of deciding on a situation."""
    told = told or forecast()
    made = made or asked(told=told)
    row = new_forecast(1, told, seed=SEED, horizon=made.demand.shape[2], made_at=AT)
    inputs = kept_inputs(made, row)
    decision = decide(made)
    digest = decision_digest(inputs, decision.action, asked_runs(decision, made, told.sku_codes))
    return Kept(decision.action, {}, inputs, digest, row.numbers, row.seed)
