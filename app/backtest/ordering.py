"""Make what a rule wants into runs that its offer takes."""

import numpy as np

from app.backtest.terms import Floats, Ints
from app.backtest.world import World


def allowed(world: World, wanted: Floats, chosen: Ints) -> Ints:
    """Return runs of at least the wanted good units, as the offers take them.

    Yield and set-up losses are ordered on top. A run, colorway or SKU below its least quantity
    is raised to it in proportion, in whole packs; one above the largest is cut.

    Args:
        world: Whose SKUs they are.
        wanted: Good units, >= 0, shape (lanes, skus).
        chosen: Index of each style's offer, shape (lanes, styles); below 0: nothing.
    """
    style_of, offers = world.style_of, world.offers
    style = np.arange(world.styles)
    wanted = np.where(chosen[:, style_of] >= 0, wanted, 0.0)
    at = np.maximum(chosen, 0)
    pack = offers.multiple[style, at][:, style_of]
    losses = _share_of_style(world, wanted) * offers.setup_loss[style, at][:, style_of]
    units = wanted / offers.yield_rate[style, at][:, style_of] + losses
    least = np.where(units > 0, offers.least_sku[style, at][:, style_of], 0)
    units = np.maximum(units, least)
    by_colorway = world.of_colorways(units)[:, world.colorway_of]
    units = _raised(units, by_colorway, offers.least_colorway[style, at][:, style_of])
    by_style = world.of_styles(units)[:, style_of]
    units = _raised(units, by_style, offers.least[style, at][:, style_of])
    units = np.minimum(units, _cut(world, units, offers.largest[style, at]))
    packs = np.ceil(units / pack - 1e-9).astype(np.int64) * pack
    return np.where(_fits(world, packs, at)[:, style_of], packs, 0)


def _share_of_style(world: World, units: Floats) -> Floats:
    total = world.of_styles(units)[:, world.style_of]
    return np.divide(units, total, out=np.zeros(units.shape), where=total > 0)


def _raised(units: Floats, total: Floats, least: Ints) -> Floats:
    """Return units whose group's total is below its least raised to it in proportion."""
    factor = np.divide(least, total, out=np.ones(units.shape), where=(total > 0) & (total < least))
    return np.asarray(units * factor)


def _cut(world: World, units: Floats, largest: Ints) -> Floats:
    """Return the units of styles above their largest run cut to it in proportion, in packs."""
    total = world.of_styles(units)
    factor = np.divide(largest, total, out=np.ones(total.shape), where=total > largest)
    cut = units * factor[:, world.style_of]
    return np.where((total > largest)[:, world.style_of], np.floor(cut), cut)


def _fits(world: World, packs: Ints, chosen: Ints) -> Floats:
    """Say which styles' runs their offers take; packs may add some units to the largest."""
    style = np.arange(world.styles)
    total = world.of_styles(packs)
    return np.asarray(total >= world.offers.least[style, chosen])
