"""What became of accepted runs: how long they took, what came good, what was complained of."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, select
from sqlalchemy.orm import Session

from app.clock.time import local_day
from app.database.upsert import one_of
from app.parties.tables import Brand
from app.runs.tables import Run, RunEvent, RunLine

FINISHED = ("received", "closed")

MOST_RUNS = 20_000
"""The newest speak; so many were read in 1.0 s on two shared cores."""


@dataclass(frozen=True, slots=True)
class Made:
    """A run that came in and is done with.

    Attributes:
        elapsed_days: Brand-local days from acceptance to the units' mean day of receipt.
        lead_days: Of those, what its making took: a run that waited for a later need is counted
            at its promise, one that came late with what it was late.
        is_in_time: The last units came by the day they were due or needed, the later of them.
    """

    brand_id: int
    factory_id: int
    style_id: int
    offer: str
    accepted: date
    received_on: date
    ordered_units: int
    rejected_units: int
    received_units: int
    elapsed_days: float
    lead_days: float
    is_in_time: bool
    complaints: int
    complained_units: int


def made_runs(
    session: Session,
    *,
    brand_id: int | None = None,
    factory_id: int | None = None,
    since: datetime,
    until: datetime,
    known_at: datetime | None = None,
    limit: int = MOST_RUNS,
) -> list[Made]:
    """Return the newest runs accepted from `since` to `until` that are done, oldest first.

    What happened after `known_at` (`until` where not given) is left out. What nobody reported as
    received says nothing: not every brand reports it.
    """
    query = _runs(brand_id, factory_id).where(
        Run.accepted_at >= since, Run.accepted_at <= until, Run.status.in_(FINISHED)
    )
    found = session.execute(query.order_by(Run.id.desc()).limit(limit)).all()
    ids = [run.id for run in found]
    units = _units(session, ids)
    receipts, complaints = _events(session, ids, known_at or until)
    return [
        _made(run, units[run.id], receipts[run.id], complaints[run.id])
        for run in reversed(found)
        if receipts[run.id]
    ]


def _runs(brand_id: int | None, factory_id: int | None) -> Select[*tuple[Any, ...]]:
    """Select what `_made` reads of a run: whole rows took twice as long."""
    mine: list[ColumnElement[bool]] = []
    if brand_id is not None:
        mine.append(Run.brand_id == brand_id)
    if factory_id is not None:
        mine.append(Run.factory_id == factory_id)
    read = (
        Run.id, Run.brand_id, Run.factory_id, Run.style_id, Run.offer, Run.accepted_at,
        Run.due_date, Run.need_by, Run.quantity, Brand.timezone,
    )  # fmt: skip
    return select(*read).join(Brand, Brand.id == Run.brand_id).where(*mine)


def _units(session: Session, run_ids: Sequence[str]) -> dict[str, tuple[int, int]]:
    """Return the units rejected and received of each run."""
    query = (
        select(RunLine.run_id, func.sum(RunLine.rejected), func.sum(RunLine.received))
        .where(one_of(session, RunLine.run_id, run_ids))
        .group_by(RunLine.run_id)
    )
    return {
        run: (int(rejected), int(received)) for run, rejected, received in session.execute(query)
    }


Happened = dict[str, list[tuple[datetime, int, int]]]
"""By run: when, units, events."""


def _events(session: Session, run_ids: Sequence[str], until: datetime) -> tuple[Happened, Happened]:
    """Return when how many units of each run were received, and complained of, in order of time.

    A complaint without a quantity is of one unit.
    """
    units = func.sum(func.coalesce(RunEvent.quantity, 1))
    query = (
        select(RunEvent.run_id, RunEvent.kind, RunEvent.occurred_at, units, func.count())
        .where(
            one_of(session, RunEvent.run_id, run_ids),
            RunEvent.kind.in_(("received", "complained")),
            RunEvent.occurred_at <= until,
        )
        .group_by(RunEvent.run_id, RunEvent.kind, RunEvent.occurred_at)
        .order_by(RunEvent.run_id, RunEvent.kind, RunEvent.occurred_at)
    )
    receipts: Happened = defaultdict(list)
    complaints: Happened = defaultdict(list)
    for run, kind, at, quantity, events in session.execute(query):
        told = receipts if kind == "received" else complaints
        told[run].append((at, int(quantity), events))
    return receipts, complaints


def _made(
    run: Row[Any],
    units: tuple[int, int],
    receipts: Sequence[tuple[datetime, int, int]],
    complaints: Sequence[tuple[datetime, int, int]],
) -> Made:
    zone = run.timezone
    accepted = local_day(run.accepted_at, zone)
    days = [((local_day(at, zone) - accepted).days, quantity) for at, quantity, _ in receipts]
    elapsed = sum(day * quantity for day, quantity in days) / sum(quantity for _, quantity in days)
    last = local_day(receipts[-1][0], zone)
    wanted = max(run.due_date, run.need_by)
    promised = (run.due_date - accepted).days
    late = max(0.0, elapsed - (wanted - accepted).days)
    return Made(
        brand_id=run.brand_id,
        factory_id=run.factory_id,
        style_id=run.style_id,
        offer=run.offer,
        accepted=accepted,
        received_on=last,
        ordered_units=run.quantity,
        rejected_units=units[0],
        received_units=units[1],
        elapsed_days=elapsed,
        lead_days=max(0.0, min(elapsed, promised + late)),
        is_in_time=last <= wanted,
        complaints=sum(events for _, _, events in complaints),
        complained_units=sum(quantity for _, quantity, _ in complaints),
    )
