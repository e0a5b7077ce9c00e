"""The map from a platform's items to a brand's SKUs, one a channel."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.catalog.queries import SkuRef, skus_by_code
from app.connectors.item_queries import sku_map
from app.connectors.tables import MappedItem
from app.database.inserting import insert_new
from app.database.upsert import upsert
from app.errors import FieldError, Invalid

ERRORS_NAMED = 20
KEY = ("brand_id", "channel", "item")


def put_sku_map(
    session: Session, brand_id: int, channel: str, items: Sequence[tuple[str, str | None]]
) -> bool:
    """Let the map of a channel be these items and their SKUs; say whether it is the first one.

    Raises:
        Invalid: If an item comes twice or a SKU is none of the brand's; nothing is stored then.
    """
    codes = sorted({sku for _, sku in items if sku is not None})
    skus = skus_by_code(session, brand_id, codes)
    _refuse(items, skus.keys())
    is_new = not sku_map(session, brand_id, channel)
    session.execute(
        delete(MappedItem).where(MappedItem.brand_id == brand_id, MappedItem.channel == channel),
        execution_options={"synchronize_session": False},
    )
    rows = [_row(brand_id, channel, item, sku, skus) for item, sku in items]
    insert_new(session, MappedItem, rows, key=KEY)
    return is_new


def map_item(session: Session, brand_id: int, channel: str, item: str, sku: str | None) -> None:
    """Say of one item of a channel which SKU it is, or that it is none; the others stay.

    Raises:
        Invalid: If the SKU is none of the brand's.
    """
    skus = skus_by_code(session, brand_id, [] if sku is None else [sku])
    _refuse([(item, sku)], skus.keys())
    upsert(session, MappedItem, [_row(brand_id, channel, item, sku, skus)], key=KEY)


def _row(
    brand_id: int, channel: str, item: str, sku: str | None, skus: Mapping[str, SkuRef]
) -> dict[str, Any]:
    return {
        "brand_id": brand_id,
        "channel": channel,
        "item": item,
        "sku_id": None if sku is None else skus[sku].id,
    }


def _refuse(items: Sequence[tuple[str, str | None]], known: Collection[str]) -> None:
    seen: set[str] = set()
    errors = []
    for index, (item, sku) in enumerate(items):
        if item in seen:
            errors.append(FieldError(f"/items/{index}/item", "repeated", "is in the map twice"))
        elif sku is not None and sku not in known:
            said = "the brand has no such SKU"
            errors.append(FieldError(f"/items/{index}/sku", "unknown_sku", said))
        seen.add(item)
    if errors:
        raise Invalid("the SKU map is not valid", errors=errors[:ERRORS_NAMED])
