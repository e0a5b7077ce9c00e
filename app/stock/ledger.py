"""The supply ledger: what is still expected of a source, and what came in.

Sources: `inbound` (ordered outside the service), `run` (accepted), `counter` (countered and
waiting for the brand). Whoever writes here tells `styles_changed(..., supply=True)`.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Literal

from sqlalchemy import ColumnElement, delete, false, not_, or_, select
from sqlalchemy.orm import Session

from app.database.inserting import insert_new
from app.database.upsert import one_of, upsert
from app.stock.tables import Receipt, Supply

Source = Literal["inbound", "run", "counter"]
PART = "/"
"""Stands between a reference and the number of a part of it; ids of ours hold none."""

MOST_PARTS = 52
"""On so many days what a reference expects may come: one a week for a year."""

KEY = ("brand_id", "source", "reference", "sku_id")


def expect(
    session: Session,
    brand_id: int,
    *,
    source: Source,
    reference: str,
    due: Mapping[date, Mapping[int, int]],
) -> None:
    """Expect these good units of each SKU on each day, instead of what the reference had expected.

    SKUs that are left out, or given as zero, are no longer expected.
    """
    parts = [(day, _positive(units)) for day, units in sorted(due.items())]
    rows = [
        {
            "brand_id": brand_id,
            "sku_id": sku_id,
            "source": source,
            "reference": _part(reference, number),
            "quantity": quantity,
            "due_date": day,
        }
        for number, (day, units) in enumerate(parts)
        for sku_id, quantity in units.items()
    ]
    kept = [
        (Supply.reference == _part(reference, number)) & one_of(session, Supply.sku_id, [*units])
        for number, (_, units) in enumerate(parts)
        if units
    ]
    session.execute(
        delete(Supply).where(
            Supply.brand_id == brand_id,
            Supply.source == source,
            _of(session, reference),
            not_(or_(false(), *kept)),
        ),
        execution_options={"synchronize_session": False},
    )
    upsert(session, Supply, rows, key=KEY)


def expect_no_more_than(
    session: Session,
    brand_id: int,
    *,
    source: Source,
    reference: str,
    units: Mapping[int, int],
) -> None:
    """Expect so many units of each SKU at most, on the latest of the days that they were due.

    What came, or never will, is taken to be of the earliest. The caller lets nobody else write
    what this reference expects.
    """
    query = (
        select(Supply.sku_id, Supply.due_date, Supply.quantity)
        .where(Supply.brand_id == brand_id, Supply.source == source, _of(session, reference))
        .order_by(Supply.due_date.desc())
    )
    rest = dict(units)
    due: dict[date, dict[int, int]] = {}
    for sku_id, day, quantity in session.execute(query):
        left = min(quantity, rest.get(sku_id, 0))
        due.setdefault(day, {})[sku_id] = left
        rest[sku_id] = rest.get(sku_id, 0) - left
    expect(session, brand_id, source=source, reference=reference, due=due)


def _positive(units: Mapping[int, int]) -> dict[int, int]:
    return {sku_id: quantity for sku_id, quantity in units.items() if quantity > 0}


def _part(reference: str, number: int) -> str:
    """Return under which reference what comes on one of several days is kept."""
    return f"{reference}{PART}{number + 1}" if number else reference


def _of(session: Session, reference: str) -> ColumnElement[bool]:
    """Return the condition that a row is of a reference, on whatever day."""
    every = [_part(reference, number) for number in range(MOST_PARTS)]
    return one_of(session, Supply.reference, every)


def forget(session: Session, brand_id: int, *, source: Source, reference: str) -> None:
    """Expect nothing more of the reference; what came in stays."""
    session.execute(
        delete(Supply).where(
            Supply.brand_id == brand_id, Supply.source == source, _of(session, reference)
        ),
        execution_options={"synchronize_session": False},
    )


def receive(
    session: Session,
    brand_id: int,
    *,
    source: Source,
    reference: str,
    units: Mapping[int, int],
    at: datetime,
) -> None:
    """Book good units of each SKU as come in at an instant; a reference is booked only once.

    What is still expected does not change: the caller states it anew with `expect`.
    """
    rows = [
        {
            "brand_id": brand_id,
            "sku_id": sku_id,
            "source": source,
            "reference": reference,
            "quantity": quantity,
            "at": at,
        }
        for sku_id, quantity in units.items()
        if quantity > 0
    ]
    insert_new(session, Receipt, rows, key=KEY)
