"""The launch model's own record: how far off it was on the brand's past launches, by age.

Styles that have lived are forecast again as they stood at each age, from priors learned without
them, and held against what was then wanted. What comes out is a factor on the forecast, and one
on its uncertainty by which 80% intervals held 80%, each with the styles behind it.

One factor on the uncertainty of all does not do: of a gift shop's launches the intervals of the
best-selling third held 90 to 95%, those of the others 56 to 70%. So it differs by how much is
forecast, as far as the brand has styles to tell.

Launches of one week share what the market did to them: a factor is believed by how many weeks
of launches it was seen in, not by how many styles.

Source:
    Vovk, Gammerman & Shafer (2005), "Algorithmic Learning in a Random World", chapter 4: the
    factor on the uncertainty is a split-conformal one, by age and units forecast (Mondrian).
"""

from dataclasses import dataclass, replace
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from app.demand.panel import DemandPanel
from app.forecasting.launch.following import follow
from app.forecasting.launch.posterior import forecast_launch
from app.forecasting.model import Floats, Ints
from app.forecasting.past.calibration import AGES, LEAST_FORECAST, Calibration
from app.forecasting.past.coverage import spread_by, within
from app.forecasting.past.priors import BrandPriors
from app.forecasting.seen.evidence import Evidence

AHEAD_WEEKS = 8
"""Weeks whose total is forecast."""

BIAS_COHORTS = 30.0
SPREAD_COHORTS = 5.0
"""Weeks of launches at no correction that a brand's own have to outweigh."""

CLASS_STYLES = 120
MOST_CLASSES = 8
"""Least styles of a class by units forecast, and most classes. In simulated brands of 150 styles
that are all alike, classes of 60 were noise; online_retail's launches have up to 8."""

ALIKE_STYLES = 20.0
"""Styles no wider and no narrower than all others that those of a class have to outweigh."""

MOST_BIAS = 2.0
"""Most that a forecast is ever corrected by, up or down."""

BIAS_HALF_LIFE_WEEKS = 26.0
"""Weeks after which a launch says half as much about how far the next ones will be off."""

MOST_MULTIPLE = 10.0
MOST_EXTRA_UNITS = 50.0
"""A total counts as at most this many times its forecast, and so many units: one order of a
warehouse would otherwise correct every launch of the brand."""

COMPARED_AGES = (5, 13)
"""Weeks since launch at which two ways to forecast are told apart: before, a style has too few
weeks of its own to show one, and ages closer to each other are hardly two."""

MOST_MISSED = 3.0
"""Times its level that a style counts as missed at most: one that nobody foresaw tells little."""

SURE_SDS = 2.0
"""Standard errors by which one way has to be ahead of another."""


def folds_of(panel: DemandPanel) -> NDArray[np.int64]:
    """Return the half of the brand that each style is in, 0 or 1, by its code alone."""
    return np.array([crc32(style.code.encode()) & 1 for style in panel.styles], dtype=np.int64)


@dataclass(frozen=True, eq=False)
class Lived:
    """A brand's past as the record needs it; arrays of shape (styles, weeks).

    Attributes:
        panel: The styles.
        evidence: What the panel shows, the season in its shares as the models see it.
        wanted: Units counted in stock, none damped.
        seen_share: Share of the demand that `wanted` shows, with what of the season an earlier
            year could have told.
        folds: The half that each style is in, shape (styles,).
        priors: What each half's styles are forecast from: learned from the other half.
    """

    panel: DemandPanel
    evidence: Evidence
    wanted: Floats
    seen_share: Floats
    folds: NDArray[np.int64]
    priors: tuple[BrandPriors, BrandPriors]


@dataclass(frozen=True, eq=False)
class _Scored:
    """Totals of the weeks ahead: forecast, their uncertainty, and what was wanted, (styles,)."""

    forecast: Floats
    scale_cv: Floats
    gone: Floats
    noise: Floats
    wanted: Floats
    cohort: Ints


def take_record(lived: Lived) -> Calibration:
    """Return the record of a brand's launches; ages that no launch has reached are as before."""
    bias, spread, styles, levels, of_level = [], [], [], [], []
    log_bias = log_spread = 0.0
    classes: tuple[Floats, Floats] = np.zeros(0), np.zeros(0)
    for age in AGES:
        scored = _at_age(lived, age)
        if scored is not None:
            log_bias, log_spread = _factors(scored)
            classes = _by_level(scored, log_bias)
        levels.append(tuple(classes[0].tolist()))
        of_level.append(tuple(np.exp(classes[1]).tolist()))
        bias.append(float(np.exp(log_bias)))
        spread.append(float(np.exp(log_spread)))
        styles.append(0 if scored is None else len(scored.forecast))
    return Calibration(tuple(bias), tuple(spread), tuple(styles), tuple(levels), tuple(of_level))


def missed_less(one: Lived, other: Lived) -> bool:
    """Say whether one way to forecast a brand's past launches missed by less than another did.

    By two standard errors, over the same styles at COMPARED_AGES, each miss over the style's own
    level, so that a bestseller does not choose for everyone.
    """
    less = []
    for age in COMPARED_AGES:
        scored, beside = _at_age(one, age), _at_age(other, age)
        if scored is None or beside is None:
            continue
        level = (scored.forecast + beside.forecast) / 2 + 1.0
        miss, missed = (
            np.minimum(np.abs(by.wanted - by.forecast) / level, MOST_MISSED)
            for by in (scored, beside)
        )
        less.append(missed - miss)
    gain = np.concatenate(less) if less else np.zeros(0)
    if len(gain) < 2:
        return False
    return bool(gain.mean() > SURE_SDS * gain.std(ddof=1) / np.sqrt(len(gain)))


