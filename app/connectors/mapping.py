"""The map from a platform's items to a brand's SKUs, one a channel."""

from collections.abc import Collection, Sequence

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.catalog.queries import skus_by_code
from app.connectors.item_queries import sku_map
from app.connectors.tables import MappedItem
from app.database.upsert import insert_new
from app.errors import FieldError, Invalid

ERRORS_NAMED = 20


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
    rows = [
        {
            "brand_id": brand_id,
            "channel": channel,
            "item": item,
            "sku_id": None if sku is None else skus[sku].id,
        }
        for item, sku in items
    ]
    insert_new(session, MappedItem, rows, key=("brand_id", "channel", "item"))
    return is_new


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
