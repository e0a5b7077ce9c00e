"""How a style's curve bends when its successor is launched, and ends with its life.

The brand's past says how much of its demand a style keeps; its own history since that launch
says how far it follows, as it does for the launch profile. History is divided by the bend that
it contains, and what comes multiplied by the whole of it: nothing is bent twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from app.demand.panel import DemandPanel
from app.forecasting.launch.following import Following
from app.forecasting.model import HORIZON, Floats, Note
from app.forecasting.past.powers import weights_of_powers
from app.forecasting.past.priors import BrandPriors
from app.forecasting.past.profiles import at_ages
from app.forecasting.past.succession import curve_at, days_to, weeks_after
from app.forecasting.seen.evidence import Evidence

POWERS = np.array([0.0, 0.5, 1.0, 1.5, 2.0])
LAW = (0.1, 0.2, 0.4, 0.2, 0.1)
"""Powers that a style may follow the bend to, and how likely each is before its own history."""

BEFORE_WEEKS = 26.0
"""Weeks before its successor's launch that a style's history since then is held against."""


@dataclass(frozen=True, eq=False)
class Bend:
    """What successors and ends make of each style's demand, over what it would be without.

    Attributes:
        past: In each period of the panel, > 0, shape (styles, periods).
        ahead: In each period to come, >= 0, 0 after the end of life, shape (styles, HORIZON).
        notes: Why, for each style.
    """

    past: Floats
    ahead: Floats
    notes: tuple[tuple[Note, ...], ...]


def bend(panel: DemandPanel, evidence: Evidence, priors: BrandPriors) -> Bend:
    """Return how each style's demand bends; 1 everywhere without a successor and an end."""
    periods = panel.demand.shape[1]
    behind = np.arange(-periods, 0, dtype=np.float64)
    to_come = np.arange(HORIZON, dtype=np.float64)
    past, ahead = np.ones((len(panel.styles), periods)), np.ones((len(panel.styles), HORIZON))

    launch = days_to(panel, [style.successor_launch for style in panel.styles])
    shares = np.ones(len(panel.styles))
    for style in np.flatnonzero(np.isfinite(launch)):
        since, later = (
            weeks_after(panel, launch[style : style + 1], each)[0] for each in (behind, to_come)
        )
        weight = _followed(int(style), since, panel, evidence, priors)
        left = np.array(priors.succession.left)
        past[style] = weight @ curve_at(left, since) ** POWERS[:, None]
        ahead[style] = weight @ curve_at(left, later) ** POWERS[:, None]
        shares[style] = weight @ left[-1] ** POWERS

    end = days_to(panel, [style.end_of_life for style in panel.styles]) + 1
    ending = np.isfinite(end)
    past[ending] *= _tail(panel, end[ending], behind, priors)
    ahead[ending] *= _tail(panel, end[ending], to_come, priors)
    opened = end[ending, None] / panel.period_days - to_come
    ahead[ending] *= np.clip(opened, 0.0, 1.0)
    return Bend(past, ahead, tuple(_notes(panel, launch, end, shares)))


def as_unbent(evidence: Evidence, bending: Bend) -> Evidence:
    """Return the evidence with the bend as if it were stock: what age alone did stays in it."""
    return replace(evidence, seen_share=evidence.seen_share * bending.past)


def bent(following: Following, bending: Bend) -> Following:
    """Return what age and bend together let expect."""
    return replace(
        following, past=following.past * bending.past, ahead=following.ahead * bending.ahead
    )


def _followed(
    style: int, since: Floats, panel: DemandPanel, evidence: Evidence, priors: BrandPriors
) -> Floats:
    """Return how likely one style follows the bend to each power, from its own history."""
    if not (since > 0).any():
        return np.array(LAW)
    profile = priors.profile_of(panel.styles[style].category)
    told = since > -BEFORE_WEEKS
    base = at_ages(profile, evidence.age_weeks[style]) * evidence.seen_share[style]
    bent = curve_at(np.array(priors.succession.left), since) ** POWERS[:, None]
    likely = weights_of_powers(
        evidence.seen_units[style : style + 1],
        np.where(told, base * bent, 0.0)[:, None, :],
        np.array([LAW]),
        priors.period_overdispersion(panel.period_days),
    )
    return np.asarray(likely[0])


def _tail(panel: DemandPanel, end: Floats, periods: Floats, priors: BrandPriors) -> Floats:
    """Return what the nearness of the end makes of demand, shape (styles, periods)."""
    left = -weeks_after(panel, end, periods)
    tail = np.array([*priors.succession.tail, 1.0])
    return np.asarray(np.interp(left, np.arange(len(tail)) + 0.5, tail))


def _notes(
    panel: DemandPanel, launch: Floats, end: Floats, shares: Floats
) -> Sequence[tuple[Note, ...]]:
    """Return what bends each style's demand within its forecast, if anything."""
    days = HORIZON * panel.period_days
    notes: list[tuple[Note, ...]] = []
    for index, style in enumerate(panel.styles):
        own: list[Note] = []
        if launch[index] < days and style.successor_launch is not None:
            own.append(
                {
                    "code": "successor",
                    "successor": style.successor,
                    "launch": style.successor_launch.isoformat(),
                    "share_left": round(float(shares[index]), 4),
                }
            )
        if end[index] < days and style.end_of_life is not None:
            own.append({"code": "end", "end_of_life": style.end_of_life.isoformat()})
        notes.append(tuple(own))
    return notes
