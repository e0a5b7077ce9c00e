"""The launch profile: how demand moves with a style's age.

A profile is demand by week of age over the mean of the launch.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from app.demand.panel import DemandPanel
from app.forecasting.model import Floats
from app.forecasting.seen.evidence import Evidence, given_a_sale, none_sold

PROFILE_WEEKS = 52
"""Weeks of age that a launch profile covers; older styles keep its last value."""

LAUNCH_WEEKS = 13
"""Weeks that a style's weekly rate is the mean of: the launch profile averages 1 over them."""

LIVED_WEEKS = 4.0
"""Weeks in stock from which a style teaches others."""

RATE_ROUNDS = 3
"""Rounds between the rates and the profile that each is computed from."""

DEFAULT_OVERDISPERSION = 0.4

PROFILE_UNITS = 10.0
"""Weighted units at no step (a family: at the brand's) that a week's own step has to outweigh."""

CHAIN_WEEKS = 4
CHAIN_SHARE = 0.5
"""Weeks before a week that say what a style then sold, and how much of them must be seen: one
alone is too noisy to divide by."""

STEP_STYLES = 2.0
"""Styles from which half of a step from one week of age to the next is believed: where fewer got
that old, the profile flattens instead of carrying on their decay."""


QUIET_WEEKS = 4.0
QUIET_BY_CHANCE = 0.001
"""A style stopped with its last sale when it was quiet for so many weeks since, and a quiet
so long had less than this chance at the rate of the weeks before."""


def at_ages(profile: Floats, age_weeks: Floats) -> Floats:
    """Return the profile at each age, its ends carried on."""
    return np.asarray(np.interp(age_weeks, np.arange(PROFILE_WEEKS) + 0.5, profile))


def until_end(panel: DemandPanel, evidence: Evidence) -> Evidence:
    """Return the evidence without the weeks after a style's end of life."""
    periods = evidence.seen_share.shape[1]
    left = [
        0 if style.end_of_life is None else (panel.origin - style.end_of_life).days / 7.0
        for style in panel.styles
    ]
    return _without(evidence, np.arange(periods) >= periods - np.array(left)[:, None])


def while_sold(evidence: Evidence) -> Evidence:
    """Return the evidence without the silence of styles that stopped: it is no demand of an age.

    A style stopped with its last sale where what it sold until then leaves no doubt that the
    quiet since is not chance: sold out, or taken off the shop.
    """
    periods = evidence.seen_share.shape[1]
    sold = evidence.seen_units + evidence.blind_units > 0
    last = np.where(sold.any(axis=1), periods - 1 - sold[:, ::-1].argmax(axis=1), periods)
    position = np.arange(periods)
    since = position > last[:, None]
    until = ~since & (position > last[:, None] - 2 * QUIET_WEEKS)
    quiet = (evidence.seen_share * since).sum(axis=1)
    rate = (evidence.seen_units * until).sum(axis=1) / np.maximum(
        (evidence.seen_share * until).sum(axis=1), 1.0
    )
    chance = none_sold(rate, quiet, DEFAULT_OVERDISPERSION)
    stopped = (quiet >= QUIET_WEEKS) & (chance < QUIET_BY_CHANCE)
    return _without(evidence, since & stopped[:, None])


def _without(evidence: Evidence, hidden: NDArray[np.bool_]) -> Evidence:
    """Return the evidence as if nothing had been for sale in some periods."""
    return replace(
        evidence,
        seen_units=np.where(hidden, 0.0, evidence.seen_units),
        counted_units=np.where(hidden, 0.0, evidence.counted_units),
        seen_share=np.where(hidden, 0.0, evidence.seen_share),
    )


def rates_and_profile(
    panel: DemandPanel, evidence: Evidence, lived: NDArray[np.bool_]
) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Return every style's log weekly rate, the brand's launch profile, and who shaped it.

    Each is computed from the other, starting flat: a style seen for its first weeks only would
    otherwise pass for a stronger one than it is. Only styles whose launch lies inside the
    panel shape the profile; the others' age is not known, and their rate is taken as it is.
    """
    launch_seen = np.array([style.launched is not None for style in panel.styles])
    profile = np.ones(PROFILE_WEEKS)
    rates = np.zeros(len(panel.styles))
    for _ in range(RATE_ROUNDS):
        rates = _next_rates(evidence, launch_seen, profile, rates)
        profile = brand_profile(evidence, np.exp(rates), lived & launch_seen)
    return rates, profile, lived & launch_seen


def rates_by(panel: DemandPanel, evidence: Evidence, profile: Floats) -> Floats:
    """Return every style's log weekly rate by a launch profile that is known, (styles,)."""
    launch_seen = np.array([style.launched is not None for style in panel.styles])
    rates = np.zeros(len(panel.styles))
    for _ in range(RATE_ROUNDS):
        rates = _next_rates(evidence, launch_seen, profile, rates)
    return rates


