"""Every accepted recommendation is one run; its progress is the sum of what was reported."""

from collections.abc import Generator

from sqlalchemy import ColumnElement, case, func, or_, select
from sqlalchemy.orm import Session

from app.recommendations.tables import Recommendation
from app.runs.progress import COUNTED_KINDS
from app.runs.tables import Run, RunEvent, RunLine
from app.stock.ledger import PART
from app.stock.tables import Receipt
from app.verification.finding import Finding


def runs_apart(session: Session) -> Generator[Finding]:
    """Find what was accepted and never became a run, and runs that nobody accepted."""
    apart: ColumnElement[bool] = (Recommendation.status == "accepted") & Run.id.is_(None)
    accepted = (
        select(Recommendation.id)
        .outerjoin(Run, Run.recommendation_id == Recommendation.id)
        .where(apart)
        .order_by(Recommendation.id)
    )
    for found in session.scalars(accepted):
        yield Finding("runs", found, "accepted, and no run")
    orphans = (
        select(Run.id, Recommendation.status)
        .outerjoin(Recommendation, Recommendation.id == Run.recommendation_id)
        .where(Recommendation.id.is_(None) | (Recommendation.status != "accepted"))
        .order_by(Run.id)
    )
    for run, status in session.execute(orphans):
        yield Finding("runs", run, f"its recommendation is {status or 'missing'}")


def miscounted_runs(session: Session) -> Generator[Finding]:
    """Find runs whose lines do not add up: ordered, reported, or booked into stock.

    The database compares; only what is wrong is read.
    """
    yield from _reported_otherwise(session)
    yield from _booked_otherwise(session)
    lines = (
        select(RunLine.run_id, func.sum(RunLine.quantity).label("units"))
        .group_by(RunLine.run_id)
        .subquery("lines")
    )
    ordered = func.coalesce(lines.c.units, 0)
    query = (
        select(Run.id, Run.quantity, ordered)
        .outerjoin(lines, lines.c.run_id == Run.id)
        .where(Run.quantity != ordered)
        .order_by(Run.id)
    )
    for run, quantity, units in session.execute(query):
        yield Finding("runs", run, f"of {quantity} units, its lines of {units}")


def _reported_otherwise(session: Session) -> Generator[Finding]:
    kinds = sorted(COUNTED_KINDS)
    sums = [
        func.sum(case((RunEvent.kind == kind, RunEvent.quantity))).label(kind) for kind in kinds
    ]
    events = (
        select(RunEvent.run_id, RunEvent.sku, *sums)
        .where(RunEvent.kind.in_(kinds), RunEvent.sku.is_not(None))
        .group_by(RunEvent.run_id, RunEvent.sku)
        .subquery("events")
    )
    stands = [getattr(RunLine, kind) for kind in kinds]
    said = [func.coalesce(events.c[kind], 0) for kind in kinds]
    query = (
        select(RunLine.run_id, RunLine.sku, *stands, *said)
        .outerjoin(events, (events.c.run_id == RunLine.run_id) & (events.c.sku == RunLine.sku))
        .where(or_(*(one != other for one, other in zip(stands, said, strict=True))))
        .order_by(RunLine.run_id, RunLine.sku)
    )
    for run, sku, *units in session.execute(query):
        for kind, one, other in zip(kinds, units, units[len(kinds) :], strict=False):
            if one != other:
                yield Finding("runs", run, f"{sku}: {kind} stands at {one}, reported {other}")


def _booked_otherwise(session: Session) -> Generator[Finding]:
    """Find lines whose good units are not those that stock knows of the run, or of its parts."""
    part = func.substr(Receipt.reference, 1, func.length(RunLine.run_id) + len(PART))
    booked = (
        select(func.coalesce(func.sum(Receipt.quantity), 0))
        .where(
            Receipt.sku_id == RunLine.sku_id,
            Receipt.source == "run",
            or_(Receipt.reference == RunLine.run_id, part == RunLine.run_id + PART),
        )
        .correlate(RunLine)
        .scalar_subquery()
    )
    query = (
        select(RunLine.run_id, RunLine.sku, RunLine.received, booked)
        .where(RunLine.received != booked)
        .order_by(RunLine.run_id, RunLine.sku)
    )
    for run, sku, received, units in session.execute(query):
        yield Finding("runs", run, f"{sku}: {received} received, {units} booked into stock")
