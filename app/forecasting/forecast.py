"""Which layer speaks for a style, and the steps down when one cannot. Workers only."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from app.demand.panel import DemandPanel, PanelStyle
from app.demand.panel_parts import part
from app.forecasting.explained.basis import prior_basis
from app.forecasting.launch.posterior import Launch
from app.forecasting.layers import NO_WISHES, FittedStyle, FitWishes, Layers, layers_of
from app.forecasting.model import (
    HORIZON,
    ColorwaySplit,
    Floats,
    Ints,
    Layer,
    Note,
    StyleForecast,
    kept,
)
from app.forecasting.past.handover import Handover
from app.forecasting.past.priors import BrandPriors
from app.forecasting.past.rates import RatePrior
from app.forecasting.seen.activity import AHEAD_WEEKS, gone_beside
from app.forecasting.seen.censored import censored_periods
from app.forecasting.seen.evidence import Evidence
from app.forecasting.seen.outliers import outliers, usual_units
from app.forecasting.seen.split import SIZE_UNITS

DAMPED_NOTED = 0.1
"""Share of its units that large orders must count less for a forecast to say so."""

GONE_NOTED = 0.1
"""Chance that demand is over from which a forecast says so."""


def forecast_styles(
    panel: DemandPanel, priors: BrandPriors, wishes: FitWishes = NO_WISHES
) -> list[StyleForecast]:
    """Return a forecast of each style, in the panel's order; it never raises for a style.

    A style's forecast depends on its own signals, the priors, and its own last full fit where
    one is given: not on the rest of the panel.
    """
    if not panel.styles:
        return []
    try:
        return _forecast(panel, priors, wishes)
    except Exception as error:  # noqa: BLE001  whatever one style did, the others are served
        if len(panel.styles) == 1:
            return [_last_resort(panel, error)]
    return [
        forecast
        for index in range(len(panel.styles))
        for forecast in forecast_styles(only(panel, index), priors, wishes)
    ]


def only(panel: DemandPanel, style: int) -> DemandPanel:
    """Return the panel of one of its styles, by index."""
    return part(panel, np.arange(len(panel.styles)) == style)


@dataclass(frozen=True, eq=False)
class _Spoken:
    """The layer that speaks for a style, and what it says."""

    layer: Layer
    model: str
    mean: Floats
    scale_cv: float
    gone: float
    notes: tuple[Note, ...]
    fit_state: Mapping[str, Any] | None = None


def _forecast(panel: DemandPanel, priors: BrandPriors, wishes: FitWishes) -> list[StyleForecast]:
    """Forecast all styles at once."""
    layers, usual = layers_of(panel, priors, wishes), usual_units(panel)
    skus_of = np.argsort(panel.style_of, kind="stable")
    ends = np.cumsum(np.bincount(panel.style_of, minlength=len(panel.styles)))
    forecasts = []
    for index, skus in enumerate(np.split(skus_of, ends[:-1])):
        spoken = _spoken(index, layers, priors)
        style = panel.styles[index]
        forecasts.append(
            StyleForecast(
                style_code=style.code,
                origin=panel.origin,
                period_days=panel.period_days,
                layer=spoken.layer,
                model=spoken.model,
                mean=_kept(spoken.mean),
                scale_cv=float(_kept(np.array(spoken.scale_cv))),
                gone=float(_kept(np.array(spoken.gone))),
                dispersion=float(_kept(1.0 / layers.noise[index : index + 1])[0]),
                sku_codes=tuple(panel.sku_codes[sku] for sku in skus),
                shares=_kept(layers.evidence.split.concentration[skus]),
                colorways=_colorways(layers.evidence, index, skus),
                notes=(
                    *spoken.notes,
                    *prior_basis(style, priors, spoken.layer, spoken.notes),
                    *_gone(spoken.gone),
                    *_large_orders(index, layers),
                    *outliers(panel, skus, usual),
                    *layers.bending.notes[index],
                    *censored_periods(panel, skus, layers.histories[index]),
                ),
                fit_state=_named(spoken.fit_state, style, priors, panel.origin),
            )
        )
    return forecasts


def _named(
    state: Mapping[str, Any] | None, style: PanelStyle, priors: BrandPriors, today: date
) -> Mapping[str, Any] | None:
    """Return what the next fit starts from, with the names of what its full fit knew."""
    if state is None:
        return None
    if state["day"] != today.isoformat():
        return {**state, "fingerprint": style.earlier_fingerprint}
    return {**state, "fingerprint": style.fingerprint, "priors": priors.fingerprint}


def _spoken(index: int, layers: Layers, priors: BrandPriors) -> _Spoken:
    """Return what the layer that knows a style best says of it."""
    fitted = layers.fits.get(index)
    if fitted is None:
        return _of_launch(index, layers, failed=index in layers.fits)
    return _of_fit(index, fitted, layers.launch, priors.handover)


def _of_fit(index: int, fitted: FittedStyle, launch: Launch, handover: Handover) -> _Spoken:
    """Return what fitted models say of a style, mixed with the launch model while it is young."""
    share, bias, spread, styles = handover.at(fitted.weeks, is_ageless=fitted.is_ageless)
    mean = share * fitted.mean + (1 - share) * fitted.rhythm * launch.mean[index]
    own_cv = float(handover.own_cv_share(np.array(fitted.weeks)))
    cv = own_cv * fitted.scale_cv + (1 - own_cv) * float(launch.scale_cv[index])
    over = launch.gone[index]
    near = slice(AHEAD_WEEKS * 7 // launch.period_days)
    wanted = launch.mean[index, near].sum() / (1 - over)
    notes: list[Note] = [*fitted.fit.notes]
    if share < 1:
        notes.append({"code": "launch_share", "value": round(1 - share, 4)})
        weight = round(float(launch.prior_weight[index]), 4)
        notes.append({"code": "prior_weight", "value": weight})
    if styles:
        notes.append(_calibrated(styles, bias, spread))
    return _Spoken(
        layer="statsforecast",
        model=fitted.fit.model,
        mean=bias * mean,
        scale_cv=spread * cv,
        gone=float(gone_beside(mean[near].sum(), wanted, over)),
        notes=tuple(notes),
        fit_state=fitted.fit.state.to_json(),
    )


def _of_launch(index: int, layers: Layers, *, failed: bool) -> _Spoken:
    """Return what the launch model says of a style, and why it does where a model failed."""
    launch = layers.launch
    on_sale = bool(layers.evidence.on_sale[index].any())
    prior_weight = round(float(launch.prior_weight[index]), 4) if on_sale else 1.0
    notes: list[Note] = [{"code": "prior_weight", "value": prior_weight}]
    if failed:
        notes.append({"code": "model_failed", "instead": "launch posterior"})
    styles = int(launch.record_styles[index])
    if styles:
        bias, spread = float(launch.bias[index]), float(launch.spread[index])
        notes.append(_calibrated(styles, bias, spread))
    layer: Layer = "fallback" if failed else "launch" if on_sale else "prior"
    return _Spoken(
        layer=layer,
        model="launch posterior" if on_sale else "prior",
        mean=launch.mean[index],
        scale_cv=float(launch.scale_cv[index]),
        gone=float(launch.gone[index]),
        notes=tuple(notes),
    )


def _calibrated(styles: int, bias: float, spread: float) -> Note:
    """Return how far the brand's record corrected the forecast, and what stands behind it."""
    return {
        "code": "calibrated",
        "styles": styles,
        "bias": round(bias, 4),
        "spread": round(spread, 4),
    }


