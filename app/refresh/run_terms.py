"""What a run costs to the last decimal, when it is needed, and how much of it arrives good."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from math import ceil

from app.planning import OfferTerms
from app.recommendations.kept import TICK, exact
from app.recommendations.proposal import ProposedLine
from app.sourcing.queries import Offered
from app.sourcing.terms import terms_of, useful_units


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


def cost_of(offered: Offered, lines: Sequence[ProposedLine], *, tools_paid: bool) -> RunCost:
    """Return what a run of these lines costs by an offer's terms."""
    quantity = sum(line.quantity for line in lines)
    colorways = len({line.colorway for line in lines})
    return cost_by(terms_of(offered, has_tools=tools_paid), quantity, colorways)


def cost_by(terms: OfferTerms, quantity: int, colorways: int) -> RunCost:
    """Return what a run costs by the terms that planning priced, and that are kept of it.

    They hold the offer's amounts as floats, which give the same decimals back.
    """
    setups = exact(terms.setup_cost) + colorways * exact(terms.colorway_setup_cost)
    return RunCost(
        quantity=quantity,
        units=exact_units_cost(terms, quantity),
        setup=setups,
        freight=exact(terms.freight_per_unit) * quantity + exact(terms.freight_per_run),
        tooling=exact(terms.tooling_cost),
    )


def good_share(offered: Offered, quantity: int) -> float:
    """Return the share of the ordered units expected to arrive good.

    Set-up losses, the first units while the line settles, and yield.
    """
    return useful_units(offered.offer, quantity) * offered.yield_rate / quantity


def need_by(
    need_days: float,
    lead_days: int,
    respond_within_hours: int,
    origin: date,
    last_day: date | None,
) -> date:
    """Return the day a run is needed: when it starts to serve, never before it can be there.

    The factory's time to answer is granted on top of the lead time; the decision is made again
    every day, and what it costs shows there. Near the end of life less is granted: a run that
    comes after the style's last day is of no use.
    """
    days = max(int(need_days), lead_days + ceil(respond_within_hours / 24))
    if last_day is not None:
        days = max(lead_days, min(days, (last_day - origin).days))
    return origin + timedelta(days=days)


def exact_units_cost(terms: OfferTerms, quantity: int) -> Decimal:
    """Return what the units of a run cost by the price breaks of either kind."""
    steps = [(least, exact(cost)) for least, cost in terms.price_breaks]
    if terms.price_break_kind == "all_units":
        return [cost for least, cost in steps if least <= quantity][-1] * quantity
    ends = [least - 1 for least, _ in steps[1:]] + [quantity]
    begins = [0, *(least - 1 for least, _ in steps[1:])]
    return sum(
        (
            cost * max(min(end, quantity) - begin, 0)
            for (_, cost), begin, end in zip(steps, begins, ends, strict=True)
        ),
        start=Decimal(0),
    )
