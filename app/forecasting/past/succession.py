"""What a brand's past says about styles that follow each other, and about the end of a life."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

import numpy as np

from app.demand.panel import DemandPanel, PanelStyle
from app.forecasting.model import Floats
from app.forecasting.seen.evidence import Evidence

BEND_WEEKS = 26
"""Weeks after its successor's launch over which a style's demand bends; then it keeps the last."""

DEFAULT_LEFT = tuple(round(0.35 + 0.65 * float(np.exp(-(w + 0.5) / 6)), 4) for w in range(26))
"""Share of its demand that a style keeps, by week since its successor's launch: a third in the
end, two thirds of the way gone after six weeks. A guess between two certainties, that some
customers switch at once and some never do; a brand's own pairs soon outweigh it."""

END_WEEKS = 8
"""Weeks before its end of life in which a style's demand may differ from what it was."""

BEFORE_WEEKS = 13
"""Weeks before a launch or an end that say what demand was without it."""

RECENT_WEEKS = 8
"""Weeks that say how much a style sells when its successor takes over."""

LEAST_WEEKS = 2.0
"""Weeks in stock from which those weeks say anything."""

PAIR_UNITS = 5.0
"""Units at the default curve that a week of it starts from: two pairs that sell well, as
`_weight` counts them, have half of the say."""

ENDED_UNITS = 10.0
"""The same for the last weeks before an end, against no bend at all: four styles."""

NOISE = 0.4
"""Overdispersion of a week: a bestseller's week says as much as two and a half units."""

LEAST_LEFT, MOST_LEFT = 0.02, 2.0
"""Bounds of what is left of a week's demand: histories are divided by it."""

TRANSFER_LOG_SD = 0.6
"""Spread of a successor's rate over its predecessor's before any pair was seen: half to twice."""

TRANSFER_PAIRS = 4.0
"""Pairs at an equal rate, and at that spread, that a brand's own have to outweigh."""


@dataclass(frozen=True)
class SuccessionPriors:
    """What a brand's styles that had a successor or an end teach the others.

    Attributes:
        left: Share of demand left by week since the successor's launch, > 0.
        pairs: Styles behind it; 0: the default.
        tail: Demand by week before the end of life, the last week first, over the demand
            before, > 0.
        ended: Styles behind it; 0: no bend.
        levels: Log units a week of each style with a successor, by code, when its successor
            was launched, or now.
        transfer_log_mean: Log of a successor's weekly rate over its launch, over that level.
        transfer_log_sd: Spread of it, > 0.
    """

    left: tuple[float, ...] = DEFAULT_LEFT
    pairs: int = 0
    tail: tuple[float, ...] = (1.0,) * END_WEEKS
    ended: int = 0
    levels: Mapping[str, float] = field(default_factory=dict)
    transfer_log_mean: float = 0.0
    transfer_log_sd: float = TRANSFER_LOG_SD

    def inherited_rate(
        self, style: PanelStyle, log_mean: float, log_sd: float
    ) -> tuple[float, float] | None:
        """Return mean and spread of the log of a successor's weekly rate; None without a past.

        What its predecessors sold when it took over, all together, and its family's law, each
        counting by its precision.

        Args:
            style: The successor.
            log_mean: Mean of the log weekly rate that its family lets expect.
            log_sd: Spread of it, > 0.
        """
        known = [self.levels[code] for code in style.predecessors if code in self.levels]
        if not known:
            return None
        inherited = float(np.logaddexp.reduce(known)) + self.transfer_log_mean
        own = log_sd**2 / (log_sd**2 + self.transfer_log_sd**2)
        spread = float(np.sqrt(1 / (1 / log_sd**2 + 1 / self.transfer_log_sd**2)))
        return own * inherited + (1 - own) * log_mean, spread

    def to_json(self) -> dict[str, Any]:
        """Return the priors as JSON types; reading them back gives the same bits."""
        return {**asdict(self), "left": list(self.left), "tail": list(self.tail)}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "SuccessionPriors":
        """Return the priors that `to_json` made `stored` of; of nothing, the default."""
        lists = {key: tuple(stored[key]) for key in ("left", "tail") if key in stored}
        return cls(**{**stored, **lists})


def days_to(panel: DemandPanel, days: list[date | None]) -> Floats:
    """Return the days from the origin to each of these, NaN for None, shape (days,)."""
    return np.array(
        [np.nan if day is None else (day - panel.origin).days for day in days], dtype=np.float64
    )


def weeks_after(panel: DemandPanel, to_day: Floats, periods: Floats) -> Floats:
    """Return the weeks from a day of each style to the middle of periods, (styles, periods).

    Args:
        panel: Gives the days in a period.
        to_day: Days from the origin to the day, shape (styles,); NaN gives NaN.
        periods: Numbers of the periods, 0 the first to come, shape (periods,).
    """
    middles = (periods + 0.5) * panel.period_days
    return np.asarray((middles[None, :] - to_day[:, None]) / 7.0)


