"""Build the panels that forecasts are made from."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from app.catalog.queries import SkuRef, style_ids_by_code
from app.demand.contracts import lines_to_come, served_lines
from app.demand.fingerprint import fingerprint
from app.demand.frequency import WATCHED_DAYS, is_dense, is_short_lived
from app.demand.history import History, read_history
from app.demand.known_queries import known_of_skus
from app.demand.panel import DemandPanel, Ints, PanelStyle
from app.demand.panel_parts import joined
from app.demand.succession import Succession, successions
from app.demand.tables import KnownDemand
from app.parties.refs import BrandRef

DAILY_PERIODS = 182
"""Half a year of days: what a style with at most a quarter to live is read from."""

KNOWN_AHEAD_DAYS = 728
"""Two years: as far as any forecast looks. What is due later says nothing yet."""

READ_TOGETHER = 1000
"""Styles of a brand's whole past read at once: an array of two years of days is 23 MB for 4,000
SKUs and 0.6 GB for 100,000, and there are a dozen of them."""


def whole_past(
    session: Session,
    brand: BrandRef,
    *,
    origin: date,
    style_ids: Sequence[int] | None = None,
    weeks: int = 104,
    together: int = READ_TOGETHER,
) -> DemandPanel | None:
    """Return the weeks of a brand's styles by id; None where there is no active SKU.

    Args:
        session: A read transaction.
        brand: Whose.
        origin: The brand-local day that the past ends at.
        style_ids: Which styles; None for all.
        weeks: Weeks to look back at most.
        together: Styles read at once; the panel is the same whatever their number.
    """
    if style_ids is None:
        style_ids = list(style_ids_by_code(session, brand.id).values())
    ids = sorted(style_ids)
    parts = (
        build_panels(
            session,
            brand,
            ids[first : first + together],
            origin=origin,
            history_periods=weeks,
            period_days=7,
        )
        for first in range(0, len(ids), together)
    )
    return joined([panel for part in parts for panel in part])


def build_panels(
    session: Session,
    brand: BrandRef,
    style_ids: Sequence[int],
    *,
    origin: date,
    history_periods: int = 104,
    period_days: int | None = None,
    fitted_on: Mapping[int, date] | None = None,
) -> list[DemandPanel]:
    """Return the styles' demand before the origin as panels, at most one in days and one in weeks.

    Every style with an active SKU is in exactly one, sold or not; inactive SKUs are left out.
    Events of the origin and later are not seen, wherever their demand would belong.

    Args:
        session: A read transaction.
        brand: Whose styles they are; its zone says what a day is.
        style_ids: Which styles; the panels order them by id.
        origin: The brand-local day the plan starts.
        history_periods: Weeks to look back at most.
        period_days: 1 or 7 to have all styles in one panel; None chooses by their density.
        fitted_on: Days before which what was known of a style is to be named as well; None for
            no names at all.
    """
    history = read_history(session, brand, style_ids, origin=origin, weeks=history_periods)
    if history is None:
        return []
    if period_days is None:
        daily = _sold_densely(history)
    else:
        daily = np.full(len(history.styles), period_days == 1)
    related = successions(session, brand, history.styles, origin=origin)
    known = known_of_skus(
        session,
        [sku.id for sku in history.skus],
        first=origin - timedelta(days=history.days),
        after=origin + timedelta(days=KNOWN_AHEAD_DAYS),
    )
    return [
        _panel(history, related, known, chosen, length, fitted_on)
        for length, chosen in ((1, daily), (7, ~daily))
        if chosen.any()
    ]


def _sold_densely(history: History) -> NDArray[np.bool_]:
    """Say which styles are short-lived and sold densely in the last four weeks."""
    ends = [is_short_lived(style.end_of_life_date, history.origin) for style in history.styles]
    dense = np.array(ends)
    if not dense.any():
        return dense
    days = min(WATCHED_DAYS, history.days)
    exposure, in_stock = history.seen(days, step=1)
    demand = history.units.demand[:, -days:]
    for style in np.flatnonzero(dense):
        own = history.style_of == style
        on_sale = (exposure[own] * in_stock[own]).mean(axis=0)
        dense[style] = is_dense(demand[own].sum(axis=0), on_sale)
    return dense


def _panel(
    history: History,
    related: Sequence[Succession],
    known: Sequence[KnownDemand],
    chosen: NDArray[np.bool_],
    length: int,
    fitted_on: Mapping[int, date] | None,
) -> DemandPanel:
    """Return the chosen styles in periods of that many days."""
    days = min(history.days, DAILY_PERIODS) if length == 1 else history.days
    exposure, in_stock = history.seen(days, step=length)
    keep = chosen[history.style_of]
    skus = [sku for sku, kept in zip(history.skus, keep, strict=True) if kept]
    ids = tuple(sku.id for sku in skus)
    style_of = (np.cumsum(chosen) - 1)[history.style_of[keep]]
    demand = _by_period(history.units.demand[keep, -days:], length)
    by_day = history.units.largest[keep, -days:]
    largest = np.minimum(by_day.reshape(len(skus), -1, length).max(axis=2), demand)
    served = served_lines(known, ids, demand, largest, origin=history.origin, length=length)
    return DemandPanel(
        origin=history.origin,
        period_days=length,
        styles=tuple(
            _panel_style(history, index, related[index], fitted_on)
            for index in np.flatnonzero(chosen).tolist()
        ),
        sku_ids=ids,
        sku_codes=tuple(sku.code for sku in skus),
        style_of=style_of,
        colorways=_colorways(skus),
        demand=demand,
        in_stock_share=in_stock[keep],
        exposure=exposure[keep],
        returned=_by_period(history.units.returned[keep, -days:], length),
        sizes=tuple(sku.size for sku in skus),
        orders=_by_period(history.units.orders[keep, -days:], length),
        largest=np.minimum(largest, demand - served.units),
        contracted=served.units,
        known=lines_to_come(known, ids, style_of, served, origin=history.origin),
        colorway_labels=tuple(sku.colorway for sku in skus),
    )


def _panel_style(
    history: History, index: int, around: Succession, fitted_on: Mapping[int, date] | None
) -> PanelStyle:
    style = history.styles[index]
    now = earlier = ""
    if fitted_on is not None:
        now = fingerprint(history, index, history.origin)
        day = fitted_on.get(style.id)
        earlier = "" if day is None else fingerprint(history, index, day)
    return PanelStyle(
        id=style.id,
        code=style.code,
        name=style.name,
        category=style.category,
        price=float(style.price),
        attributes=style.attributes,
        like=tuple(style.like),
        launched=history.launched[index],
        end_of_life=style.end_of_life_date,
        successor=around.successor,
        successor_launch=around.successor_launch,
        predecessors=around.predecessors,
        launch_stated=style.launch_date is not None,
        fingerprint=now,
        earlier_fingerprint=earlier,
    )


def _by_period(units: Ints, length: int) -> Ints:
    """Sum days to periods; the number of days is a multiple of their length."""
    return np.asarray(units.reshape(len(units), -1, length).sum(axis=2))


def _colorways(skus: Sequence[SkuRef]) -> Ints:
    """Number the colorways: the same one only within a style."""
    numbers: dict[tuple[int, str], int] = {}
    for sku in skus:
        numbers.setdefault((sku.style_id, sku.colorway), len(numbers))
    return np.array([numbers[sku.style_id, sku.colorway] for sku in skus], dtype=np.int64)
