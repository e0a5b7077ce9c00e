"""What it takes fitted models to learn: their weights, and from when they speak. Workers only.

Costs hundreds of fits, and changes slowly: the refresh learns it once a week.
"""

from dataclasses import replace
from datetime import date
from zlib import crc32

import numpy as np

from app.demand.panel import DemandPanel
from app.demand.panel_parts import by_code, part
from app.forecasting.fitted.fits import CRITICAL_RATIO
from app.forecasting.fitted.lengths import LENGTHS
from app.forecasting.fitted.pooling import learn_pool
from app.forecasting.layers import layers_of, old_histories
from app.forecasting.model import Ints
from app.forecasting.past.coverage import spread_by, within
from app.forecasting.past.families import learn_family_seasons
from app.forecasting.past.handover import (
    AGELESS_SHARE,
    BIAS_CUTS,
    BIAS_SD,
    DEFAULT_SHARE,
    MOST_AT_FIRST,
    MOST_BIAS,
    SHARE_STYLES,
    SPREAD_CUTS,
    WEEKS,
    Handover,
    Past,
    joined,
    share_of,
)
from app.forecasting.past.learning import evidence_of, in_weeks
from app.forecasting.past.priors import BrandPriors
from app.forecasting.past.profiles import while_sold
from app.forecasting.past.season import learn_season
from app.forecasting.past.track import MOST_EXTRA_UNITS, MOST_MULTIPLE
from app.forecasting.seen.activity import gone_beside
from app.forecasting.seen.ages import with_known_launches
from app.forecasting.seen.cuts import before
from app.forecasting.seen.evidence import Evidence

AHEAD_WEEKS = 8
"""Weeks whose total is forecast, where so many have passed since."""

CUT_WEEKS = (4, 8, 13, 18)
"""How long ago the days lie from which styles are forecast again."""

SAMPLE = 150
FAST_SAMPLE = 1_500
"""Styles forecast again from each of these days; and where no history was long enough then for a
model that searches. Which 150 of VN1's series, some of which sell a thousand times what others do,
moved all of its forecasts by 5%."""

SEARCHED_WEEKS = min(length.at_least for length in LENGTHS[7] if length.searched)

SEEN_SHARE = 0.9
"""Share of a style's demand that each of the weeks ahead must show."""

LEARNED_DAYS = 7
"""Days that what was learned here serves."""


def learn_fits(panel: DemandPanel, priors: BrandPriors) -> BrandPriors:
    """Return the priors with the pool's weights and the handing over learned as well.

    Args:
        panel: The brand's whole past.
        priors: What `learn_priors` learned from it.
    """
    if not priors.styles:
        return priors
    panel = by_code(in_weeks(panel))
    pool = learn_pool(old_histories(panel, priors), 7, today=panel.origin, ratio=CRITICAL_RATIO)
    pooled = replace(priors, pool=pool)
    seen = evidence_of(panel, priors)
    days = [weeks for weeks in CUT_WEEKS if weeks < panel.demand.shape[1]]
    parts = [_forecast_again(panel, seen, pooled, weeks) for weeks in days]
    return replace(pooled, handover=_handover([one for one in parts if one], panel.origin))


def is_recent(learned: date | None, today: date) -> bool:
    """Say whether what was learned on a day still serves."""
    return learned is not None and 0 <= (today - learned).days < LEARNED_DAYS


def _forecast_again(
    panel: DemandPanel, seen: Evidence, priors: BrandPriors, weeks: int
) -> Past | None:
    """Return what a sample of the styles was forecast some weeks ago by both layers."""
    rows = _sample(panel, seen, weeks)
    cut = before(panel, weeks)
    priors = _with_season_by_then(cut, priors)
    codes = {panel.styles[row].code for row in rows}
    cut = part(cut, np.array([style.code in codes for style in cut.styles], dtype=np.bool_))
    said = layers_of(cut, priors)
    place = {style.code: index for index, style in enumerate(panel.styles)}
    found = [index for index, fitted in said.fits.items() if fitted is not None]
    if not found:
        return None
    ahead = _ahead(panel, weeks)
    length = ahead.stop - ahead.start
    fits = [fitted for fitted in said.fits.values() if fitted is not None]
    fitted_mean = np.array([fitted.mean[:length] for fitted in fits])
    return Past(
        weeks=np.array([fitted.weeks for fitted in fits]),
        is_ageless=np.array([float(fitted.is_ageless) for fitted in fits]),
        fitted=fitted_mean.sum(axis=1),
        launch=said.launch.mean[found, :length].sum(axis=1),
        fitted_cv=np.array([fitted.scale_cv for fitted in fits]),
        launch_cv=said.launch.scale_cv[found],
        gone=said.launch.gone[found],
        noise=said.noise[found] * (fitted_mean**2).sum(axis=1),
        wanted=np.array(
            [seen.counted_units[place[cut.styles[index].code], ahead].sum() for index in found]
        ),
        cut=np.full(len(found), float(weeks)),
    )


