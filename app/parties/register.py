"""Write down a brand or a factory; what others rely on cannot change under them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from app.database.inserting import insert_new
from app.errors import Conflict, FieldError, Invalid
from app.parties.queries import factory_ids, factory_ids_of
from app.parties.tables import Brand, BrandFactory, Factory

Used = Callable[[Session, int], bool]
Changed = Callable[[Session, int, datetime], None]


@dataclass(frozen=True)
class BrandUses:
    """What later rooms say and do about a brand: `main` hands it in, this room cannot ask them.

    Attributes:
        has_styles: Whether it has styles.
        has_events: Whether it has sales events.
        on_change: What follows when its rules or its factories changed.
    """

    has_styles: Used
    has_events: Used
    on_change: Changed


def store_brand(
    session: Session,
    code: str,
    values: Mapping[str, Any],
    factories: Sequence[str],
    *,
    uses: BrandUses,
    at: datetime,
) -> bool:
    """Store a brand as given, its list of factories included; say whether it is new.

    Its styles were decided by the rules that stood before: whoever follows is told of a change.

    Raises:
        Invalid: If a listed factory does not exist.
        Conflict: If the currency changes though it has styles, or the time zone though it
            has events: amounts and days already stored would silently mean something else.
    """
    listed = _factory_ids(session, factories)
    row = {"code": code, **values, "created_at": at}
    is_new = bool(insert_new(session, Brand, [row], key=("code",)))
    # The weaker lock: a worker that publishes for this brand refers to its row, and what follows
    # a change waits for the worker.
    query = select(Brand).where(Brand.code == code).with_for_update(key_share=True)
    brand = session.scalars(query).one()
    if is_new:
        _list_factories(session, brand.id, listed)
        return True
    _refuse_what_is_fixed(session, brand, values, uses)
    stored = {name: getattr(brand, name) for name in values}
    if stored != values or factory_ids_of(session, brand.id) != listed:
        session.execute(update(Brand).where(Brand.id == brand.id).values(**values))
        _list_factories(session, brand.id, listed)
        uses.on_change(session, brand.id, at)
    return False


def store_factory(session: Session, code: str, values: Mapping[str, Any], *, at: datetime) -> bool:
    """Store a factory as given; say whether it is new."""
    row = {"code": code, **values, "created_at": at}
    if insert_new(session, Factory, [row], key=("code",)):
        return True
    session.execute(update(Factory).where(Factory.code == code).values(**values))
    return False


def _list_factories(session: Session, brand_id: int, listed: Sequence[int]) -> None:
    session.execute(delete(BrandFactory).where(BrandFactory.brand_id == brand_id))
    if listed:
        session.execute(
            insert(BrandFactory),
            [{"brand_id": brand_id, "factory_id": factory_id} for factory_id in listed],
        )


def _refuse_what_is_fixed(
    session: Session, brand: Brand, values: Mapping[str, Any], uses: BrandUses
) -> None:
    if values["currency"] != brand.currency and uses.has_styles(session, brand.id):
        raise Conflict(
            "the currency of a brand that has styles cannot change", code="currency_fixed"
        )
    if values["timezone"] == brand.timezone:
        return
    # The stronger lock: no first event comes in by the old time zone meanwhile.
    session.execute(select(Brand.id).where(Brand.id == brand.id).with_for_update())
    if uses.has_events(session, brand.id):
        raise Conflict(
            "the time zone of a brand that has events cannot change", code="timezone_fixed"
        )


def _factory_ids(session: Session, codes: Sequence[str]) -> list[int]:
    known = factory_ids(session, codes)
    unknown = [
        FieldError(f"/factories/{index}", "unknown_factory", "there is no such factory")
        for index, code in enumerate(codes)
        if code not in known
    ]
    if unknown:
        raise Invalid("a listed factory does not exist", code="unknown_factory", errors=unknown)
    return sorted({known[code] for code in codes})
