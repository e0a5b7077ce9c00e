"""Worlds written by hand: one row of demand is one SKU of a style of its own, unless told."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from app.backtest.terms import NO_LIMIT, Economics, offers_of
from app.backtest.world import Luck, World
from app.planning import OfferTerms

FIRST = date(2026, 1, 5)

SMALL = OfferTerms(
    code="small",
    factory="near",
    mode="small_batch",
    made_to_order=False,
    price_break_kind="all_units",
    price_breaks=((1, 4.0),),
    setup_cost=10.0,
    lead_time_days=3.0,
)
LARGE = replace(
    SMALL,
    code="large",
    factory="far",
    mode="large_batch",
    price_breaks=((100, 2.0),),
    lead_time_days=21.0,
)


def world(
    wanted: ArrayLike,
    *,
    style_of: Sequence[int] | None = None,
    colorway_of: Sequence[int] | None = None,
    exposure: ArrayLike | None = None,
    offers: Sequence[OfferTerms] = (SMALL,),
    review_days: int = 7,
    **economics: Any,
) -> World:
    units = np.atleast_2d(np.asarray(wanted, dtype=np.int64))
    skus, days = units.shape
    of = np.arange(skus) if style_of is None else np.array(style_of)
    styles = int(of.max()) + 1
    shown = np.broadcast_to(np.asarray(1.0 if exposure is None else exposure), units.shape)
    on_sale = np.zeros((styles, days))
    np.add.at(on_sale, of, shown)
    reviews = days // review_days + 1
    said = {
        "price": 10.0,
        "salvage": 1.0,
        "holding": 0.0,
        "goodwill": 0.0,
        "waiting_share": 0.0,
        "return_rate": 0.0,
        "resalable_share": 1.0,
        "last_day": NO_LIMIT,
    } | economics
    return World(
        first=FIRST,
        review_days=review_days,
        wanted=units,
        orders=(units > 0).astype(np.int64),
        largest=units,
        exposure=np.array(shown),
        style_of=of,
        colorway_of=of if colorway_of is None else np.array(colorway_of),
        launch_day=(on_sale > 0).argmax(axis=1),
        economics=Economics(
            **{name: np.broadcast_to(np.asarray(value), styles) for name, value in said.items()}
        ),
        offers=offers_of([offers] * styles),
        luck=Luck(
            lead=np.zeros((styles, reviews)),
            good=np.zeros((styles, reviews)),
            rounding=np.full((skus, reviews), 0.5),
        ),
    )