def _with_season_by_then(cut: DemandPanel, priors: BrandPriors) -> BrandPriors:
    """Return the priors with the seasons as a past that ends earlier tells them.

    With today's, forecasts of a brand in its first year would know beforehand what then moved all
    of its styles: intervals were learned a tenth to a third too narrow.
    """
    cut = with_known_launches(cut, priors.first_sale)
    shown = while_sold(evidence_of(cut, priors))
    season = learn_season(cut, shown)
    return replace(priors, season=season, seasons=learn_family_seasons(cut, shown, season))


def _sample(panel: DemandPanel, seen: Evidence, weeks: int) -> Ints:
    """Return styles in stock for the weeks after a day in the past, the same for the same brand."""
    ahead = _ahead(panel, weeks)
    shown = seen.seen_share[:, ahead].min(axis=1) >= SEEN_SHARE
    old = (seen.on_sale[:, : ahead.start] > 0).sum(axis=1) >= WEEKS[0]
    rows = np.flatnonzero(shown & old)
    order = np.argsort([crc32(panel.styles[row].code.encode()) for row in rows], kind="stable")
    most = SAMPLE if ahead.start >= SEARCHED_WEEKS else FAST_SAMPLE
    return np.asarray(np.sort(rows[order[:most]]), dtype=np.int64)


def _ahead(panel: DemandPanel, weeks: int) -> slice:
    """Return the weeks of the panel that were forecast so many weeks ago."""
    start = panel.demand.shape[1] - weeks
    return slice(start, start + min(weeks, AHEAD_WEEKS))


def _handover(parts: list[Past], today: date) -> Handover:
    """Return share, bias and spread at each length of history.

    A length that no style has yet is as the one before it, and its share no smaller: a longer
    history does not speak against the models that know only it.
    """
    if not parts:
        return Handover(learned=today)
    past = joined(parts)
    share, bias, spread, styles = [0.0], [1.0], [1.0], []
    for weeks, default in zip(WEEKS, DEFAULT_SHARE, strict=True):
        near = past.near(weeks)
        styles.append(len(near.weeks))
        most = MOST_AT_FIRST if weeks == WEEKS[0] else 1.0
        share.append(min(round(share_of(near, max(default, share[-1])), 4), most))
        found = _corrections(near, share[-1]) if len(near.weeks) else (bias[-1], spread[-1])
        bias.append(found[0])
        spread.append(found[1])
    return Handover(tuple(share[1:]), tuple(bias[1:]), tuple(spread[1:]), tuple(styles), today)


def _corrections(past: Past, share: float) -> tuple[float, float]:
    """Return the factors on forecast and uncertainty, as far as the days behind are believed."""
    cuts, styles = len(np.unique(past.cut)), len(past.weeks) / (len(past.weeks) + SHARE_STYLES)
    ageless = np.interp(np.log(np.maximum(past.weeks, 1.0)), np.log(WEEKS), AGELESS_SHARE)
    own = np.where(past.is_ageless > 0, ageless, share)
    mean = own * past.fitted + (1 - own) * past.launch
    own_cv = Handover.own_cv_share(past.weeks)
    cv = own_cv * past.fitted_cv + (1 - own_cv) * past.launch_cv
    wanted = np.minimum(past.wanted, MOST_MULTIPLE * mean + MOST_EXTRA_UNITS)
    ratio = wanted.sum() / max(float(mean.sum()), 1e-9)
    # Of few styles, one of which sells half: a ratio of sums says as little as it scatters.
    scatter = ((wanted - ratio * mean) ** 2).sum() / max(float(wanted.sum()) ** 2, 1e-9)
    believed = cuts / (cuts + BIAS_CUTS + cuts * scatter / BIAS_SD**2)
    bias = float(np.clip(ratio, 1 / MOST_BIAS, MOST_BIAS) ** believed)
    over = gone_beside(mean, past.launch / (1 - past.gone), past.gone)
    factor = spread_by(
        lambda factor: within(bias * mean, factor * cv, over, bias**2 * past.noise, past.wanted)
    )
    return bias, float(np.exp(np.log(factor) * styles * cuts / (cuts + SPREAD_CUTS)))
