"""A style that was decided by itself, and what its runs take of what is scarce."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.catalog.queries import SkuRef
from app.catalog.tables import Style
from app.forecasting.tables import ForecastRow
from app.planning import Decision, Situation
from app.refresh.limits import Limits
from app.refresh.proposals import runs_to_ask_for
from app.refresh.scarce import Book
from app.sourcing.queries import Offered

OVER_TOLERATED = 1e-6
"""Share of a limit, and of a unit of it, that sums of floats may be off by."""

Uses = Mapping[str, float]


@dataclass(frozen=True, eq=False)
class Pending:
    """A style that was decided by itself, with what it takes to decide it again."""

    style: Style
    skus: Sequence[SkuRef]
    offers: Mapping[str, Offered]
    asked: Situation
    made: ForecastRow
    decision: Decision
    limits: Limits

    @property
    def name(self) -> str:
        """Return what tells the style apart from those of other brands."""
        return f"{self.style.code}:{self.limits.brand_id}"


def use_of(book: Book, one: Pending) -> dict[str, float]:
    """Return what the runs of a decision take of everything scarce."""
    uses: dict[str, float] = {}
    for plan in runs_to_ask_for(one.decision):
        for name, each in book.uses[one.style.id].get(plan.offer or "", {}).items():
            uses[name] = uses.get(name, 0.0) + each * plan.quantity
        if money := money_of(book, one):
            uses[money] = uses.get(money, 0.0) + plan.total_cost
    return uses


def money_of(book: Book, one: Pending) -> str | None:
    """Return the name of the money that a style's runs are paid from, where that is limited."""
    return book.money.get(one.limits.brand_id)


def short_of(book: Book, taken: Mapping[int, Uses]) -> list[str]:
    """Return the names of what is not enough for all."""
    return [
        name
        for name, left in book.left.items()
        if (used := sum(uses.get(name, 0.0) for uses in taken.values()))
        and used > left + OVER_TOLERATED * (1 + abs(left))
    ]
