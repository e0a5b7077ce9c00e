"""Take in supply ordered outside the service: expected on a day, received, or called off."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.catalog.queries import lock_styles_of, skus_by_code
from app.catalog.signals import styles_changed
from app.clock.time import start_of_day
from app.database.upsert import one_of, upsert
from app.errors import FieldError, Invalid
from app.parties.refs import BrandRef
from app.stock.ledger import KEY
from app.stock.queries import inbound_of
from app.stock.tables import Receipt, Supply

AHEAD_AT_MOST = timedelta(days=1)
ERRORS_NAMED = 20

Verdict = Literal["accepted", "duplicate", "unknown_sku"]
Item = tuple[str, int]
"""A reference and a SKU: what one delivery note line is known by."""


@dataclass(frozen=True, slots=True)
class InboundItem:
    """Good units of a SKU on their way, or come in on a day; 0 units call it off."""

    reference: str
    sku: str
    quantity: int
    due_date: date
    received_on: date | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """How an item stands: units expected on a day, or received at an instant; 0 is nothing."""

    quantity: int
    due_date: date | None = None
    received_at: datetime | None = None


NOTHING = Standing(0)


def store_inbound(
    session: Session, brand: BrandRef, items: Sequence[InboundItem], *, at: datetime
) -> tuple[Verdict, ...]:
    """Let each item stand as given and mark the styles that changed due; say what became of each.

    Of several for one reference and SKU the last one wins, here and against what is stored.

    Raises:
        Invalid: If an item was received more than a day ahead of `at`; nothing is stored then.
    """
    wanted = [_standing(item, brand.timezone) for item in items]
    _refuse_future(wanted, at)
    skus = skus_by_code(session, brand.id, list({item.sku for item in items}))
    # An item is expected or received, not both: writers about one style wait for each other.
    lock_styles_of(session, skus.values())
    before = _stored(session, brand.id, list({item.reference for item in items}))
    after = dict(before)
    verdicts: list[Verdict] = []
    for item, standing in zip(items, wanted, strict=True):
        sku = skus.get(item.sku)
        if sku is None:
            verdicts.append("unknown_sku")
            continue
        key = (item.reference, sku.id)
        verdicts.append("duplicate" if after.get(key, NOTHING) == standing else "accepted")
        after[key] = standing
    changed = {key: now for key, now in after.items() if now != before.get(key, NOTHING)}
    _write(session, brand.id, changed)
    touched = {sku_id for _, sku_id in changed}
    styles = {sku.style_id for sku in skus.values() if sku.id in touched}
    if styles:
        styles_changed(session, brand.id, styles, at=at, supply=True)
    return tuple(verdicts)


def _standing(item: InboundItem, timezone: str) -> Standing:
    if item.quantity == 0:
        return NOTHING
    if item.received_on is None:
        return Standing(item.quantity, due_date=item.due_date)
    return Standing(item.quantity, received_at=start_of_day(item.received_on, timezone))


def _refuse_future(wanted: Sequence[Standing], at: datetime) -> None:
    latest = at + AHEAD_AT_MOST
    ahead = [
        index
        for index, standing in enumerate(wanted)
        if standing.received_at is not None and standing.received_at > latest
    ]
    if ahead:
        raise Invalid(
            "an item was received more than a day ahead of the clock",
            errors=[
                FieldError(f"/items/{index}/received_on", "in_future", "is more than a day ahead")
                for index in ahead[:ERRORS_NAMED]
            ],
        )


def _stored(session: Session, brand_id: int, references: Sequence[str]) -> dict[Item, Standing]:
    expected, received = inbound_of(session, brand_id, references)
    standing = {
        (row.reference, row.sku_id): Standing(row.quantity, due_date=row.due_date)
        for row in expected
    }
    for row in received:
        standing[row.reference, row.sku_id] = Standing(row.quantity, received_at=row.at)
    return standing


def _write(session: Session, brand_id: int, changed: Mapping[Item, Standing]) -> None:
    """Replace each item: gone from both tables, then in the one where it now stands."""
    expected, received = inbound_of(session, brand_id, list({key[0] for key in changed}))
    gone = [row.id for row in expected if (row.reference, row.sku_id) in changed]
    session.execute(delete(Supply).where(one_of(session, Supply.id, gone)))
    gone = [row.id for row in received if (row.reference, row.sku_id) in changed]
    session.execute(delete(Receipt).where(one_of(session, Receipt.id, gone)))
    common = {"brand_id": brand_id, "source": "inbound"}
    rows = [
        {**common, "reference": reference, "sku_id": sku_id, "quantity": now.quantity}
        | ({"due_date": now.due_date} if now.due_date else {"at": now.received_at})
        for (reference, sku_id), now in changed.items()
        if now.quantity
    ]
    upsert(session, Supply, [row for row in rows if "due_date" in row], key=KEY)
    upsert(session, Receipt, [row for row in rows if "at" in row], key=KEY)
