"""Write down a brand or a factory; what others rely on cannot change under them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from app.database.upsert import insert_new
from app.errors import Conflict, FieldError, Invalid
from app.parties.queries import factory_ids
from app.parties.tables import Brand, BrandFactory, Factory

Used = Callable[[Session, int], bool]


@dataclass(frozen=True)
class BrandUses:
    """What later rooms say about a brand: `main` hands it in, since this room cannot ask them."""

    has_styles: Used
    has_events: Used


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

    Raises:
        Invalid: If a listed factory does not exist.
        Conflict: If the currency changes though it has styles, or the time zone though it
            has events: amounts and days already stored would silently mean something else.
    """
    listed = _factory_ids(session, factories)
    row = {"code": code, **values, "created_at": at}
    is_new = bool(insert_new(session, Brand, [row], key=("code",)))
    brand = session.scalars(select(Brand).where(Brand.code == code).with_for_update()).one()
    if not is_new:
        _refuse_what_is_fixed(session, brand, values, uses)
        session.execute(update(Brand).where(Brand.id == brand.id).values(**values))
    session.execute(delete(BrandFactory).where(BrandFactory.brand_id == brand.id))
    if listed:
        session.execute(
            insert(BrandFactory),
            [{"brand_id": brand.id, "factory_id": factory_id} for factory_id in listed],
        )
    return is_new


def store_factory(session: Session, code: str, values: Mapping[str, Any], *, at: datetime) -> bool:
    """Store a factory as given; say whether it is new."""
    row = {"code": code, **values, "created_at": at}
    if insert_new(session, Factory, [row], key=("code",)):
        return True
    session.execute(update(Factory).where(Factory.code == code).values(**values))
    return False


def _refuse_what_is_fixed(
    session: Session, brand: Brand, values: Mapping[str, Any], uses: BrandUses
) -> None:
    if values["currency"] != brand.currency and uses.has_styles(session, brand.id):
        raise Conflict(
            "the currency of a brand that has styles cannot change", code="currency_fixed"
        )
    if values["timezone"] != brand.timezone and uses.has_events(session, brand.id):
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
