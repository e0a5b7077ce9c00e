"""Take in what a factory has of a material, and for whom it keeps some of it.

Whatever changes here makes the styles due that are made of the material. Locks are taken in the
order of every writer: due work first, then the material.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.catalog.queries import styles_made_of
from app.catalog.signals import styles_changed
from app.clock.time import local_day
from app.database.upsert import upsert
from app.errors import Conflict, FieldError, Invalid, NotFound
from app.parties.refs import FactoryRef
from app.sourcing.material_queries import brands_listing, left_of, locked_material
from app.sourcing.queries import brand_open_to
from app.sourcing.tables import Material, MaterialReservation

AHEAD_AT_MOST = timedelta(days=1)
ERRORS_NAMED = 20


@dataclass(frozen=True, slots=True)
class Arrival:
    """More of a material, expected on a day."""

    quantity: Decimal
    due_date: date


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterialDraft:
    """A material as its factory reports it; quantities in `unit`, with at most four decimals.

    Attributes:
        as_of: The report counts everything up to and including it; None: now.
        returns: It can be had again after it is used up.
        replenishment_lead_time_days: Days from ordering it to having it.
        minimum_buy: The least that the factory can buy of it.
        scrap_value: What a unit of it left at `season_end` fetches.
    """

    code: str
    name: str
    unit: str
    on_hand: Decimal
    as_of: datetime | None = None
    arriving: Sequence[Arrival] = ()
    returns: bool = True
    replenishment_lead_time_days: float | None = None
    minimum_buy: Decimal | None = None
    currency: str | None = None
    unit_cost: Decimal | None = None
    scrap_value: Decimal | None = None
    season_end: date | None = None


def put_material(
    session: Session, factory: FactoryRef, draft: MaterialDraft, *, at: datetime
) -> bool:
    """Store a report in place of what was said before; say whether the material is new.

    Reservations stay: they are stated on their own.

    Raises:
        Invalid: If it was counted more than a day ahead of `at`, or something was due before.
    """
    as_of = draft.as_of or at
    _refuse_impossible(factory, draft, as_of, at)
    mark_users_due(session, factory.id, [draft.code], at=at)
    created = locked_material(session, factory.id, draft.code) is None
    row = {name: getattr(draft, name) for name in _COLUMNS} | {
        "factory_id": factory.id,
        "as_of": as_of,
        "arriving": [
            {"quantity": f"{one.quantity:f}", "due_date": one.due_date.isoformat()}
            for one in sorted(draft.arriving, key=lambda one: one.due_date)
        ],
        "updated_at": at,
    }
    upsert(session, Material, [row], key=("factory_id", "code"))
    return created


def remove_material(session: Session, factory: FactoryRef, code: str, *, at: datetime) -> None:
    """Forget a material and its reservations: it limits nothing any more.

    What accepted runs take of it is remembered, in case that it is reported again.

    Raises:
        NotFound: If the factory reports no such material.
    """
    mark_users_due(session, factory.id, [code], at=at)
    material = _own(session, factory, code)
    _forget(session, material)
    session.execute(delete(Material).where(Material.id == material.id))


def reserve(
    session: Session,
    factory: FactoryRef,
    code: str,
    brand: str,
    *,
    quantity: Decimal,
    until: date,
    as_of: datetime | None,
    reserved_by: str,
    at: datetime,
) -> bool:
    """Keep some of a material for a brand up to a day; say whether it had none before.

    Raises:
        NotFound: If there is no such material or brand, or the brand does not list the factory.
        Invalid: If the day is over, or it was counted more than a day ahead of `at`.
        Conflict: If so much is not there by then, or is somebody else's (`over_reserved`).
    """
    counted, today = as_of or at, local_day(at, factory.timezone)
    errors = _ahead(counted, at)
    if until < today:
        errors.append(FieldError("/until", "in_past", "must not lie in the past"))
    if errors:
        raise Invalid("the reservation is not valid", errors=errors)
    brand_id = _brand_id(session, factory, brand)
    mark_users_due(session, factory.id, [code], at=at)
    material = _own(session, factory, code)
    [known] = left_of(session, [material])
    if quantity > known.reservable(brand_id, day=today, until=until):
        raise Conflict("so much of it is not there, or is not free", code="over_reserved")
    row = {
        "material_id": material.id,
        "brand_id": brand_id,
        "quantity": quantity,
        "until": until,
        "as_of": counted,
        "reserved_by": reserved_by,
        "updated_at": at,
    }
    upsert(session, MaterialReservation, [row], key=("material_id", "brand_id"))
    return all(kept.brand_id != brand_id for kept in known.kept)


def unreserve(session: Session, factory: FactoryRef, code: str, brand: str, *, at: datetime) -> int:
    """Keep nothing of a material for a brand any more; return the brand's id.

    Raises:
        NotFound: If nothing was kept for it, or it does not list the factory.
    """
    brand_id = _brand_id(session, factory, brand)
    mark_users_due(session, factory.id, [code], at=at)
    material = _own(session, factory, code)
    if not _forget(session, material, brand_id=brand_id):
        raise NotFound("there is no such reservation")
    return brand_id


def mark_users_due(
    session: Session, factory_id: int, codes: Sequence[str], *, at: datetime
) -> None:
    """Make the styles due that are made of these materials, of every brand that takes offers.

    All in one order, by brand and id: writers about the same material wait for each other.
    """
    if not codes:
        return
    touched = styles_made_of(session, brands_listing(session, factory_id), codes)
    for brand_id in sorted(touched):
        styles_changed(session, brand_id, touched[brand_id], at=at)


_COLUMNS = [one.name for one in fields(MaterialDraft) if one.name not in {"as_of", "arriving"}]


def _refuse_impossible(
    factory: FactoryRef, draft: MaterialDraft, as_of: datetime, at: datetime
) -> None:
    counted = local_day(as_of, factory.timezone)
    errors = _ahead(as_of, at) + [
        FieldError(f"/arriving/{index}/due_date", "in_past", "must not lie before as_of")
        for index, one in enumerate(draft.arriving)
        if one.due_date < counted
    ]
    if errors:
        raise Invalid("the report is not valid", errors=errors[:ERRORS_NAMED])


def _ahead(as_of: datetime, at: datetime) -> list[FieldError]:
    if as_of <= at + AHEAD_AT_MOST:
        return []
    return [FieldError("/as_of", "in_future", "is more than a day ahead")]


def _own(session: Session, factory: FactoryRef, code: str) -> Material:
    material = locked_material(session, factory.id, code)
    if material is None:
        raise NotFound("there is no such material")
    return material


def _brand_id(session: Session, factory: FactoryRef, code: str) -> int:
    brand = brand_open_to(session, factory.id, code)
    if brand is None:
        raise NotFound("there is no such brand")
    return brand.id


def _forget(session: Session, material: Material, *, brand_id: int | None = None) -> bool:
    statement = delete(MaterialReservation).where(MaterialReservation.material_id == material.id)
    if brand_id is not None:
        statement = statement.where(MaterialReservation.brand_id == brand_id)
    gone = session.scalars(statement.returning(MaterialReservation.brand_id)).all()
    return bool(gone)
