"""Take in reported levels."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy.orm import Session

from app.catalog.queries import skus_by_code
from app.catalog.signals import styles_changed
from app.database.upsert import upsert
from app.errors import FieldError, Invalid
from app.parties.refs import BrandRef
from app.stock.queries import reported
from app.stock.tables import StockLevel

AHEAD_AT_MOST = timedelta(days=1)
ERRORS_NAMED = 20

Verdict = Literal["accepted", "duplicate", "unknown_sku"]


@dataclass(frozen=True, slots=True)
class ReportedLevel:
    """Units of a SKU on hand, counting everything up to and including `as_of`."""

    sku: str
    on_hand: int
    as_of: datetime


def store_levels(
    session: Session, brand: BrandRef, levels: Sequence[ReportedLevel], *, at: datetime
) -> tuple[Verdict, ...]:
    """Store the levels and mark the styles that changed due; say what became of each.

    Of several for one SKU and time the last one wins, here and against what is stored. A level
    that says what was known already is a duplicate.

    Raises:
        Invalid: If a level lies more than a day ahead of `at`; nothing is stored then.
    """
    _refuse_future(levels, at)
    skus = skus_by_code(session, brand.id, list({level.sku for level in levels}))
    known = reported(
        session, [sku.id for sku in skus.values()], list({level.as_of for level in levels})
    )
    verdicts: list[Verdict] = []
    changed: dict[tuple[int, datetime], int] = {}
    for level in levels:
        sku = skus.get(level.sku)
        if sku is None:
            verdicts.append("unknown_sku")
            continue
        key = (sku.id, level.as_of)
        if known.get(key) == level.on_hand:
            verdicts.append("duplicate")
            continue
        known[key] = changed[key] = level.on_hand
        verdicts.append("accepted")
    rows = [
        {"sku_id": sku_id, "as_of": as_of, "on_hand": on_hand}
        for (sku_id, as_of), on_hand in changed.items()
    ]
    upsert(session, StockLevel, rows, key=("sku_id", "as_of"))
    touched = {sku_id for sku_id, _ in changed}
    styles = {sku.style_id for sku in skus.values() if sku.id in touched}
    if styles:
        styles_changed(session, brand.id, styles, at=at)
    return tuple(verdicts)


def _refuse_future(levels: Sequence[ReportedLevel], at: datetime) -> None:
    latest = at + AHEAD_AT_MOST
    ahead = [index for index, level in enumerate(levels) if level.as_of > latest]
    if ahead:
        raise Invalid(
            "a level lies more than a day ahead of the clock",
            errors=[
                FieldError(f"/levels/{index}/as_of", "in_future", "is more than a day ahead")
                for index in ahead[:ERRORS_NAMED]
            ],
        )
