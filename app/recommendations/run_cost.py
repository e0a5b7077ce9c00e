"""What a run costs to the last decimal, by the terms that planning priced it on."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from app.planning import OfferTerms
from app.recommendations.kept import TICK, exact


@dataclass(frozen=True)
class RunCost:
    """The cost of a whole run, by what it is for.

    Planning counts in floats; what a factory is told is counted here, in the offer's own
    decimals.
    """

    quantity: int
    units: Decimal
    setup: Decimal
    freight: Decimal
    tooling: Decimal

    @property
    def unit(self) -> Decimal:
        """The cost of one unit, on average, as it is shown: to four decimals."""
        return (self.units / self.quantity).quantize(TICK, ROUND_HALF_UP)

    @property
    def total(self) -> Decimal:
        """Units, set-ups, freight and tooling: by the terms, not by the rounded unit cost."""
        return self.units + self.setup + self.freight + self.tooling


def cost_by(terms: OfferTerms, quantity: int, colorways: int) -> RunCost:
    """Return what a run costs by the terms that planning priced, and that are kept of it.

    They hold the offer's amounts as floats, which give the same decimals back.
    """
    setups = exact(terms.setup_cost) + colorways * exact(terms.colorway_setup_cost)
    return RunCost(
        quantity=quantity,
        units=_units_cost(terms, quantity),
        setup=setups,
        freight=exact(terms.freight_per_unit) * quantity + exact(terms.freight_per_run),
        tooling=exact(terms.tooling_cost),
    )


def _units_cost(terms: OfferTerms, quantity: int) -> Decimal:
    """Return what the units of a run cost by the price breaks of either kind.

    Below the first break its price holds: an offer may have become one of larger runs since.
    """
    steps = [(least, exact(cost)) for least, cost in terms.price_breaks]
    if terms.price_break_kind == "all_units":
        reached = [cost for least, cost in steps[1:] if least <= quantity]
        return (reached or [steps[0][1]])[-1] * quantity
    ends = [least - 1 for least, _ in steps[1:]] + [quantity]
    begins = [0, *(least - 1 for least, _ in steps[1:])]
    return sum(
        (
            cost * max(min(end, quantity) - begin, 0)
            for (_, cost), begin, end in zip(steps, begins, ends, strict=True)
        ),
        start=Decimal(0),
    )
