"""How histories of each length are tried: from which earlier origins, with which models."""

from dataclasses import dataclass

from app.forecasting.fitted.regression import POOLED
from app.forecasting.model import Floats

INTERMITTENT_ABOVE = 0.3
"""Share of periods without demand above which the intermittent models join."""


@dataclass(frozen=True)
class LengthClass:
    """How histories of one length are fitted and tried.

    Attributes:
        at_least: Periods from which a history belongs here.
        horizon: Periods that each earlier origin forecasts.
        origins: Earlier origins tried.
        step: Periods between them.
        models: Tried on every history, by name.
        searched: Slow models, tried where the brand's past shows that they help.
    """

    at_least: int
    horizon: int
    origins: int
    step: int
    models: tuple[str, ...]
    searched: tuple[str, ...] = ()

    @property
    def least_seen(self) -> int:
        """Return how many periods the earliest origin leaves the shortest history."""
        return self.at_least - self.horizon - self.step * (self.origins - 1)

    @property
    def independent(self) -> float:
        """Return the origins that the overlapping ones are worth, at least 1."""
        return 1 + (self.origins - 1) * min(self.step / self.horizon, 1.0)


VOLUMES = {"fast": 300.0, "brisk": 30.0, "usual": 3.0, "slow": 0.0}
"""Least mean units a period of histories told apart: counting noise hides how the level of a slow
style moves, and what smooths it away blinds to a fast one's. Of VN1's series, smoothing erred least
with 0.5 below 3 units a week and with 0.9 above 300, given what their client sold."""


def volume_of(history: Floats) -> str:
    """Return which of VOLUMES a history of units, shape (periods,), belongs to by its mean."""
    mean = float(history.mean())
    return next(name for name, least in VOLUMES.items() if mean >= least)


@dataclass(frozen=True)
class Cohort:
    """Histories of one brand that are tried alike, and whose trials speak for each other.

    Attributes:
        period_days: Days in a period.
        length: Their length class.
        intermittent: Whether many periods are without demand.
    """

    period_days: int
    length: LengthClass
    intermittent: bool

    @property
    def key(self) -> str:
        """Return its name, as priors store it."""
        kind = "intermittent" if self.intermittent else "smooth"
        return f"{self.period_days}/{self.length.at_least}/{kind}"

    def at_volume(self, volume: str) -> str:
        """Return the name of those of its histories that sell so much, one of VOLUMES."""
        return f"{self.key}/{volume}"

    @property
    def models(self) -> tuple[str, ...]:
        """Return the fast models tried on its histories."""
        return (*self.length.models, *(CROSTON if self.intermittent else ()))


NAIVE_LIKE = ("Naive", "WindowAverage4", "HistoricAverage")
BASE = (*NAIVE_LIKE, "WindowAverage8", "SES", "TSB", "IMAPA")
SMOOTHED = ("SES", "SES0.3", "SES0.5", "SES0.7")
CROSTON = ("CrostonSBA", "ADIDA")
SEARCHED = ("AutoETS", "DynamicTheta", "AutoCES")

LENGTHS = {
    7: (
        LengthClass(120, 13, 3, 6, (*BASE, "WindowAverage13", "SeasonalNaive"), SEARCHED),
        LengthClass(48, 8, 4, 4, (*BASE, "WindowAverage13"), SEARCHED),
        LengthClass(30, 8, 3, 4, BASE, SEARCHED[:2]),
        LengthClass(16, 4, 3, 2, (*BASE, POOLED), SEARCHED[:2]),
        LengthClass(12, 4, 3, 1, (*NAIVE_LIKE, *SMOOTHED, POOLED)),
        LengthClass(8, 2, 3, 1, (*NAIVE_LIKE, *SMOOTHED, POOLED)),
    ),
    1: (
        LengthClass(56, 14, 4, 7, (*BASE, "WindowAverage13"), SEARCHED),
        LengthClass(28, 7, 3, 3, BASE, SEARCHED[:2]),
    ),
}
"""Longest first, by days in a period. The earliest origin always leaves what the models need:
AutoETS gives nothing below 8 points, a window nothing below its own length, SeasonalNaive
nothing below 52. AutoCES takes three times as long as AutoETS and erred most on histories of a
year or less (online_retail: 5 to 60% more than AutoETS), so that only longer ones try it."""

SHORTEST = {days: classes[-1].at_least for days, classes in LENGTHS.items()}


def cohort_of(history: Floats, period_days: int) -> Cohort | None:
    """Return the cohort of a history, None where it is too short for any model."""
    for length in LENGTHS[period_days]:
        if len(history) >= length.at_least:
            zeros = float((history == 0).mean())
            return Cohort(period_days, length, zeros > INTERMITTENT_ABOVE)
    return None
