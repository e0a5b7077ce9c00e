"""What styles sold that taught nothing else: the rates and levels that others are likened to."""

from dataclasses import replace

import numpy as np

from app.demand.panel import DemandPanel
from app.forecasting.past.learning import evidence_of, in_weeks
from app.forecasting.past.priors import BrandPriors
from app.forecasting.past.profiles import LIVED_WEEKS, rates_by, while_sold
from app.forecasting.past.season import in_season
from app.forecasting.past.succession import levels_before
from app.forecasting.past.themes import in_theme, theme_factors
from app.forecasting.seen.ages import with_known_launches


def with_others(priors: BrandPriors, panel: DemandPanel) -> BrandPriors:
    """Return the priors with the own rates and levels of more styles: each by the brand's laws.

    A new style may be said to be like any of them, or follow it. What the brand's styles teach
    together stays as it is.

    Args:
        priors: What some of the brand's styles taught.
        panel: Others of its styles, any part of them.
    """
    if not priors.styles:
        return priors
    panel = with_known_launches(in_weeks(panel), priors.first_sale)
    plain = while_sold(evidence_of(panel, BrandPriors(orders=priors.orders)))
    lived = plain.seen_share.sum(axis=1) >= LIVED_WEEKS
    seasonal = in_season(plain, priors.seasons_of(panel.styles), panel.origin, 7)
    evidence = in_theme(seasonal, theme_factors(panel, priors.themes))
    rates = rates_by(panel, evidence, np.array(priors.profile))
    own = {
        style.code: round(float(rate), 6)
        for style, rate, old in zip(panel.styles, rates, lived, strict=True)
        if old
    }
    levels = {**priors.succession.levels, **levels_before(panel, evidence)}
    return replace(
        priors,
        rates={**priors.rates, **own},
        succession=replace(priors.succession, levels=levels),
    )
