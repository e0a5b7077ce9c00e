"""Whether a style is still wanted: the chance that its demand is over, sold out of season or shop.

A style that has gone quiet either had bad luck or is gone; the longer the quiet against what it
sold before, the likelier the second. On a path on which it is gone nothing more is sold.

Source:
    Schmittlein, Morrison & Colombo (1987), "Counting Your Customers", Management Science 33(1):
    the probability of being alive; here with negative-binomial weeks and a constant hazard.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from app.forecasting.model import Floats
from app.forecasting.seen.evidence import Evidence, none_sold

HAZARDS = np.geomspace(0.0005, 0.064, 15)
"""Chances that a style's demand ends in a week, one of which is a brand's."""

DEFAULT_HAZARD = 0.004
"""About a fifth of styles a year; a brand's own is shrunk to it."""

LOG_HAZARD_SD = 1.0

AHEAD_WEEKS = 8
"""Weeks to come in which a demand may end as well."""

CUT_WEEKS = (8, 13, 18, 26)
"""How long ago the days lie from which the hazard is learned."""

RATE_WEEKS = 26.0
"""Weeks before the last sale that say what the style sold when it sold."""

MOST = 0.85
"""Most that demand is ever believed to be over: it was before, and came back."""

SEEN_SHARE = 0.9
LEAST_WEEKS = 4.0
"""Share of each week ahead, and weeks before it, that a style must have been in stock to teach."""


def quiet_weeks(evidence: Evidence, period_days: int) -> tuple[Floats, Floats]:
    """Return the weeks in stock since each style last sold, and its weekly rate until then.

    Shapes (styles,); both 0 for a style that never sold.
    """
    weeks = period_days / 7.0
    sold = evidence.seen_units + evidence.blind_units > 0
    periods = sold.shape[1]
    if not periods:
        return np.zeros(len(sold)), np.zeros(len(sold))
    last = np.where(sold.any(axis=1), periods - 1 - sold[:, ::-1].argmax(axis=1), periods)
    place = np.arange(periods)
    since = place > last[:, None]
    until = ~since & (place > last[:, None] - RATE_WEEKS / weeks)
    quiet = (evidence.seen_share * since).sum(axis=1) * weeks
    shown = (evidence.seen_share * until).sum(axis=1) * weeks
    units = (evidence.seen_units * until).sum(axis=1)
    rate = np.where(sold.any(axis=1), units / np.maximum(shown, 1.0), 0.0)
    return np.where(sold.any(axis=1), quiet, 0.0), rate


def gone(quiet: Floats, rate: Floats, hazard: float, overdispersion: float) -> Floats:
    """Return the chance that demand is over by the middle of the weeks ahead, 0 to 1, (styles,).

    Args:
        quiet: Weeks in stock since the last sale, >= 0.
        rate: Units a week until then, >= 0; 0 for a style that never sold: it is not gone.
        hazard: Chance that demand ends in a week, strictly between 0 and 1.
        overdispersion: Of a week, > 0.
    """
    longest = int(np.ceil(quiet.max(initial=1.0)))
    weeks = np.minimum(np.arange(longest + 1)[None, :], quiet[:, None])
    by_chance = none_sold(rate[:, None], weeks, overdispersion)
    ended = hazard * (1 - hazard) ** weeks[:, :-1] * by_chance[:, :-1]
    # A running total: a plain sum rounds differently by how long others in the batch were quiet.
    ended = np.where(np.diff(weeks, axis=1) > 0, ended, 0.0).cumsum(axis=1)[:, -1]
    alive = (1 - hazard) ** quiet * none_sold(rate, quiet, overdispersion)
    still = alive / np.maximum(alive + ended, 1e-300)
    over = 1 - still * (1 - hazard) ** (AHEAD_WEEKS / 2)
    return np.where(rate > 0, np.minimum(over, MOST), 0.0)


def gone_beside(said: Floats, wanted: Floats, over: Floats) -> Floats:
    """Return the chance that demand is over as far as a mean leaves room for it, shape (styles,).

    The mean of a fitted model has part of that chance in it: all of the mean on the few paths left
    was four times what a style had ever sold two weeks after its last sale, and on online_retail
    the pinball losses of quiet styles were 1 to 2% larger.

    Args:
        said: Units expected, that chance included, >= 0.
        wanted: Units expected where demand is not over, >= 0.
        over: The chance by the quiet alone, 0 to 1.
    """
    return np.clip(1.0 - said / np.maximum(wanted, 1e-9), 0.0, over)


def learn_hazard(evidence: Evidence, teaches: NDArray[np.bool_], overdispersion: float) -> float:
    """Return the chance that a style's demand ends in a week, from the brand's own past.

    The one by which styles' silence over the weeks after some days in the past was likeliest.

    Args:
        evidence: Of the brand's styles by week, their silence at the end included.
        teaches: Styles whose end was not planned, shape (styles,).
        overdispersion: Of a week, > 0.
    """
    score = -0.5 * (np.log(HAZARDS / DEFAULT_HAZARD) / LOG_HAZARD_SD) ** 2
    for weeks in CUT_WEEKS:
        start = evidence.seen_share.shape[1] - weeks
        if start >= LEAST_WEEKS:
            score += _likelihood(evidence, teaches, start, overdispersion)
    return float(HAZARDS[int(score.argmax())])


def _likelihood(
    evidence: Evidence, teaches: NDArray[np.bool_], start: int, overdispersion: float
) -> Floats:
    """Return how likely each hazard made what was silent from a week on and what was not."""
    ahead = slice(start, start + AHEAD_WEEKS)
    before = replace(
        evidence,
        seen_units=evidence.seen_units[:, :start],
        blind_units=evidence.blind_units[:, :start],
        seen_share=evidence.seen_share[:, :start],
    )
    shown = evidence.seen_share[:, ahead].min(axis=1) >= SEEN_SHARE
    known = before.seen_share.sum(axis=1) >= LEAST_WEEKS
    quiet, rate = quiet_weeks(before, 7)
    chosen = teaches & shown & known & (rate > 0)
    quiet, rate = quiet[chosen], rate[chosen]
    silent = ~(evidence.seen_units[chosen, ahead] > 0).any(axis=1)
    by_chance = none_sold(rate, np.full(len(rate), float(AHEAD_WEEKS)), overdispersion)
    scores = []
    for hazard in HAZARDS:
        over = gone(quiet, rate, float(hazard), overdispersion)
        expected = np.clip(over + (1 - over) * by_chance, 1e-9, 1 - 1e-9)
        scores.append(np.log(np.where(silent, expected, 1 - expected)).sum())
    return np.array(scores)
