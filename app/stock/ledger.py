"""The supply ledger: what is still expected of a source, and what came in.

Sources: `inbound` (ordered outside the service), `run` (accepted), `counter` (countered and
waiting for the brand). Whoever writes here tells `styles_changed(..., supply=True)`.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Literal

from sqlalchemy import delete, not_
from sqlalchemy.orm import Session

from app.database.upsert import insert_new, one_of, upsert
from app.stock.tables import Receipt, Supply

Source = Literal["inbound", "run", "counter"]
KEY = ("brand_id", "source", "reference", "sku_id")


def expect(
    session: Session,
    brand_id: int,
    *,
    source: Source,
    reference: str,
    due_date: date,
    units: Mapping[int, int],
) -> None:
    """Expect these good units of each SKU on a day, instead of what the reference had expected.

    SKUs that are left out, or given as zero, are no longer expected.
    """
    rows = [
        {
            "brand_id": brand_id,
            "sku_id": sku_id,
            "source": source,
            "reference": reference,
            "quantity": quantity,
            "due_date": due_date,
        }
        for sku_id, quantity in units.items()
        if quantity > 0
    ]
    session.execute(
        delete(Supply).where(
            Supply.brand_id == brand_id,
            Supply.source == source,
            Supply.reference == reference,
            not_(one_of(session, Supply.sku_id, [row["sku_id"] for row in rows])),
        ),
        execution_options={"synchronize_session": False},
    )
    upsert(session, Supply, rows, key=KEY)


def forget(session: Session, brand_id: int, *, source: Source, reference: str) -> None:
    """Expect nothing more of the reference; what came in stays."""
    session.execute(
        delete(Supply).where(
            Supply.brand_id == brand_id,
            Supply.source == source,
            Supply.reference == reference,
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
