"""One figure of a period: a quotient, its unit, and the counts behind it."""

from dataclasses import dataclass
from decimal import Decimal

from app.insight.figures import Spread

TICK = Decimal("0.0001")

Amount = Decimal | float | int


@dataclass(frozen=True, slots=True)
class Kpi:
    """A figure; `value` is numerator / denominator, or None where nothing is known.

    Attributes:
        unit: Such as `EUR/unit`, `days`, `share`.
        count: Runs, styles, recommendations or SKUs behind it.
        spread: How what it is a mean of is distributed; None where it is no mean.
    """

    unit: str
    value: Amount | None = None
    numerator: Amount | None = None
    denominator: Amount | None = None
    count: int = 0
    spread: Spread | None = None


def quotient(unit: str, numerator: Amount, denominator: Amount, *, count: int) -> Kpi:
    """Return numerator / denominator; without any denominator nothing is known."""
    if not denominator:
        return Kpi(unit, denominator=denominator, count=count)
    if isinstance(numerator, Decimal):
        value: Amount = (numerator / Decimal(denominator)).quantize(TICK)
    else:
        value = round(float(numerator) / float(denominator), 4)
        numerator = round(numerator, 4)
    return Kpi(unit, value, numerator, denominator, count)


def total(unit: str, amount: Amount, *, count: int) -> Kpi:
    """Return a sum over what is known; of nothing it is unknown, not 0."""
    return Kpi(unit, amount if count else None, amount if count else None, None, count)


def mean(unit: str, found: Spread) -> Kpi:
    """Return the mean of what was measured, with its spread."""
    if found.mean is None:
        return Kpi(unit, denominator=0, spread=found)
    whole = round(found.mean * found.count, 4)
    return Kpi(unit, found.mean, whole, found.count, found.count, found)
