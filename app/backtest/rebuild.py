"""Rebuild the world of some styles from what is stored of them."""

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
from sqlalchemy.orm import Session

from app.backtest.terms import NO_LIMIT, Economics, Floats, Offers, offers_of
from app.backtest.world import WEEK, World, luck_of, wanted_units
from app.catalog.tables import Style
from app.demand.history import read_history
from app.demand.panel import DemandPanel
from app.forecasting.paths import seed_of
from app.parties.refs import BrandRef
from app.refresh.gather import Gathered
from app.sourcing.terms import named, terms_of

MOST_RATE = 0.95
"""Share of its sales that a style gets back at most: of one that is only taken back, all came."""


def rebuilt(session: Session, brand: BrandRef, seen: DemandPanel, gathered: Gathered) -> World:
    """Return the world of the styles of a panel, its SKUs in the panel's order."""
    weeks = seen.demand.shape[1]
    ids = [style.id for style in seen.styles]
    history = read_history(session, brand, ids, origin=seen.origin, weeks=weeks)
    assert history is not None
    assert tuple(sku.id for sku in history.skus) == seen.sku_ids
    exposure, in_stock = history.seen(history.days, step=1)
    missing = ((0, 0), (weeks * WEEK - history.days, 0))
    exposure = np.pad(exposure, missing)
    in_stock = np.pad(in_stock, missing, constant_values=1.0)
    units = history.units
    demand, orders, largest = (
        np.pad(values, missing) for values in (units.demand, units.orders, units.largest)
    )
    first = seen.origin - timedelta(weeks=weeks)
    styles = [gathered.styles[style.id] for style in seen.styles]
    shown = np.zeros((len(styles), exposure.shape[1]))
    np.add.at(shown, seen.style_of, exposure)
    reviews = exposure.shape[1] // brand.review_period_days + 1
    seeds = [seed_of(brand.code, style.code, first) for style in styles]
    return World(
        first=first,
        review_days=brand.review_period_days,
        wanted=wanted_units(demand, exposure, in_stock),
        orders=orders,
        largest=largest,
        exposure=exposure,
        style_of=seen.style_of,
        colorway_of=np.unique(seen.colorways, return_inverse=True)[1],
        launch_day=(shown > 0).argmax(axis=1),
        economics=_economics(styles, seen, first),
        offers=_offers(gathered, styles),
        luck=luck_of(np.array(seeds), seen.style_of, reviews),
    )


def _economics(styles: Sequence[Style], seen: DemandPanel, first: date) -> Economics:
    ends = [style.end_of_life_date for style in styles]
    return Economics(
        price=np.array([float(style.price) for style in styles]),
        salvage=np.array([float(style.salvage_value) for style in styles]),
        holding=np.array([float(style.holding_cost_per_unit_week) for style in styles]) / WEEK,
        goodwill=np.array([float(style.lost_sale_cost) for style in styles]),
        waiting_share=np.array([style.backorder_share for style in styles]),
        return_rate=_return_rates(styles, seen),
        resalable_share=np.array([style.resalable_share for style in styles]),
        last_day=np.array([NO_LIMIT if end is None else (end - first).days for end in ends]),
    )


def _return_rates(styles: Sequence[Style], seen: DemandPanel) -> Floats:
    """Return the share of its sales that each style got back: stated, else all in all."""
    count = len(styles)
    sold = np.bincount(seen.style_of, seen.demand.sum(axis=1), count)
    back = np.bincount(seen.style_of, seen.returned.sum(axis=1), count)
    seen_rate = np.divide(back, sold, out=np.zeros(count), where=sold > 0)
    stated = [style.return_rate for style in styles]
    rates = [own if own is not None else rate for own, rate in zip(stated, seen_rate, strict=True)]
    return np.minimum(np.array(rates, dtype=np.float64), MOST_RATE)


def _offers(gathered: Gathered, styles: Sequence[Style]) -> Offers:
    return offers_of(
        [
            [
                terms_of(offered, name=name)
                for name, offered in named(gathered.offers[one.code]).items()
            ]
            for one in styles
        ]
    )
