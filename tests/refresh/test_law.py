"""What is drawn, decided and charged for fixed inputs: the law that replays rest on.

A change that makes one of these fail makes every decision kept so far come out otherwise. Where
that is meant, raise `LAW_VERSION` in `app/recommendations/kept.py` and write the new digests here;
where it is not, it is a mistake.
"""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np

from app.forecasting.model import ColorwaySplit, KnownUnits, StyleForecast
from app.planning import PreviousPlan, Situation, decide
from app.recommendations.kept import LAW_VERSION, digest_of, kept_inputs
from app.recommendations.run_cost import cost_by
from app.refresh.replay import asked_runs
from tests.planning.situations import offer
from tests.refresh.remembered import AT, asked, forecast, new_forecast, small

LARGE = offer(
    "large",
    7.5,
    mode="large_batch",
    factory="far",
    setup_cost=400.0,
    tooling_cost=250.0,
    moq_run=300,
    order_multiple=10,
    lead_time_days=70.0,
    lead_time_sd_days=8.0,
    freight_per_run=180.0,
)
QUICK = small(
    yield_sd=0.04,
    early_run_units=10,
    early_run_yield=0.6,
    setup_loss_units=3,
    lead_time_sd_days=2.5,
    capacity_per_week=60,
)
TO_ORDER = offer("one", 19.0, made_to_order=True, mode="on_demand", lead_time_days=5.0)
SPLIT = forecast(
    colorways=ColorwaySplit((0, 0, 1), 30.0, (25.0, 40.0)),
    known=(KnownUnits(0, "fair", 5, 60, 0.5), KnownUnits(1, "fair", 5, 20, 0.5)),
    gone=0.1,
    dispersion=float("inf"),
)
DAYS = forecast(period_days=1, a_week=60.0)
STANDING = PreviousPlan("small", np.array([200, 110, 70]))


def law(name: str) -> tuple[StyleForecast, Situation]:
    """Return a forecast and a situation that its paths are in."""
    cases: dict[str, tuple[StyleForecast, dict[str, Any]]] = {
        "a small batch": (forecast(), {}),
        "small beside large": (SPLIT, {"offers": (small(), LARGE)}),
        "an end and returns": (
            forecast(),
            {
                "offers": (QUICK, LARGE),
                "end": 20,
                "return_rate": 0.3,
                "resalable_share": 0.8,
                "return_delay_days": 12.0,
            },
        ),
        "made to order": (
            forecast(),
            {"offers": (TO_ORDER,), "backorder_share": 0.6, "on_hand": 0},
        ),
        "days, and some wait": (
            DAYS,
            {"offers": (small(), LARGE), "backorder_share": 0.3, "lost_sale_cost": 2.0},
        ),
        "enough in stock": (forecast(), {"on_hand": 5000}),
        "a plan that stands": (forecast(), {"previous": STANDING}),
        "no offer pays": (forecast(), {"price": 9.0, "end": 26}),
        "stock that puts a run off": (
            forecast(scale_cv=0.05),
            {
                "offers": (small(price_breaks=((1, 11.0),), moq_run=0),),
                "holding_cost_per_unit_week": 1.0,
            },
        ),
        "a review a month": (
            forecast(scale_cv=1.0),
            {"offers": (QUICK, LARGE), "end": 20, "review": 28},
        ),
    }
    told, changed = cases[name]
    offers = changed.pop("offers", (small(),))
    return told, asked(*offers, told=told, **changed)


PINNED = {
    5: {
        "a small batch": "3179808d77939d8a",
        "small beside large": "a88da11281ce607f",
        "an end and returns": "5ace07b2b71453ea",
        "made to order": "5fedab9818af0797",
        "days, and some wait": "2bf06d2b0b9b6285",
        "enough in stock": "a5ac11f40cafb183",
        "a plan that stands": "d219849fdbcb97f5",
        "no offer pays": "aa159e4e6ff9ec44",
        "stock that puts a run off": "947e7c3917816ad7",
        "a review a month": "8b41ed2e4db2906b",
    }
}


def outcome(name: str) -> str:
    """Return the beginning of a digest of what is drawn, decided and charged."""
    told, made = law(name)
    decision = decide(made)
    runs = asked_runs(decision, made, told.sku_codes)
    row = new_forecast(1, told, seed=1, horizon=1, made_at=AT)
    said = {
        "drawn": kept_inputs(made, row)["drawn"],
        "action": decision.action,
        "runs": [{"by": r.offer, "of": r.quantities, "cents": r.total_cents} for r in runs],
    }
    return digest_of(said)[7:23]


def test_a_change_of_law_raises_its_version() -> None:
    came_out = {name: outcome(name) for name in PINNED[max(PINNED)]}

    assert came_out == PINNED.get(LAW_VERSION), __doc__


def test_the_largest_and_the_smallest_amounts_are_charged_exactly() -> None:
    dear = replace(small(), price_breaks=((1, 9_999_999_999.9999),), freight_per_unit=0.0001)

    cost = cost_by(dear, 7, 2)

    assert (cost.unit, cost.freight) == (Decimal("9999999999.9999"), Decimal("20.0007"))
    assert cost.total == Decimal("70000000095.0000")


def test_incremental_breaks_are_charged_to_the_cent_whatever_the_average_rounds_to() -> None:
    terms = offer(
        price_breaks=((1, 10.0), (101, 9.3333), (1003, 8.1237)),
        price_break_kind="incremental",
        setup_cost=50.0,
    )

    cost = cost_by(terms, 2859, 1)

    assert cost.total == 100 * 10 + 902 * Decimal("9.3333") + 1857 * Decimal("8.1237") + 50
    assert cost.total == Decimal("24554.3475")
    assert (cost.unit, cost.unit * 2859 + 50) == (Decimal("8.5710"), Decimal("24554.4890"))
