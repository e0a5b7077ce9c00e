"""What open and accepted work already takes: a brand's money, a factory's weeks.

Work counts from the moment it is recommended until it is done. Two publications that would both
fit, but not together, take turns: whoever reads this to issue something holds the brand and the
factories (`take_turns`) to the end of its transaction.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import ceil
from typing import Protocol

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.database.upsert import one_of, take_turn
from app.errors import Conflict
from app.parties.tables import Brand
from app.recommendations.plans import stands_besides
from app.recommendations.tables import Recommendation
from app.recommendations.weeks import Work, fits_in
from app.runs.tables import Run, RunLine
from app.sourcing.tables import Offer

TIES_UP_MONEY = ("planned", "in_production", "shipped")
IN_WORK = ("planned", "in_production")


def money_tied_up(session: Session, brand_id: int, *, besides: Sequence[int] = ()) -> Decimal:
    """Return what a brand's standing recommendations and its runs not yet received cost.

    Drafts and open ones of the styles `besides` do not count: they are about to be replaced.
    """
    standing = select(func.sum(Recommendation.total_cost)).where(
        Recommendation.brand_id == brand_id, stands_besides(session, besides)
    )
    accepted = select(func.sum(Run.total_cost)).where(
        Run.brand_id == brand_id, Run.status.in_(TIES_UP_MONEY)
    )
    zero = Decimal(0)
    return (session.scalar(standing) or zero) + (session.scalar(accepted) or zero)


def open_to_buy(session: Session, brand_id: int) -> Decimal | None:
    """Return what a brand's work may tie up, as stored now; None: as much as it wants."""
    return session.scalar(select(Brand.open_to_buy).where(Brand.id == brand_id))


def capacities(session: Session, factory_ids: Sequence[int]) -> dict[tuple[int, str], int]:
    """Return the units a week of every offer of these factories that states them."""
    query = select(Offer.factory_id, Offer.code, Offer.capacity_per_week).where(
        one_of(session, Offer.factory_id, factory_ids), Offer.capacity_per_week.is_not(None)
    )
    return {(row[0], row[1]): row[2] for row in session.execute(query) if row[2]}


def work_of(
    session: Session, factory_ids: Sequence[int], *, day: date, besides: Sequence[int] = ()
) -> dict[int, list[Work]]:
    """Return what is asked of these factories and not yet made, for all brands together.

    An offer's units take their share of the week in which the factory makes `capacity_per_week`
    of them. What is recommended counts as if accepted on `day`; of a run counts what is neither
    reported made nor, evenly from its acceptance to its due date, should have been. Drafts and
    open ones of the styles `besides` do not count.
    """
    rates = capacities(session, factory_ids)
    found: dict[int, list[Work]] = {factory: [] for factory in factory_ids}
    standing = select(
        Recommendation.factory_id,
        Recommendation.offer,
        Recommendation.quantity,
        Recommendation.lead_time_days,
    ).where(
        one_of(session, Recommendation.factory_id, factory_ids), stands_besides(session, besides)
    )
    for factory, offer, units, lead in session.execute(standing):
        if rate := rates.get((factory, offer)):
            found[factory].append(Work(units / rate, float(lead)))
    for factory, offer, units, due in _in_work(session, factory_ids, day):
        if rate := rates.get((factory, offer)):
            found[factory].append(Work(units / rate, float((due - day).days)))
    for work in found.values():
        work.sort(key=lambda one: (one.due_days, one.weeks))
    return found


def _in_work(
    session: Session, factory_ids: Sequence[int], day: date
) -> Iterable[tuple[int, str, int, date]]:
    made = (
        select(func.sum(RunLine.produced))
        .where(RunLine.run_id == Run.id)
        .correlate(Run)
        .scalar_subquery()
    )
    query = select(
        Run.factory_id, Run.offer, Run.quantity, Run.accepted_at, Run.due_date, made
    ).where(
        one_of(session, Run.factory_id, factory_ids),
        Run.status.in_(IN_WORK),
        Run.due_date > day,
    )
    for factory, offer, units, accepted_at, due, produced in session.execute(query):
        days = max(1, (due - accepted_at.date()).days)
        share = min(1.0, (due - day).days / days)
        left = min(units - (produced or 0), ceil(units * share))
        if left > 0:
            yield factory, offer, left, due


