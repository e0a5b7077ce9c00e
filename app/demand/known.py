"""Take in demand that a brand knows of: hiring cycles, pre-orders, contracts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.catalog.queries import lock_styles_of, skus_by_code
from app.catalog.signals import styles_changed
from app.database.upsert import one_of, upsert
from app.demand.known_queries import known_under
from app.demand.tables import KnownDemand
from app.parties.refs import BrandRef

Verdict = Literal["accepted", "duplicate", "unknown_sku"]
Key = tuple[str, int]
"""A reference and a SKU: what one line of a contract is known by."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """Units wanted by a day, and how likely; 0 units are nothing."""

    quantity: int
    due_date: date | None = None
    probability: float = 0.0


@dataclass(frozen=True, slots=True)
class KnownItem:
    """A line of a contract, a pre-order or a hiring cycle."""

    reference: str
    sku: str
    expectation: Expectation


NOTHING = Expectation(0)


def store_known_demand(
    session: Session, brand: BrandRef, items: Sequence[KnownItem], *, at: datetime
) -> tuple[Verdict, ...]:
    """Let each item stand as given and mark the styles that changed due; say what became of each.

    Of several for one reference and SKU the last one wins, here and against what is stored.
    """
    skus = skus_by_code(session, brand.id, list({item.sku for item in items}))
    lock_styles_of(session, skus.values())
    before = {
        (row.reference, row.sku_id): Expectation(row.quantity, row.due_date, row.probability)
        for row in known_under(session, brand.id, list({item.reference for item in items}))
    }
    after = dict(before)
    verdicts: list[Verdict] = []
    for item in items:
        sku = skus.get(item.sku)
        if sku is None:
            verdicts.append("unknown_sku")
            continue
        key = (item.reference, sku.id)
        wanted = item.expectation if item.expectation.quantity else NOTHING
        verdicts.append("duplicate" if after.get(key, NOTHING) == wanted else "accepted")
        after[key] = wanted
    changed = {key: now for key, now in after.items() if now != before.get(key, NOTHING)}
    _write(session, brand.id, changed)
    touched = {sku_id for _, sku_id in changed}
    styles = {sku.style_id for sku in skus.values() if sku.id in touched}
    if styles:
        styles_changed(session, brand.id, styles, at=at)
    return tuple(verdicts)


def _write(session: Session, brand_id: int, changed: Mapping[Key, Expectation]) -> None:
    removed = {key for key, now in changed.items() if not now.quantity}
    stored = known_under(session, brand_id, sorted({reference for reference, _ in removed}))
    gone = [row.id for row in stored if (row.reference, row.sku_id) in removed]
    session.execute(
        delete(KnownDemand).where(one_of(session, KnownDemand.id, gone)),
        execution_options={"synchronize_session": False},
    )
    rows = [
        {
            "brand_id": brand_id,
            "reference": reference,
            "sku_id": sku_id,
            "quantity": now.quantity,
            "due_date": now.due_date,
            "probability": now.probability,
        }
        for (reference, sku_id), now in changed.items()
        if now.quantity
    ]
    upsert(session, KnownDemand, rows, key=("brand_id", "reference", "sku_id"))
