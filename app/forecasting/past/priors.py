"""What a brand's past says about its styles: everything that is learned once a day and stored."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from functools import cached_property
from hashlib import blake2b
from typing import Any

import numpy as np

from app.demand.panel import PanelStyle
from app.demand.return_law import ReturnPriors
from app.forecasting.fitted.pool import PoolWeights
from app.forecasting.model import Floats
from app.forecasting.past.calibration import Calibration
from app.forecasting.past.handover import Handover
from app.forecasting.past.powers import DEFAULT_LAW
from app.forecasting.past.profiles import DEFAULT_OVERDISPERSION, PROFILE_WEEKS
from app.forecasting.past.rates import RateLaw, RatePrior, with_likes
from app.forecasting.past.season import NO_SEASON
from app.forecasting.past.sizes import SplitPriors
from app.forecasting.past.steady import SEASON_WEEKS
from app.forecasting.past.succession import SuccessionPriors
from app.forecasting.seen.activity import DEFAULT_HAZARD
from app.forecasting.seen.orders import OrderLaw

DEFAULT_DRIFT_CV = 0.3
DAILY_OVERDISPERSION = 2.6
"""A day's overdispersion over a week's: between 1 (a week's luck is shared by its days) and 7
(each day has its own), their geometric mean."""


@dataclass(frozen=True)
class BrandPriors:
    """What one brand's styles that have lived teach about the others; a wide default without.

    Attributes:
        rate_law: Weekly rate of a style by what it is.
        rates: Log weekly rate of each style that has lived, by code: for those said to be
            like it.
        profile: Demand by week of age over the mean of the launch, any style.
        profiles: The same by category.
        powers: How likely a style is to follow its profile to each of `profiles.POWERS`.
        ways: How likely each kind of `ways.py` is; none where powers alone were measured to be
            no worse.
        season: What the calendar does to all styles alike, by week of the year.
        seasons: What it does to the styles of a category that has a season of its own.
        themes: What it does beside that to styles with a word in their name, strongest first.
        split: How demand splits over sizes and colorways.
        overdispersion: Variance of a week's telling units beyond their mean, over the mean
            squared: what a week says of the rate.
        noise: The same of the units themselves: what a week of demand strays by.
        hazard: Chance that a style's demand ends in a week.
        drift_cv: How far a style's later scale strays from its earlier one.
        orders: How much a large order tells about the next ones.
        returns: How units sold come back.
        succession: How demand passes from a style to its successor, and ends.
        calibration: How far forecasts of launches were off, by age.
        pool: How much each StatsForecast model counts.
        handover: From when, and how far, those models speak for a style.
        first_sale: First day of the brand's data; None: there is none.
    """

    rate_law: RateLaw = field(default_factory=RateLaw)
    rates: Mapping[str, float] = field(default_factory=dict)
    profile: tuple[float, ...] = (1.0,) * PROFILE_WEEKS
    profiles: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    powers: tuple[float, ...] = DEFAULT_LAW
    ways: tuple[float, ...] = ()
    season: tuple[float, ...] = NO_SEASON
    seasons: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    themes: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    split: SplitPriors = field(default_factory=SplitPriors)
    overdispersion: float = DEFAULT_OVERDISPERSION
    noise: float = DEFAULT_OVERDISPERSION
    hazard: float = DEFAULT_HAZARD
    drift_cv: float = DEFAULT_DRIFT_CV
    orders: OrderLaw = field(default_factory=OrderLaw)
    returns: ReturnPriors = field(default_factory=ReturnPriors)
    succession: SuccessionPriors = field(default_factory=SuccessionPriors)
    calibration: Calibration = field(default_factory=Calibration)
    pool: PoolWeights = field(default_factory=PoolWeights)
    handover: Handover = field(default_factory=Handover)
    first_sale: date | None = None

    @property
    def styles(self) -> int:
        """Return how many styles have lived long enough to teach; 0: all is default."""
        return self.rate_law.brand.styles

    @cached_property
    def fingerprint(self) -> str:
        """Return a short name of all that was learned, the same for the same."""
        learned = json.dumps(self.to_json(), sort_keys=True)
        return blake2b(learned.encode(), digest_size=8).hexdigest()

    def rate(self, style: PanelStyle) -> RatePrior:
        """Return the law of a style's weekly rate before its first sale."""
        known = [self.rates[code] for code in style.like if code in self.rates]
        law = with_likes(self.rate_law.of(style), known, self.rate_law.like_weight)
        inherited = self.succession.inherited_rate(style, law.log_mean, law.log_sd)
        if inherited is None:
            return law
        return RatePrior(log_mean=inherited[0], log_sd=inherited[1], styles=law.styles)

    def profile_of(self, category: str | None) -> Floats:
        """Return a family's demand by week of age over the mean of the launch."""
        return np.array(self.profiles.get(category or "", self.profile))

    def seasons_of(self, styles: Sequence[PanelStyle]) -> Floats:
        """Return each style's factor of each week of the year, shape (styles, SEASON_WEEKS)."""
        rows = [self.seasons.get(style.category or "", self.season) for style in styles]
        return np.array(rows, dtype=np.float64).reshape(len(rows), SEASON_WEEKS)

    def period_overdispersion(self, period_days: int) -> float:
        """Return the overdispersion of a period's telling units, of this many days."""
        return self.overdispersion * (DAILY_OVERDISPERSION if period_days == 1 else 1.0)

    def period_noise(self, period_days: int) -> float:
        """Return the overdispersion of a period's demand, of this many days."""
        return self.noise * (DAILY_OVERDISPERSION if period_days == 1 else 1.0)

    def to_json(self) -> dict[str, Any]:
        """Return the priors as JSON types; reading them back gives the same bits."""
        return {
            **asdict(self),
            "profile": list(self.profile),
            "powers": list(self.powers),
            "ways": list(self.ways),
            "season": list(self.season),
            "calibration": self.calibration.to_json(),
            "pool": self.pool.to_json(),
            "handover": self.handover.to_json(),
            "first_sale": None if self.first_sale is None else self.first_sale.isoformat(),
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "BrandPriors":
        """Return the priors that `to_json` made `stored` of."""
        return cls(
            rate_law=RateLaw.from_json(stored["rate_law"]),
            rates=stored["rates"],
            profile=tuple(stored["profile"]),
            profiles={key: tuple(values) for key, values in stored["profiles"].items()},
            powers=tuple(stored["powers"]),
            ways=tuple(stored.get("ways", ())),
            season=tuple(stored["season"]),
            seasons={key: tuple(values) for key, values in stored.get("seasons", {}).items()},
            themes={key: tuple(values) for key, values in stored.get("themes", {}).items()},
            split=SplitPriors.from_json(stored["split"]),
            overdispersion=stored["overdispersion"],
            noise=stored["noise"],
            hazard=stored["hazard"],
            drift_cv=stored["drift_cv"],
            orders=OrderLaw.from_json(stored["orders"]),
            returns=ReturnPriors.from_json(stored["returns"]),
            succession=SuccessionPriors.from_json(stored["succession"]),
            calibration=Calibration.from_json(stored["calibration"]),
            pool=PoolWeights.from_json(stored["pool"]),
            handover=Handover.from_json(stored["handover"]),
            first_sale=None
            if stored["first_sale"] is None
            else date.fromisoformat(stored["first_sale"]),
        )
