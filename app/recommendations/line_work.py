"""What the lines of factories have to make: asked of them or accepted, for all brands together."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Select, false, func, select
from sqlalchemy.orm import Session

from app.clock.time import local_day
from app.database.upsert import one_of
from app.parties.tables import Brand
from app.recommendations.plans import stands_besides
from app.recommendations.tables import Recommendation
from app.recommendations.weeks import Accepted, Work, weeks_to_make
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
    of them. What is recommended counts as if accepted on `day`, of a run what `units_to_make`
    says. Drafts and open ones of the styles `besides` do not count.
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
    for run, left in units_to_make(session, factory_ids, day=day):
        rate = rates[run.factory_id, run.offer]
        found[run.factory_id].append(Work(left / rate, float((run.due_date - day).days)))
    for work in found.values():
        work.sort(key=lambda one: (one.due_days, one.weeks))
    return found


def units_to_make(
    session: Session, factory_ids: Sequence[int], *, day: date
) -> list[tuple[Run, float]]:
    """Return the runs in work that are not yet due, with the units that should still be made.

    Neither reported made nor, at the rate of a line that keeps to its dates, made by that day.
    Runs that were done meanwhile took their time of the line too. Runs by offers that state no
    capacity are left out.
    """
    rates = capacities(session, factory_ids)
    made: dict[str, int] = {}
    by_factory: dict[int, list[tuple[Run, Accepted]]] = {}
    for run, zone, produced in session.execute(_line_runs(session, factory_ids, day)):
        rate = rates.get((run.factory_id, run.offer))
        if rate:
            taken = Accepted(local_day(run.accepted_at, zone), run.due_date, run.quantity / rate)
            by_factory.setdefault(run.factory_id, []).append((run, taken))
            made[run.id] = produced or 0
    found = []
    for _, runs in sorted(by_factory.items()):
        unmade = weeks_to_make([taken for _, taken in runs], day)
        for (run, taken), weeks in zip(runs, unmade, strict=True):
            units = min(float(run.quantity - made[run.id]), weeks / taken.weeks * run.quantity)
            if run.status in IN_WORK and run.due_date > day and units > 0:
                found.append((run, units))
    return found


def _line_runs(
    session: Session, factory_ids: Sequence[int], day: date
) -> Select[Run, str, int | None]:
    """Select the runs in work and not yet due, and all that shared the line with them."""
    since = session.scalar(
        select(func.min(Run.accepted_at)).where(
            one_of(session, Run.factory_id, factory_ids),
            Run.status.in_(IN_WORK),
            Run.due_date > day,
        )
    )
    made = (
        select(func.sum(RunLine.produced))
        .where(RunLine.run_id == Run.id)
        .correlate(Run)
        .scalar_subquery()
    )
    shared = false() if since is None else Run.due_date >= since.date()
    return (
        select(Run, Brand.timezone, made)
        .join(Brand, Brand.id == Run.brand_id)
        .where(one_of(session, Run.factory_id, factory_ids), shared)
        .order_by(Run.id)
    )
