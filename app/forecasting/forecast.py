"""Which model speaks for a style, and the steps down when one cannot. Workers only."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from app.demand.panel import DemandPanel
from app.forecasting.engine import SHORTEST, Fit, fit_histories
from app.forecasting.evidence import SPLIT_PRIOR_UNITS, Evidence, corrected, gather
from app.forecasting.following import Following, follow
from app.forecasting.launch import Launch, forecast_launch
from app.forecasting.model import HORIZON, Floats, Ints, Layer, Note, StyleForecast
from app.forecasting.priors import BrandPriors, RatePrior, expected_split
from app.forecasting.series import (
    overdispersions,
    pattern_of,
    scale_cv,
)

SEEN_ENOUGH = 0.2
"""Share of a style's demand that must be for sale for a period to count as seen."""

SELLING_PERIODS = 3
"""Periods with a sale from which a history has a shape to model."""

HANDED_OVER_WEEKS = 26.0
"""Weeks of history at which the models speak alone; until then the launch model has the rest,
so that a style does not jump on the day that it is old enough."""

LONGEST = {1: 400, 7: 156}
"""Latest periods given to a model, by days in a period: older ones cost time and say little."""

KEPT_DIGITS = 9
"""Significant digits kept. The sums behind a number may be taken in another order in another
batch, and paths must not depend on the batch."""


def forecast_styles(panel: DemandPanel, priors: BrandPriors) -> list[StyleForecast]:
    """Return a forecast of each style, in the panel's order; it never raises for a style.

    A style's forecast depends on its own signals and the priors, not on the rest of the panel.
    """
    try:
        return _forecast(panel, priors)
    except Exception as error:  # noqa: BLE001  whatever one style did, the others are served
        if len(panel.styles) == 1:
            return [_last_resort(panel, error)]
    return [
        forecast
        for index in range(len(panel.styles))
        for forecast in forecast_styles(only(panel, index), priors)
    ]


def only(panel: DemandPanel, style: int) -> DemandPanel:
    """Return the panel of one of its styles, by index."""
    skus = np.flatnonzero(panel.style_of == style)
    return replace(
        panel,
        styles=(panel.styles[style],),
        sku_ids=tuple(panel.sku_ids[sku] for sku in skus),
        sku_codes=tuple(panel.sku_codes[sku] for sku in skus),
        style_of=np.zeros(len(skus), dtype=np.int64),
        colorways=panel.colorways[skus],
        demand=panel.demand[skus],
        in_stock_share=panel.in_stock_share[skus],
        exposure=panel.exposure[skus],
        returned=panel.returned[skus],
        sizes=tuple(panel.sizes[sku] for sku in skus) if panel.sizes else (),
    )


@dataclass(frozen=True, eq=False)
class _Spoken:
    """The layer that speaks for a style, and what it says."""

    layer: Layer
    model: str
    mean: Floats
    scale_cv: float
    notes: tuple[Note, ...]


@dataclass(frozen=True, eq=False)
class _Fitted:
    """A fit of a history divided by its pattern; launch profile and weekdays of what comes."""

    fit: Fit
    pattern: Floats
    profile: Floats
    rhythm: Floats


def _forecast(panel: DemandPanel, priors: BrandPriors) -> list[StyleForecast]:
    """Forecast all styles at once."""
    if not panel.styles:
        return []
    evidence = gather(panel, expected_split(panel, priors))
    histories = corrected(evidence)
    noise = overdispersions(evidence, priors, panel.period_days)
    following = follow(panel, evidence, priors)
    launch = forecast_launch(panel, evidence, priors, following)
    old_enough = np.flatnonzero(_is_old_enough(evidence, panel.period_days))
    fits = _fit_long_running(panel, histories, evidence, old_enough, following)
    skus_of = np.argsort(panel.style_of, kind="stable")
    ends = np.cumsum(np.bincount(panel.style_of, minlength=len(panel.styles)))
    forecasts = []
    for index, skus in enumerate(np.split(skus_of, ends[:-1])):
        fit = fits.get(index)
        if fit is not None:
            spoken = _of_fit(index, fit, launch, float(noise[index]), priors)
        else:
            spoken = _of_launch(index, launch, evidence, failed=index in fits)
        forecasts.append(
            StyleForecast(
                style_code=panel.styles[index].code,
                origin=panel.origin,
                period_days=panel.period_days,
                layer=spoken.layer,
                model=spoken.model,
                mean=_kept(spoken.mean),
                scale_cv=float(_kept(np.array(spoken.scale_cv))),
                dispersion=float(_kept(1.0 / noise[index : index + 1])[0]),
                sku_codes=tuple(panel.sku_codes[sku] for sku in skus),
                shares=_kept(evidence.concentration[skus]),
                notes=(*spoken.notes, *_censored(index, evidence, histories)),
            )
        )
    return forecasts


