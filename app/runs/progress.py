"""Take in what happened to a run: each event once, progress only forwards."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.catalog.signals import styles_changed
from app.runs.queries import complained_units, events_with_ids, lines_of
from app.runs.start import good_units
from app.runs.tables import Run, RunEvent, RunLine
from app.sourcing.consumption import cut_material, free_material
from app.stock.ledger import expect_no_more_than, forget, receive
from app.web.rows import RowResult

BRAND_KINDS = frozenset({"received", "complained"})
COUNTED_KINDS = frozenset({"produced", "rejected", "shipped", "received"})
AFTER_CLOSING = frozenset({"received", "complained", "closed"})
"""What arrives late is there all the same; nothing is made for a closed run."""

BEGUN = COUNTED_KINDS | {"started"}
"""What is only said of a run whose material was cut."""

STATUSES = ("planned", "in_production", "shipped", "received", "closed")
REACHED = {
    "started": "in_production",
    "produced": "in_production",
    "rejected": "in_production",
    "shipped": "shipped",
    "received": "shipped",
    "closed": "closed",
}
"""The least a run has come to; it is `received` once nothing more to speak of is expected."""

OVER_SHARE = 0.5
OVER_UNITS = 10
"""Up to half more than ordered, or ten units: beyond it is a slip of the keyboard."""


EARLIER_AT_MOST = timedelta(days=1)
"""What a factory says it began before it accepted: its clock may be late, its calendar another."""

UNDER_SHARE = 0.05
"""So little that lacks of every line is taken as not coming any more: less than what yield varies
by. Where it comes all the same, it counts."""


@dataclass(frozen=True, slots=True)
class Step:
    """One event as posted; `sku` and `quantity` are there for every counted kind."""

    event_id: str
    kind: str
    sku: str | None
    quantity: int | None
    occurred_at: datetime


def take_steps(
    session: Session, run: Run, steps: Sequence[Step], *, posted_by: str, at: datetime
) -> list[RowResult]:
    """Store the events not seen before, move the run, its supply and its stock; answer by row.

    The caller holds the run's row (`locked_run`). Sending an event again changes nothing.
    """
    lines = {line.sku: line for line in lines_of(session, [run.id])[run.id]}
    seen = {
        row.event_id: Step(row.event_id, row.kind, row.sku, row.quantity, row.occurred_at)
        for row in events_with_ids(session, run.id, [step.event_id for step in steps])
    }
    complained = complained_units(session, run.id)
    taken: list[Step] = []
    results: list[RowResult] = []
    for index, step in enumerate(steps):
        result = _take(index, step, run, lines, seen, complained)
        results.append(result)
        if result.status == "accepted":
            seen[step.event_id] = step
            taken.append(step)
    if taken:
        _store(session, run, taken, posted_by)
        _settle_material(session, run, taken, at)
        _settle_supply(session, run, list(lines.values()), taken)
        styles_changed(session, run.brand_id, [run.style_id], at=at, supply=True)
    return results


def _take(
    index: int,
    step: Step,
    run: Run,
    lines: dict[str, RunLine],
    seen: dict[str, Step],
    complained: dict[str, int],
) -> RowResult:
    """Decide on one event, and count it where it is taken."""
    known = seen.get(step.event_id)
    if known == step:
        return RowResult(index=index, status="duplicate")
    if known is not None:
        return _refused(index, "event_conflict", "another event has this id")
    if step.occurred_at < run.accepted_at - EARLIER_AT_MOST:
        return _refused(index, "before_acceptance", "the run was accepted after that")
    if run.status == "closed" and step.kind not in AFTER_CLOSING:
        return _refused(index, "run_closed", "the run is closed")
    line = lines.get(step.sku) if step.sku is not None else None
    if step.sku is not None and line is None:
        return _refused(index, "unknown_sku", "the run has no such SKU")
    if line is not None and step.quantity is not None:
        is_counted = step.kind in COUNTED_KINDS
        before = getattr(line, step.kind) if is_counted else complained.get(line.sku, 0)
        total, most = before + step.quantity, most_units(line.quantity)
        if total > most:
            return _refused(index, "over_quantity", f"that makes {total} units, {most} at most")
        if is_counted:
            setattr(line, step.kind, total)
        elif step.kind == "complained":
            complained[line.sku] = total
    _move_on(run, REACHED.get(step.kind, run.status), lines)
    return RowResult(index=index, status="accepted")


def most_units(quantity: int) -> int:
    """Return how many units of a line may be reported at most."""
    return max(quantity + OVER_UNITS, math.floor(quantity * (1 + OVER_SHARE)))


def still_expected(run: Run, line: RunLine) -> int:
    """Return the good units of a line that are still to come.

    As many as are expected of the order, at most what is left after the rejects, less receipts.
    """
    return max(0, _good(run, line) - line.received)


def _good(run: Run, line: RunLine) -> int:
    return min(good_units(line.quantity, run.expected_good_share), line.quantity - line.rejected)


def _is_there(run: Run, line: RunLine) -> bool:
    """Say whether a line has come, but for what a run may lack."""
    return still_expected(run, line) <= UNDER_SHARE * _good(run, line)


def _move_on(run: Run, reached: str, lines: dict[str, RunLine]) -> None:
    came = any(line.received for line in lines.values())
    if came and reached != "closed" and all(_is_there(run, line) for line in lines.values()):
        reached = "received"
    run.status = max(run.status, reached, key=STATUSES.index)


def _refused(index: int, code: str, message: str) -> RowResult:
    return RowResult(index=index, status="rejected", code=code, message=message)


def _store(session: Session, run: Run, taken: Sequence[Step], posted_by: str) -> None:
    rows = [
        {
            "run_id": run.id,
            "event_id": step.event_id,
            "kind": step.kind,
            "sku": step.sku,
            "quantity": step.quantity,
            "occurred_at": step.occurred_at,
            "posted_by": posted_by,
        }
        for step in taken
    ]
    session.execute(insert(RunEvent), rows)
    session.flush()


def _settle_material(session: Session, run: Run, taken: Sequence[Step], at: datetime) -> None:
    """Count the material as cut from the first sign of work on; free it where none was done."""
    begun = [step.occurred_at for step in taken if step.kind in BEGUN]
    if begun:
        cut_material(session, run.id, style_id=run.style_id, cut_at=min(begun), at=at)
    closed = [step.occurred_at for step in taken if step.kind == "closed"]
    if closed:
        free_material(session, run.id, style_id=run.style_id, closed_at=min(closed), at=at)


def _settle_supply(
    session: Session, run: Run, lines: Sequence[RunLine], taken: Sequence[Step]
) -> None:
    """Book what came in, and expect what is left; nothing of a run received or closed."""
    ids = {line.sku: line.sku_id for line in lines}
    for step in taken:
        if step.kind == "received" and step.sku is not None and step.quantity is not None:
            receive(
                session,
                run.brand_id,
                source="run",
                reference=f"{run.id}/{step.event_id}",
                units={ids[step.sku]: step.quantity},
                at=step.occurred_at,
            )
    if run.status in {"received", "closed"}:
        forget(session, run.brand_id, source="run", reference=run.id)
        return
    expect_no_more_than(
        session,
        run.brand_id,
        source="run",
        reference=run.id,
        units={line.sku_id: still_expected(run, line) for line in lines},
    )
