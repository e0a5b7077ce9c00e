"""What the lines of factories have to make: asked of them or accepted, for all brands together."""

from collections.abc import Iterable, Sequence
from datetime import date
from math import ceil

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.database.upsert import one_of
from app.recommendations.plans import stands_besides
from app.recommendations.tables import Recommendation
from app.recommendations.weeks import Work
from app.runs.tables import Run, RunLine
from app.sourcing.tables import Offer

IN_WORK = ("planned", "in_production")


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