def _at_age(lived: Lived, age: int) -> _Scored | None:
    """Return the forecasts of all launches as they stood at an age, None where none has lived."""
    evidence = lived.evidence
    weeks = evidence.seen_share.shape[1]
    on_sale = evidence.on_sale > 0
    first = np.where(on_sale.any(axis=1), on_sale.argmax(axis=1), weeks)
    known = np.array([style.launched is not None for style in lived.panel.styles]) & (first > 0)
    rows = np.flatnonzero(known & (first + age + AHEAD_WEEKS <= weeks))
    after = first[rows, None] + age + np.arange(AHEAD_WEEKS)
    enough = lived.seen_share[rows[:, None], after].sum(axis=1) >= AHEAD_WEEKS / 2
    rows, after = rows[enough], after[enough]
    parts = []
    for fold in (0, 1):
        chosen = lived.folds[rows] == fold
        if chosen.any():
            parts.append(_forecast(lived, rows[chosen], after[chosen], age, lived.priors[fold]))
    if not parts:
        return None
    joined = (np.concatenate([getattr(one, name) for one in parts]) for name in vars(parts[0]))
    return _Scored(*joined)


def _forecast(lived: Lived, rows: Ints, after: Ints, age: int, priors: BrandPriors) -> _Scored:
    """Return what the launch model said of some styles at an age, and what came."""
    panel = replace(lived.panel, styles=tuple(lived.panel.styles[row] for row in rows))
    evidence = _until(lived.evidence, rows, after[:, 0], age)
    launch = forecast_launch(panel, evidence, priors, follow(panel, evidence, priors))
    picked = rows[:, None], after
    mean = launch.mean[:, :AHEAD_WEEKS] * lived.seen_share[picked]
    return _Scored(
        forecast=mean.sum(axis=1),
        scale_cv=launch.scale_cv,
        gone=launch.gone,
        noise=priors.period_noise(7) * (mean**2).sum(axis=1),
        wanted=lived.wanted[picked].sum(axis=1),
        cohort=after[:, 0],
    )


def _until(evidence: Evidence, rows: Ints, cut: Ints, age: int) -> Evidence:
    """Return the evidence of some styles in the weeks of their age; one empty week at age 0."""
    picked = rows[:, None], cut[:, None] + np.arange(-max(age, 1), 0)
    seen = 1.0 if age else 0.0
    return replace(
        evidence,
        seen_units=seen * evidence.seen_units[picked],
        counted_units=seen * evidence.counted_units[picked],
        seen_share=seen * evidence.seen_share[picked],
        blind_units=seen * evidence.blind_units[picked],
        blind_share=seen * evidence.blind_share[picked],
        on_sale=seen * evidence.on_sale[picked],
        age_weeks=evidence.age_weeks[picked],
        begun=evidence.begun[picked] & (age > 0),
        level=evidence.level[picked],
    )


def _factors(scored: _Scored) -> tuple[float, float]:
    """Return the logs of the factors on forecast and uncertainty, as far as they are believed."""
    cohorts = len(np.unique(scored.cohort))
    most = MOST_MULTIPLE * scored.forecast + MOST_EXTRA_UNITS
    recent = 0.5 ** ((scored.cohort.max() - scored.cohort) / BIAS_HALF_LIFE_WEEKS)
    wanted = (recent * np.minimum(scored.wanted, most)).sum()
    ratio = wanted / max(float((recent * scored.forecast).sum()), 1e-9)
    believed = cohorts / (cohorts + BIAS_COHORTS)
    log_bias = believed * float(np.log(np.clip(ratio, 1 / MOST_BIAS, MOST_BIAS)))
    return log_bias, _log_spread(scored, log_bias) * cohorts / (cohorts + SPREAD_COHORTS)


def _log_spread(scored: _Scored, log_bias: float) -> float:
    """Return the log of the factor by which these intervals held what they should."""
    bias = np.exp(log_bias)
    factor = spread_by(
        lambda factor: within(
            bias * scored.forecast,
            factor * scored.scale_cv,
            scored.gone,
            bias**2 * scored.noise,
            scored.wanted,
        )
    )
    return float(np.log(factor))


def _by_level(scored: _Scored, log_bias: float) -> tuple[Floats, Floats]:
    """Return classes of styles by units forecast, and how much wider each needs to be than all.

    Two arrays of shape (classes,), ascending: the mean log of what was forecast, and the log of
    the class's own factor over that of all styles. What the market did to a week of launches it
    did to all classes, so that a class is believed by its styles.
    """
    order = np.argsort(scored.forecast, kind="stable")
    count = min(len(order) // CLASS_STYLES, MOST_CLASSES)
    if count < 2:
        return np.zeros(0), np.zeros(0)
    levels, wider = np.zeros(count), np.zeros(count)
    of_all = _log_spread(scored, log_bias)
    for place, rows in enumerate(np.array_split(order, count)):
        one = _Scored(*(values[rows] for values in vars(scored).values()))
        believed = len(rows) / (len(rows) + ALIKE_STYLES)
        levels[place] = np.log(np.maximum(one.forecast, LEAST_FORECAST)).mean()
        wider[place] = believed * (_log_spread(one, log_bias) - of_all)
    return levels, wider