def money_allows(session: Session, brand_id: int, *, more: Decimal = Decimal(0)) -> bool:
    """Say whether what a brand's work ties up now, and so much more, is within what it may."""
    most = open_to_buy(session, brand_id)
    return most is None or money_tied_up(session, brand_id) + more <= most


def refuse_beyond_budget(session: Session, brand_id: int) -> None:
    """Refuse what was just agreed where it ties up more than the brand may.

    Call it before the feed is written: its heads are taken last.

    Raises:
        Conflict: (`open_to_buy`) if it does.
    """
    if open_to_buy(session, brand_id) is None:
        return
    take_turns(session, brand_id, ())
    if not money_allows(session, brand_id):
        raise Conflict("it would tie up more than open_to_buy allows", code="open_to_buy")


def take_turns(session: Session, brand_id: int | None, factory_ids: Iterable[int]) -> None:
    """Hold a brand's money and the factories' weeks to the end of the transaction.

    After styles and due work, before feed heads. Not the rows themselves: whoever changes a brand
    holds its row and waits for the due work that a publication holds.
    """
    if brand_id is not None:
        take_turn(session, "brand", brand_id)
    for factory_id in sorted(set(factory_ids)):
        take_turn(session, "factory", factory_id)


class Asked(Protocol):
    """A run, proposed or standing, as far as it takes what is limited."""

    @property
    def factory_id(self) -> int:
        """Whose weeks it takes."""

    @property
    def offer(self) -> str:
        """The offer's code."""

    @property
    def quantity(self) -> int:
        """Units ordered."""

    @property
    def lead_time_days(self) -> int:
        """Days from acceptance until it must be done."""

    @property
    def total_cost(self) -> Decimal:
        """Money it ties up."""


@dataclass
class Reserve:
    """What is left while a publication issues one run after the other.

    Attributes:
        money: Left to tie up; None: as much as wanted.
        work: Of each factory whose weeks are limited.
        rates: Units a week, by factory and offer.
    """

    money: Decimal | None
    work: dict[int, list[Work]]
    rates: Mapping[tuple[int, str], int]

    def fits(self, asked: Asked) -> bool:
        """Say whether there is enough of everything for a run."""
        if self.money is not None and asked.total_cost > self.money:
            return False
        work = self._work(asked)
        return work is None or fits_in(self.work[asked.factory_id], work)

    def take(self, asked: Asked) -> None:
        """Take what a run needs, whether or not it is there."""
        if self.money is not None:
            self.money -= asked.total_cost
        work = self._work(asked)
        if work is not None:
            self.work[asked.factory_id].append(work)

    def give_back(self, asked: Asked) -> None:
        """Take back what was taken for a run."""
        if self.money is not None:
            self.money += asked.total_cost
        work = self._work(asked)
        if work is not None:
            self.work[asked.factory_id].remove(work)

    def _work(self, asked: Asked) -> Work | None:
        rate = self.rates.get((asked.factory_id, asked.offer))
        return Work(asked.quantity / rate, float(asked.lead_time_days)) if rate else None


def reserve_for(
    session: Session,
    brand_id: int,
    factory_ids: Iterable[int],
    *,
    day: date,
    besides: Sequence[int],
) -> Reserve:
    """Return what is left for a brand and these factories, held to the end of the transaction.

    Nobody who is not limited waits for anybody. The styles `besides` are about to be decided: their
    drafts and open ones do not count, and the caller takes what it keeps of them.
    """
    wanted = sorted(set(factory_ids))
    rates = capacities(session, wanted) if wanted else {}
    limited = sorted({factory for factory, _ in rates})
    money = open_to_buy(session, brand_id)
    take_turns(session, None if money is None else brand_id, limited)
    if money is not None:
        money -= money_tied_up(session, brand_id, besides=besides)
    return Reserve(money, work_of(session, limited, day=day, besides=besides), rates)
