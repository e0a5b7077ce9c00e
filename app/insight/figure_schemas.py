"""Figures on the wire, each with the counts behind it."""

from typing import Self

from app.insight.figures import Share, Spread
from app.web.wire import Wire

DIGITS = 4


class ShareOut(Wire):
    """A share with its counts; null where it was not measured."""

    value: float | None
    count: int
    of: int

    @classmethod
    def of_share(cls, share: Share) -> Self:
        """Show a share as counted."""
        value = None if share.value is None else round(share.value, DIGITS)
        return cls(value=value, count=share.count, of=share.of)


class ExpectedShareOut(ShareOut):
    """A share, and what to expect: the prior counts as much as `prior_weight` times."""

    expected: float
    prior: float
    prior_weight: float

    @classmethod
    def shrunk(cls, share: Share, *, prior: float, weight: float) -> Self:
        """Show a share beside what it is shrunk to."""
        return cls(
            **ShareOut.of_share(share).model_dump(),
            expected=round(share.shrunk(prior, weight), DIGITS),
            prior=prior,
            prior_weight=weight,
        )


class SpreadOut(Wire):
    """How something measured is distributed; null where it was not measured."""

    count: int
    mean: float | None
    sd: float | None
    p50: float | None
    p90: float | None

    @classmethod
    def of_spread(cls, found: Spread) -> Self:
        """Show a distribution."""
        return cls(count=found.count, mean=found.mean, sd=found.sd, p50=found.p50, p90=found.p90)
