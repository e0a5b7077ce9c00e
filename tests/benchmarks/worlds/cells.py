"""What a simulated world is: the life of its styles, the ways of making them, what is not told."""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from app.planning import Mode, OfferTerms, StyleEconomics

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

DAYS = 7


@dataclass(frozen=True)
class Way:
    """One way of making a style, as told to everyone who decides."""

    mode: Mode
    unit_cost: float
    setup_cost: float
    moq: int
    lead_weeks: int


WAYS = (
    Way("on_demand", 14.0, 4.0, 1, 1),
    Way("small_batch", 11.5, 60.0, 30, 3),
    Way("large_batch", 9.0, 300.0, 200, 8),
)
"""A micro-batch, a small batch, a large one on the sea; sold at 25."""


@dataclass(frozen=True)
class Cell:
    """One world.

    Every style can be ordered from week 0 on and is first sold when the slowest way could have
    arrived. Its scale (mean weekly demand over its life) is drawn from a log-normal prior that
    everyone knows; weeks are negative binomial around scale x profile. Demand is seen whole,
    also when stock has run out: deciding is judged, not forecasting.

    Attributes:
        life_weeks: From the first sale to the end of life.
        weekly: Prior mean of the scale.
        cv: Prior coefficient of variation of the scale.
        shape: `launch` rises in two weeks and fades, `flat` stays.
        noise: Variance of a week is mean + noise x mean squared.
        told_yield: Share of good units that is told, and `yield_rate` the true one.
        lead_off_weeks: A run arrives up to so many weeks sooner or later, evenly.
        scale_off: True scales are so many times what the prior says.
        shifts: The level changes for good at a week in the middle half of life.
        bursts: All styles burst in the same weeks.
    """

    name: str
    life_weeks: int
    weekly: float
    cv: float
    ways: tuple[Way, ...] = WAYS
    shape: Literal["launch", "flat"] = "launch"
    price: float = 25.0
    salvage: float = 2.0
    holding: float = 0.1
    noise: float = 0.1
    told_yield: float = 1.0
    yield_rate: float = 1.0
    lead_off_weeks: int = 0
    scale_off: float = 1.0
    shifts: tuple[float, ...] = ()
    bursts: bool = False

    @property
    def launch(self) -> int:
        """Return the week of the first sale."""
        return max(way.lead_weeks for way in self.ways)

    @property
    def weeks(self) -> int:
        """Return the weeks from the first order to the end of life."""
        return self.launch + self.life_weeks

    @property
    def profile(self) -> Floats:
        """Return demand by week over its mean in life, 0 before the launch, shape (weeks,)."""
        age = np.arange(self.life_weeks) + 0.5
        shape = np.ones(self.life_weeks)
        if self.shape == "launch":
            shape = np.minimum(age / 2, 1.0) * np.exp(-1.2 * age / self.life_weeks)
        return np.concatenate([np.zeros(self.launch), shape / shape.mean()])

    @property
    def economics(self) -> StyleEconomics:
        return StyleEconomics(self.price, self.salvage, self.holding)

    @property
    def offers(self) -> tuple[OfferTerms, ...]:
        """Return the ways as the planning room takes them."""
        return tuple(
            OfferTerms(
                way.mode,
                "factory",
                way.mode,
                made_to_order=False,
                price_break_kind="all_units",
                price_breaks=((1, way.unit_cost),),
                setup_cost=way.setup_cost,
                moq_run=way.moq,
                lead_time_days=DAYS * way.lead_weeks,
                lead_time_sd_days=DAYS * self.lead_sd_weeks,
                yield_rate=self.told_yield,
            )
            for way in self.ways
        )

    @property
    def lead_sd_weeks(self) -> float:
        """Return the standard deviation of a lead time, which is told."""
        return float(np.sqrt(((2 * self.lead_off_weeks + 1) ** 2 - 1) / 12))


FAST = Cell("fast", 16, 25.0, 0.6)
STABLE = Cell("stable", 104, 25.0, 0.15, shape="flat")
SLOW = Cell("slow", 26, 5.0, 0.6)
NAMED = (FAST, STABLE, SLOW)


def _ways(
    *, lead: float = 1.0, setup: float = 1.0, gap: float = 1.0, moq: float = 1.0
) -> tuple[Way, ...]:
    """Return the ways with longer leads, dearer set-ups, or unit costs further from the large's."""
    large = WAYS[-1].unit_cost
    return tuple(
        replace(
            way,
            lead_weeks=max(1, round(way.lead_weeks * lead)),
            setup_cost=way.setup_cost * setup,
            unit_cost=large + gap * (way.unit_cost - large),
            moq=max(1, round(way.moq * moq)),
        )
        for way in WAYS
    )


def _grid() -> tuple[Cell, ...]:
    lives = [
        replace(FAST, name=f"life {life}, cv {cv}", life_weeks=life, cv=cv)
        for life in (8, 26, 78)
        for cv in (0.15, 0.6, 1.0)
    ]
    terms = [
        replace(FAST, name=f"lead x{lead:g}, set-up x{setup:g}", ways=_ways(lead=lead, setup=setup))
        for lead in (0.5, 1.0, 1.5)
        for setup in (0.25, 1.0, 3.0)
    ]
    costs = [
        replace(FAST, name=f"gap x{gap:g}, {weekly:g} a week", weekly=weekly, ways=_ways(gap=gap))
        for gap in (0.3, 1.0, 1.8)
        for weekly in (5.0, 25.0, 100.0)
    ]
    return tuple(lives + terms + costs)


GRID = _grid()

BROKEN = (
    replace(FAST, name="level shifts", shifts=(0.4, 1.7)),
    replace(FAST, name="bursts together", bursts=True),
    replace(FAST, name="yield .85, told .97", told_yield=0.97, yield_rate=0.85),
    replace(FAST, name="lead +-1 week", lead_off_weeks=1),
    replace(FAST, name="lead +-2 weeks", lead_off_weeks=2),
    replace(SLOW, name="slow, lead +-3 weeks", lead_off_weeks=3),
    replace(FAST, name="prior 1.5x too low", scale_off=1.5),
    replace(FAST, name="prior 1.5x too high", scale_off=1 / 1.5),
    replace(STABLE, name="stable, level shifts", shifts=(0.4, 1.7)),
)