def _next_rates(
    evidence: Evidence, launch_seen: NDArray[np.bool_], profile: Floats, rates: Floats
) -> Floats:
    """Return the log weekly rates by a profile, first weeks that sold read by the rates before."""
    age = evidence.age_weeks
    early = np.where(age < LAUNCH_WEEKS, evidence.seen_share, 0.0)
    weight = np.where(early.sum(axis=1, keepdims=True) >= LIVED_WEEKS, early > 0, 1.0)
    relative = np.where(launch_seen[:, None], at_ages(profile, age), 1.0)
    shown = relative * evidence.seen_share * weight
    scale = np.exp(rates)[:, None]
    expected = given_a_sale(scale * shown, evidence.begun, DEFAULT_OVERDISPERSION) / scale
    units = (evidence.seen_units * weight).sum(axis=1)
    return np.asarray(np.log((units + 0.5) / np.maximum(expected.sum(axis=1), 0.1)))


def brand_profile(evidence: Evidence, rate: Floats, teaches: NDArray[np.bool_]) -> Floats:
    """Return demand by week of age over the launch mean; it flattens where few support it."""
    return _chained(evidence, rate, teaches, np.ones(PROFILE_WEEKS), STEP_STYLES)


def family_profile(
    evidence: Evidence, rate: Floats, teaches: NDArray[np.bool_], brand: Floats
) -> Floats:
    """Return a family's demand by week of age over the launch mean, shrunk to the brand's."""
    return _chained(evidence, rate, teaches, brand, 0.0)


def _chained(
    evidence: Evidence, rate: Floats, teaches: NDArray[np.bool_], base: Floats, doubted: float
) -> Floats:
    """Return a profile built week by week from styles seen both in a week and just before it.

    Were each week the mean of whoever got that old, a brand's few steady styles would have all
    others rise again at the age at which these leave.

    Args:
        evidence: Of a brand's styles, without the silence after they stopped.
        rate: Weekly rate of each style, shape (styles,): a bestseller's week is worth a few
            styles'.
        teaches: Which styles teach, shape (styles,).
        base: The profile whose steps are believed where nothing is known, shape (PROFILE_WEEKS,).
        doubted: Styles from which half of a step is believed.

    Source:
        The chain-ladder method of claims reserving: Mack (1993), "Distribution-free Calculation
        of the Standard Error of Chain Ladder Reserve Estimates", ASTIN Bulletin 23(2).
    """
    units, share = _by_age(evidence, teaches)
    profile = np.ones(PROFILE_WEEKS)
    for week in range(1, PROFILE_WEEKS):
        before = slice(max(week - CHAIN_WEEKS, 0), week)
        usual = share[:, before] @ profile[before]
        both = (share[:, week] > 0) & (share[:, before].sum(axis=1) > CHAIN_SHARE)
        own = units[both, before].sum(axis=1) / usual[both]
        demand = rate[teaches][both] * profile[week - 1] / profile[: min(week, LAUNCH_WEEKS)].mean()
        weight = 1.0 / (1.0 + DEFAULT_OVERDISPERSION * demand)
        wanted = (weight * units[both, week]).sum()
        expected = (weight * own * share[both, week]).sum() * profile[week - 1]
        known = base[week] / base[week - 1]
        step = (wanted + PROFILE_UNITS * known) / (expected + PROFILE_UNITS)
        styles = share[both, week].sum()
        believed = styles**2 / (styles**2 + doubted**2) if styles or doubted else 0.0
        profile[week] = profile[week - 1] * (believed * step + (1 - believed) * known)
    return np.asarray(profile / profile[:LAUNCH_WEEKS].mean())


def _by_age(evidence: Evidence, teaches: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Return units sold and share seen of each teaching style in each week of its age.

    Shapes (styles, PROFILE_WEEKS). A first week that counts only because it sold is taken for
    what it lets expect.
    """
    week = np.floor(evidence.age_weeks[teaches]).astype(np.int64)
    row, period = np.nonzero((week >= 0) & (week < PROFILE_WEEKS))
    sold = evidence.seen_units[teaches]
    chance = 1.0 - none_sold(sold, np.ones_like(sold), DEFAULT_OVERDISPERSION)
    sold = np.where(evidence.begun[teaches], sold * chance, sold)
    units, share = np.zeros((2, len(week), PROFILE_WEEKS))
    np.add.at(units, (row, week[row, period]), sold[row, period])
    np.add.at(share, (row, week[row, period]), evidence.seen_share[teaches][row, period])
    return units, share
