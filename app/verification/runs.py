"""Every accepted recommendation is one run; its progress is the sum of what was reported."""

from collections import defaultdict
from collections.abc import Generator

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app.recommendations.tables import Recommendation
from app.runs.progress import COUNTED_KINDS
from app.runs.tables import Run, RunEvent, RunLine
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
    """Find runs whose lines do not add up: ordered, reported, or booked into stock."""
    reported = _reported(session)
    booked = _booked(session)
    ordered: defaultdict[str, int] = defaultdict(int)
    for line in session.scalars(select(RunLine).order_by(RunLine.run_id, RunLine.sku)):
        ordered[line.run_id] += line.quantity
        for kind in sorted(COUNTED_KINDS):
            stands, said = getattr(line, kind), reported.get((line.run_id, line.sku, kind), 0)
            if stands != said:
                detail = f"{line.sku}: {kind} stands at {stands}, reported {said}"
                yield Finding("runs", line.run_id, detail)
        came = booked.get((line.run_id, line.sku_id), 0)
        if came != line.received:
            detail = f"{line.sku}: {line.received} received, {came} booked into stock"
            yield Finding("runs", line.run_id, detail)
    for run, quantity in session.execute(select(Run.id, Run.quantity).order_by(Run.id)):
        if ordered[run] != quantity:
            yield Finding("runs", run, f"of {quantity} units, its lines of {ordered[run]}")


def _reported(session: Session) -> dict[tuple[str, str, str], int]:
    query = (
        select(RunEvent.run_id, RunEvent.sku, RunEvent.kind, func.sum(RunEvent.quantity))
        .where(RunEvent.kind.in_(COUNTED_KINDS), RunEvent.sku.is_not(None))
        .group_by(RunEvent.run_id, RunEvent.sku, RunEvent.kind)
    )
    return {(run, sku or "", kind): units or 0 for run, sku, kind, units in session.execute(query)}


def _booked(session: Session) -> dict[tuple[str, int], int]:
    """Return the good units that stock knows of each run and SKU."""
    booked: defaultdict[tuple[str, int], int] = defaultdict(int)
    query = select(Receipt.reference, Receipt.sku_id, Receipt.quantity)
    for reference, sku_id, quantity in session.execute(query.where(Receipt.source == "run")):
        booked[reference.partition("/")[0], sku_id] += quantity
    return booked
