"""What open and accepted work already takes: a brand's money, a factory's weeks and material.

Work counts from the moment it is recommended until it is done. Two publications that would both
fit, but not together, take turns: whoever reads this to issue something holds the brand and the
factories (`take_turns`) to the end of its transaction.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Protocol

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.errors import Conflict
from app.parties.tables import Brand
from app.recommendations.line_work import capacities, work_of
from app.recommendations.material import Promised, promised_material
from app.recommendations.plans import stands_besides
from app.recommendations.proposal import ProposedRun
from app.recommendations.tables import Recommendation
from app.recommendations.turns import take_turns
from app.recommendations.weeks import Work, fits_in
from app.runs.tables import Run
from app.sourcing.availability import Availability, is_enough, taken_by
from app.sourcing.material_queries import availabilities
from app.sourcing.ways import Need

TIES_UP_MONEY = ("planned", "in_production", "shipped")


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


class Asked(Protocol):
    """A run, proposed or standing, as far as it takes what is limited."""

    @property
    def factory_id(self) -> int:
        """Whose weeks and material it takes."""

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

    @property
    def needs(self) -> Sequence[Need]:
        """What a unit takes of its factory's materials."""


@dataclass(frozen=True, slots=True)
class Stands:
    """A standing recommendation, as far as it takes what is limited."""

    factory_id: int
    offer: str
    quantity: int
    lead_time_days: int
    total_cost: Decimal
    needs: Sequence[Need]

    @classmethod
    def of(cls, row: Recommendation, wanted: ProposedRun) -> "Stands":
        """Read a row, made of what the run wanted instead of it is made of.

        Had in another lead time it needs the material on another day: not asked about.
        """
        same = (row.offer, row.lead_time_days) == (wanted.offer, wanted.lead_time_days)
        needs = wanted.needs if same else tuple(replace(one, by=None) for one in wanted.needs)
        return cls(
            row.factory_id, row.offer, row.quantity, row.lead_time_days, row.total_cost, needs
        )


@dataclass
class Reserve:
    """What is left while a publication issues one run after the other.

    Attributes:
        brand_id: Who publishes.
        day: Brand-local.
        money: Left to tie up; None: as much as wanted.
        work: Of each factory whose weeks are limited.
        rates: Units a week, by factory and offer.
        materials: Those that limit, by factory and code.
        promised: What is asked for of them.
    """

    brand_id: int
    day: date
    money: Decimal | None
    work: dict[int, list[Work]]
    rates: Mapping[tuple[int, str], int]
    materials: Mapping[int, Mapping[str, Availability]]
    promised: Promised

    def fits(self, asked: Asked) -> bool:
        """Say whether there is enough of everything for a run."""
        if self.money is not None and asked.total_cost > self.money:
            return False
        work = self._work(asked)
        if work is not None and not fits_in(self.work[asked.factory_id], work):
            return False
        return all(self._suffices(asked, need) for need in asked.needs)

    def take(self, asked: Asked) -> None:
        """Take what a run needs, whether or not it is there."""
        if self.money is not None:
            self.money -= asked.total_cost
        work = self._work(asked)
        if work is not None:
            self.work[asked.factory_id].append(work)
        self._promise(asked, 1)

    def give_back(self, asked: Asked) -> None:
        """Take back what was taken for a run."""
        if self.money is not None:
            self.money += asked.total_cost
        work = self._work(asked)
        if work is not None:
            self.work[asked.factory_id].remove(work)
        self._promise(asked, -1)

    def _work(self, asked: Asked) -> Work | None:
        rate = self.rates.get((asked.factory_id, asked.offer))
        return Work(asked.quantity / rate, float(asked.lead_time_days)) if rate else None

    def _suffices(self, asked: Asked, need: Need) -> bool:
        known = self.materials.get(asked.factory_id, {}).get(need.material)
        if known is None or need.by is None:
            return True
        promised = self.promised.get((asked.factory_id, need.material), {})
        spare = known.spare({self.brand_id}, day=self.day, by=need.by, promised=promised)
        return is_enough(spare - taken_by(asked.quantity, need.per_unit), of=known)

    def _promise(self, asked: Asked, times: int) -> None:
        for need in asked.needs:
            mine = self.promised.setdefault((asked.factory_id, need.material), {})
            more = times * taken_by(asked.quantity, need.per_unit)
            mine[self.brand_id] = mine.get(self.brand_id, Decimal(0)) + more


def reserve_for(
    session: Session,
    brand_id: int,
    runs: Sequence[ProposedRun],
    *,
    day: date,
    besides: Sequence[int],
) -> Reserve:
    """Return what is left for a brand and for runs like these, held to the transaction's end.

    Nobody who is not limited waits for anybody. The styles `besides` are about to be decided: their
    drafts and open ones do not count, and the caller takes what it keeps of them.
    """
    wanted = sorted({run.factory_id for run in runs})
    rates = capacities(session, wanted) if wanted else {}
    limited = sorted({factory for factory, _ in rates})
    short = [(run.factory_id, need) for run in runs for need in run.needs if need.by is not None]
    makers = sorted({factory for factory, _ in short})
    money = open_to_buy(session, brand_id)
    take_turns(session, None if money is None else brand_id, {*limited, *makers})
    if money is not None:
        money -= money_tied_up(session, brand_id, besides=besides)
    work = work_of(session, limited, day=day, besides=besides)
    if not makers:
        return Reserve(brand_id, day, money, work, rates, {}, {})
    codes = sorted({need.material for _, need in short})
    materials = availabilities(session, makers, codes)
    promised = promised_material(session, makers, besides=besides)
    return Reserve(brand_id, day, money, work, rates, materials, promised)