def _gone(chance: float) -> tuple[Note, ...]:
    """Return how likely demand is over, where that is worth saying."""
    return ({"code": "gone_quiet", "chance": round(chance, 4)},) if chance >= GONE_NOTED else ()


def _large_orders(index: int, layers: Layers) -> tuple[Note, ...]:
    """Return how much large orders were counted for, where that is less than their units."""
    counted = float(layers.evidence.counted_units[index].sum())
    told = float(layers.evidence.seen_units[index].sum())
    if told >= (1 - DAMPED_NOTED) * counted:
        return ()
    return ({"code": "large_orders", "units": round(counted), "counted_as": round(told)},)


def _colorways(evidence: Evidence, index: int, skus: Ints) -> ColorwaySplit | None:
    """Return how a style's split varies in two levels, None for one colorway."""
    colorways, of_sku = np.unique(evidence.layout.colorway_of[skus], return_inverse=True)
    if len(colorways) < 2:
        return None
    return ColorwaySplit(
        of_sku=tuple(of_sku.tolist()),
        units=float(_kept(evidence.split.colorway_units[index : index + 1])[0]),
        within=tuple(_kept(evidence.split.within_units[colorways]).tolist()),
    )


def _kept(values: Floats) -> Floats:
    """Return the values to the digits that are kept; raise on what is no forecast.

    Raises:
        ValueError: If a value is negative or not finite.
    """
    if not np.isfinite(values).all() or (values < 0).any():
        raise ValueError("a forecast came out negative or not finite")
    return kept(values)


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
        shares=np.full(skus, SIZE_UNITS / max(skus, 1)),
        notes=({"code": "forecast_failed", "error": f"{type(error).__name__}: {error}"[:200]},),
    )
