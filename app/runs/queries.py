"""Every SELECT of runs."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, false, func, or_, select
from sqlalchemy.orm import Session

from app.clock.time import local_day
from app.database.upsert import one_of
from app.errors import NotFound
from app.parties.tables import Brand
from app.runs.tables import ChangeRequest, Run, RunEvent, RunLine

NOT_ALL_THERE = ("planned", "in_production", "shipped")


def own_run(session: Session, run_id: str, *, brand_id: int | None, factory_id: int | None) -> Run:
    """Return a run of this brand, of this factory, or of the pair.

    Raises:
        NotFound: If there is none, or it is not theirs.
    """
    return _found(session, _own(brand_id, factory_id).where(Run.id == run_id))


def locked_run(
    session: Session, run_id: str, *, brand_id: int | None, factory_id: int | None
) -> Run:
    """Return it as `own_run` does, and let nobody else write its progress meanwhile."""
    query = _own(brand_id, factory_id).where(Run.id == run_id)
    return _found(session, query.with_for_update(key_share=True))


def listed_runs(
    session: Session,
    *,
    brand_id: int | None,
    factory_id: int | None,
    status: str | None = None,
    overdue_at: datetime | None = None,
    after: str | None = None,
    limit: int,
) -> list[Run]:
    """Return runs by id, oldest first, behind `after`.

    With `overdue_at` only those that were due before that brand's day and are not all there.
    """
    query = _own(brand_id, factory_id).order_by(Run.id).limit(limit)
    if status is not None:
        query = query.where(Run.status == status)
    if overdue_at is not None:
        query = query.where(Run.status.in_(NOT_ALL_THERE), _was_due(session, overdue_at))
    if after is not None:
        query = query.where(Run.id > after)
    return list(session.scalars(query))


def _was_due(session: Session, at: datetime) -> ColumnElement[bool]:
    """Return the condition that a run was due before the day that it is for its brand."""
    brands: dict[date, list[int]] = {}
    for brand_id, timezone in session.execute(select(Brand.id, Brand.timezone)):
        brands.setdefault(local_day(at, timezone), []).append(brand_id)
    return or_(
        false(),
        *(
            (Run.due_date < day) & one_of(session, Run.brand_id, ids)
            for day, ids in sorted(brands.items())
        ),
    )


def change_requests_of(
    session: Session, run_id: str, *, after: str | None, limit: int
) -> list[ChangeRequest]:
    """Return what was asked to be changed about a run, oldest first, behind `after`."""
    query = select(ChangeRequest).where(ChangeRequest.run_id == run_id).order_by(ChangeRequest.id)
    if after is not None:
        query = query.where(ChangeRequest.id > after)
    return list(session.scalars(query.limit(limit)))


def lines_of(session: Session, run_ids: Sequence[str]) -> dict[str, list[RunLine]]:
    """Return the lines of each run, by SKU id, as stored now."""
    query = (
        select(RunLine)
        .where(one_of(session, RunLine.run_id, run_ids))
        .order_by(RunLine.run_id, RunLine.sku_id)
        .execution_options(populate_existing=True)
    )
    found: defaultdict[str, list[RunLine]] = defaultdict(list)
    for line in session.scalars(query):
        found[line.run_id].append(line)
    return found


def events_with_ids(session: Session, run_id: str, event_ids: Sequence[str]) -> list[RunEvent]:
    """Return the events of a run that are stored under these ids."""
    query = select(RunEvent).where(
        RunEvent.run_id == run_id, one_of(session, RunEvent.event_id, event_ids)
    )
    return list(session.scalars(query))


def complained_units(session: Session, run_id: str) -> dict[str, int]:
    """Return the units of each SKU of a run that were complained about."""
    query = (
        select(RunEvent.sku, func.sum(RunEvent.quantity))
        .where(
            RunEvent.run_id == run_id,
            RunEvent.kind == "complained",
            RunEvent.sku.is_not(None),
            RunEvent.quantity.is_not(None),
        )
        .group_by(RunEvent.sku)
    )
    return {sku or "": units or 0 for sku, units in session.execute(query)}


def _own(brand_id: int | None, factory_id: int | None) -> Select[Run]:
    query = select(Run)
    if brand_id is not None:
        query = query.where(Run.brand_id == brand_id)
    if factory_id is not None:
        query = query.where(Run.factory_id == factory_id)
    return query


def _found(session: Session, query: Select[Run]) -> Run:
    run = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if run is None:
        raise NotFound("there is no such run")
    return run