def _is_old_enough(evidence: Evidence, period_days: int) -> NDArray[np.bool_]:
    """Return which styles have a history that a time series model can use, (styles,)."""
    seen = (evidence.seen_share >= SEEN_ENOUGH).sum(axis=1) >= SHORTEST[period_days]
    return np.asarray(seen & ((evidence.seen_units > 0).sum(axis=1) >= SELLING_PERIODS))


def _fit_long_running(
    panel: DemandPanel,
    histories: Floats,
    evidence: Evidence,
    old_enough: Ints,
    following: Following,
) -> dict[int, _Fitted | None]:
    """Return what the models say of each style old enough, None where none of them could."""
    profile, ahead = following.past, following.ahead
    first = (np.cumsum(evidence.on_sale, axis=1) == 0).sum(axis=1)
    longest = LONGEST[panel.period_days]
    fitted: dict[int, _Fitted | None] = {}
    past, patterns = [], []
    for index in old_enough:
        kept = slice(max(first[index], profile.shape[1] - longest), None)
        past.append(histories[index, kept])
        patterns.append(pattern_of(past[-1], profile[index, kept], panel.period_days))
    even = [history / pattern for history, (pattern, _) in zip(past, patterns, strict=True)]
    fits = fit_histories(even, panel.period_days)
    for index, fit, (pattern, rhythm) in zip(old_enough, fits, patterns, strict=True):
        fitted[int(index)] = None if fit is None else _Fitted(fit, pattern, ahead[index], rhythm)
    return fitted


def _of_fit(
    index: int, fitted: _Fitted, launch: Launch, overdispersion: float, priors: BrandPriors
) -> _Spoken:
    """Return what a fitted model says of its style, mixed with the launch model while young."""
    fit = fitted.fit
    weeks = len(fitted.pattern) * launch.period_days / 7
    own = float(np.clip(weeks / HANDED_OVER_WEEKS, 0.0, 1.0))
    own_cv = scale_cv(fit.rolling.times(fitted.pattern), overdispersion, priors.drift_cv)
    return _Spoken(
        layer="statsforecast",
        model=fit.model,
        mean=fitted.rhythm * (own * fit.mean * fitted.profile + (1 - own) * launch.mean[index]),
        scale_cv=own * own_cv + (1 - own) * float(launch.scale_cv[index]),
        notes=({"code": "launch_share", "value": round(1 - own, 4)},) if own < 1 else (),
    )


def _of_launch(index: int, launch: Launch, evidence: Evidence, *, failed: bool) -> _Spoken:
    """Return what the launch model says of a style, and why it does where a model failed."""
    on_sale = bool(evidence.on_sale[index].any())
    weight = {
        "code": "prior_weight",
        "value": round(float(launch.prior_weight[index]), 4) if on_sale else 1.0,
    }
    fallback = {"code": "model_failed", "instead": "launch posterior"}
    layer: Layer = "fallback" if failed else "launch" if on_sale else "prior"
    return _Spoken(
        layer=layer,
        model="launch posterior" if on_sale else "prior",
        mean=launch.mean[index],
        scale_cv=float(launch.scale_cv[index]),
        notes=(weight, fallback) if failed else (weight,),
    )


def _censored(index: int, evidence: Evidence, histories: Floats) -> tuple[Note, ...]:
    """Return what was assumed for periods with less than all of the style in stock, if any."""
    on_sale = evidence.on_sale[index] > 0
    short = on_sale & (evidence.seen_share[index] < 1 - 1e-9)
    if not short.any():
        return ()
    sold = evidence.seen_units[index, short] + evidence.blind_units[index, short]
    return (
        {
            "code": "censored_periods",
            "periods": int(short.sum()),
            "sold_units": int(sold.sum()),
            "assumed_units": round(float(histories[index, short].sum()), 1),
        },
    )


def _kept(values: Floats) -> Floats:
    """Return the values to the digits that are kept; raise on what is no forecast.

    Raises:
        ValueError: If a value is negative or not finite.
    """
    if not np.isfinite(values).all() or (values < 0).any():
        raise ValueError("a forecast came out negative or not finite")
    magnitude = np.floor(np.log10(np.maximum(values, 1e-12)))
    unit = 10.0 ** (KEPT_DIGITS - 1 - magnitude)
    return np.asarray(np.round(values * unit) / unit)


def _last_resort(panel: DemandPanel, error: Exception) -> StyleForecast:
    """Return the widest honest forecast of a style that nothing else could forecast."""
    law = RatePrior()
    skus = len(panel.sku_codes)
    weekly = float(np.exp(law.log_mean + law.log_sd**2 / 2))
    return StyleForecast(
        style_code=panel.styles[0].code,
        origin=panel.origin,
        period_days=panel.period_days,
        layer="fallback",
        model="default prior",
        mean=np.full(HORIZON, weekly * panel.period_days / 7),
        scale_cv=1.5,
        dispersion=1.0,
        sku_codes=panel.sku_codes,
        shares=np.full(skus, SPLIT_PRIOR_UNITS / max(skus, 1)),
        notes=({"code": "forecast_failed", "error": f"{type(error).__name__}: {error}"[:200]},),
    )