def learn_succession(
    panel: DemandPanel, evidence: Evidence, pattern: Floats, log_rates: Floats
) -> SuccessionPriors:
    """Return what the panel's pairs and ended styles teach.

    Args:
        panel: A brand's past, in weeks.
        evidence: What it shows.
        pattern: Demand that age alone lets expect of each week, > 0, shape (styles, periods).
        log_rates: Log weekly rate of each style over its launch, shape (styles,).
    """
    periods = np.arange(-panel.demand.shape[1], 0, dtype=np.float64)
    since = _since_successor(panel)
    left, pairs = _ratios(evidence, pattern, since, np.array(DEFAULT_LEFT), PAIR_UNITS)
    end = days_to(panel, [style.end_of_life for style in panel.styles]) + 1
    bent = pattern * np.where(since > 0, curve_at(left, since), 1.0)
    from_tail = weeks_after(panel, end - 7 * END_WEEKS, periods)
    over = end[:, None] / 7.0 < 0
    tail, ended = _ratios(
        evidence, bent, np.where(over, from_tail, np.nan), np.ones(END_WEEKS), ENDED_UNITS
    )
    levels = levels_before(panel, evidence)
    mean, spread = _transfer(panel, evidence, levels, log_rates)
    return SuccessionPriors(
        left=tuple(left.tolist()),
        pairs=pairs,
        tail=tuple(tail[::-1].tolist()),
        ended=ended,
        levels=levels,
        transfer_log_mean=mean,
        transfer_log_sd=spread,
    )


def curve_at(curve: Floats, weeks: Floats) -> Floats:
    """Return a curve by week at these times; 1 at 0, the last value from its end on."""
    at = np.concatenate([[0.0], np.arange(len(curve)) + 0.5])
    return np.asarray(np.interp(weeks, at, np.concatenate([[1.0], curve])))


def _ratios(
    evidence: Evidence, pattern: Floats, since: Floats, default: Floats, worth: float
) -> tuple[Floats, int]:
    """Return demand by week since a day over the demand before it, and the styles behind it.

    Args:
        evidence: What the past shows.
        pattern: Demand expected of each week but for that day, > 0, shape (styles, periods).
        since: Weeks since the day, negative before it, NaN where there is none.
        default: The curve that few styles leave as it is, shape (weeks,).
        worth: Units at the default that each of its weeks starts from.
    """
    base = pattern * evidence.seen_share
    before = (since > -BEFORE_WEEKS) & (since <= 0)
    rate = (evidence.seen_units * before).sum(axis=1) / np.maximum((base * before).sum(axis=1), 0.1)
    enough = ((evidence.seen_share * before).sum(axis=1) >= LEAST_WEEKS) & (rate > 0)
    inside = (since > 0) & (since < len(default)) & enough[:, None]
    week = np.floor(since[inside]).astype(np.int64)
    weight = np.broadcast_to(1.0 / (1.0 + NOISE * rate)[:, None], since.shape)
    sold, expected = (
        np.bincount(week, values[inside], len(default))
        for values in (weight * evidence.seen_units, weight * rate[:, None] * base)
    )
    curve = np.clip((sold + worth * default) / (expected + worth), LEAST_LEFT, MOST_LEFT)
    return curve.round(6), int((inside & (base > 0)).any(axis=1).sum())


def _since_successor(panel: DemandPanel) -> Floats:
    """Return the weeks since each style's successor was launched, (styles, periods)."""
    periods = np.arange(-panel.demand.shape[1], 0, dtype=np.float64)
    launch = days_to(panel, [style.successor_launch for style in panel.styles])
    return weeks_after(panel, launch, periods)


def levels_before(panel: DemandPanel, evidence: Evidence) -> dict[str, float]:
    """Return log units a week of the styles with a successor, in the weeks before its launch."""
    since = _since_successor(panel)
    last = np.arange(-since.shape[1], 0) >= -RECENT_WEEKS
    handed = since[:, -1:] > 0
    recent = np.where(handed, (since > -RECENT_WEEKS) & (since <= 0), last)
    units = (evidence.seen_units * recent).sum(axis=1)
    weeks = (evidence.seen_share * recent).sum(axis=1)
    return {
        style.code: round(float(np.log((units[index] + 0.5) / weeks[index])), 6)
        for index, style in enumerate(panel.styles)
        if style.successor is not None and weeks[index] >= LEAST_WEEKS
    }


def _transfer(
    panel: DemandPanel, evidence: Evidence, levels: Mapping[str, float], log_rates: Floats
) -> tuple[float, float]:
    """Return mean and spread of successors' log rates over what their predecessors sold."""
    lived = evidence.seen_share.sum(axis=1) >= 2 * LEAST_WEEKS
    gaps = np.array(
        [
            rate - float(np.logaddexp.reduce(known))
            for style, rate, old in zip(panel.styles, log_rates, lived, strict=True)
            if old and (known := [levels[code] for code in style.predecessors if code in levels])
        ]
    )
    count = len(gaps) + TRANSFER_PAIRS
    mean = float(gaps.sum()) / count
    square = float(((gaps - mean) ** 2).sum()) + TRANSFER_PAIRS * TRANSFER_LOG_SD**2
    return round(mean, 6), round(float(np.sqrt(square / count)), 6)
