"""What a backtest found: every rule's figures, by week and by kind of style, as JSON types."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.backtest.policies import s_s
from app.backtest.policies.choosing import RULES
from app.backtest.policies.large_run import NAME as LARGE_RUN
from app.backtest.policies.shortrun import NAME as SHORTRUN
from app.backtest.reading import FITS_WEEKS, Stage
from app.backtest.replay import LANES, LEARNED_WEEKS, Lived
from app.backtest.sampling import VOLUMES, volumes
from app.backtest.telling import is_told_apart, least_weeks, warning
from app.backtest.terms import Flags, Floats, Ints
from app.backtest.world import WEEK

LABELS = {
    SHORTRUN: "Shortrun",
    "reorder_point": "Reorder point, economic quantity",
    "base_stock": "Base stock",
    "newsvendor": "Newsvendor quantile",
    s_s.BY_STYLE: "(s,S) tuned per style on the past",
    s_s.BY_RANGE: "(s,S) tuned for the range on the past",
    LARGE_RUN: "One large run",
    s_s.HINDSIGHT: "(s,S) tuned per style with hindsight",
}
"""What people call the rules, in the order that they are reported."""

SUMS = (
    "revenue",
    "making_cost",
    "setup_cost",
    "holding_cost",
    "goodwill_cost",
    "stock_value",
    "wanted",
    "sold",
    "lost",
    "leftover",
    "ordered",
    "runs",
    "setups",
)


def to_result(stage: Stage) -> dict[str, Any]:
    """Return everything that a finished replay found; money as floats in the brand's currency."""
    lived = stage.replay.lived
    assert lived is not None
    lanes = _lanes(lived)
    profit = _profit(lived, lanes)
    weeks, least = _weeks(lived, stage), least_weeks(stage.world)
    return {
        "brand": stage.brand.code,
        "currency": stage.brand.currency,
        "first_day": stage.start.isoformat(),
        "last_day": (stage.wish.until - timedelta(days=1)).isoformat(),
        "weeks": weeks,
        "least_weeks": least,
        "is_long_enough": weeks >= least,
        "review_days": stage.world.review_days,
        "paths": stage.wish.paths,
        "styles": stage.world.styles,
        "of_styles": stage.of_styles,
        "failed_styles": [
            {"style": style, "message": message} for style, message in sorted(lived.errors.items())
        ],
        "assumptions": _assumptions(stage) + ([] if weeks >= least else [warning(weeks, least)]),
        "rules": [
            _rule(name, index, lived, lanes, profit, stage) for index, name in enumerate(LABELS)
        ],
        "groups": _groups(stage, profit),
    }


def _weeks(lived: Lived, stage: Stage) -> int:
    return len(lived.days) * stage.world.review_days // WEEK


def _lanes(lived: Lived) -> Ints:
    """Return each rule's lane of each style, shape (rules, styles): hindsight's is its best."""
    styles = lived.opening.size
    known = np.repeat(np.arange(len(LANES))[:, None], styles, axis=1)
    worth = lived.books.profit + lived.books.stock_value
    best = len(LANES) + worth[len(LANES) :].argmax(axis=0)
    return np.concatenate([known, best[None, :]])


def _of(values: Floats | NDArray[np.float32], lanes: Ints) -> Floats:
    return np.asarray(values[lanes, np.arange(lanes.shape[1])], dtype=np.float64)


def _profit(lived: Lived, lanes: Ints) -> Floats:
    """Return profit with stock at its value, less what the first stock counts, (rules, styles)."""
    return _of(lived.books.profit + lived.books.stock_value, lanes) - lived.opening


def _rule(
    name: str, index: int, lived: Lived, lanes: Ints, profit: Floats, stage: Stage
) -> dict[str, Any]:
    own = lanes[index : index + 1]
    sums = {field: float(_of(getattr(lived.books, field), own).sum()) for field in SUMS}
    salvaged = _of(lived.books.profit + lived.books.salvage_value, lanes) - lived.opening
    gap, error = difference(profit[0], profit[index])
    is_long = _weeks(lived, stage) >= least_weeks(stage.world)
    gap_salvaged, error_salvaged = difference(salvaged[0], salvaged[index])
    return {
        "rule": name,
        "label": LABELS[name],
        "hindsight": name == s_s.HINDSIGHT,
        "profit": float(profit[index].sum()),
        "ours_above": gap,
        "ours_above_error": error,
        "told_apart": is_told_apart(gap, error, is_long_enough=is_long) if index else None,
        "profit_at_salvage": float(salvaged[index].sum()),
        "ours_above_at_salvage": gap_salvaged,
        "ours_above_at_salvage_error": error_salvaged,
        "fill_rate": sums["sold"] / sums["wanted"] if sums["wanted"] else None,
        **sums,
        "series": _series(lived, own, stage),
    }


def difference(ours: Floats, theirs: Floats) -> tuple[float, float | None]:
    """Return how far ours lies above in all, and its standard error over styles; None of one.

    Args:
        ours: Profit by style, shape (styles,).
        theirs: The same of another rule.
    """
    gaps = ours - theirs
    if gaps.size < 2:
        return float(gaps.sum()), None
    return float(gaps.sum()), float(gaps.std(ddof=1) * np.sqrt(gaps.size))


def _series(lived: Lived, own: Ints, stage: Stage) -> list[dict[str, Any]]:
    """Return a rule's figures after each review, from the start on."""
    opening = float(lived.opening.sum())
    rows = []
    for at, day in enumerate(lived.days):
        rows.append(
            {
                "first_day": stage.world.day(day).isoformat(),
                "profit_to_date": float(_of(lived.worth[at], own).sum()) - opening,
                "sold_to_date": float(_of(lived.sold[at], own).sum()),
                "lost_to_date": float(_of(lived.lost[at], own).sum()),
                "on_hand": float(_of(lived.on_hand[at], own).sum()),
                "runs_to_date": float(_of(lived.runs[at], own).sum()),
            }
        )
    return rows


def _groups(stage: Stage, profit: Floats) -> list[dict[str, Any]]:
    """Return the profit of every rule by age and volume, for who wants to know where it is lost."""
    thirds = volumes(stage.weekly)
    groups = []
    for launched, of_age in (("at the start", stage.is_old), ("later", ~stage.is_old)):
        for index, volume in enumerate(VOLUMES):
            chosen: Flags = of_age & (thirds == index)
            if chosen.any():
                groups.append(_group(launched, volume, chosen, profit))
    return groups


def _group(launched: str, volume: str, chosen: Flags, profit: Floats) -> dict[str, Any]:
    names: Sequence[str] = list(LABELS)
    rules: list[Mapping[str, Any]] = []
    for index, name in enumerate(names):
        gap, error = difference(profit[0, chosen], profit[index, chosen])
        rules.append(
            {
                "rule": name,
                "profit": float(profit[index, chosen].sum()),
                "ours_above": gap,
                "ours_above_error": error,
            }
        )
    return {"on_sale": launched, "volume": volume, "styles": int(chosen.sum()), "rules": rules}


def _assumptions(stage: Stage) -> list[str]:
    """Return what a reader has to know to judge the figures."""
    styles, every = stage.world.styles, stage.of_styles
    return [
        f"{styles} of {every} styles with sales and an offer, spread evenly over ages and volumes.",
        (
            "Economics, offers and catalog as they are stored today."
            if stage.wish.terms is None
            else "Economics and offers as the terms to try say, catalog as it is stored today."
        ),
        "Styles are read and decided in weeks.",
        "True demand is what sold, and for days out of stock what sold on the days around them.",
        (
            "Every rule begins with the same stock: what a style sells in the quickest lead time"
            " and a review, one launched later what earlier launches sold at first."
        ),
        (
            "Shortrun is told only what its own simulated warehouse sold; the other rules are told"
            " the true demand, stock-outs included."
        ),
        (
            f"What the brand's past teaches is learned every {LEARNED_WEEKS} weeks, what takes many"
            f" fits every {FITS_WEEKS}, from true sales before that day."
        ),
        (
            f"The {len(RULES)} rules with levels follow the mean of the last 13 weeks; which offer"
            f" or setting suits a style is chosen every {LEARNED_WEEKS} weeks by what it would have"
            " earned before."
        ),
        "One large run is sized for the whole range: it alone is told the day that this ends.",
        "Lead times and yields vary as the offers say, by the same luck for every rule.",
        (
            "What is left counts its salvage value where life has ended, else the least that"
            " replacing it costs; `profit_at_salvage` counts all of it at salvage."
        ),
    ]
