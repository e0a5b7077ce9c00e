"""Every SELECT about materials."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, tuple_
from sqlalchemy.orm import Session

from app.catalog.queries import materials_used
from app.catalog.tables import Style
from app.database.upsert import one_of
from app.parties.tables import Brand, BrandFactory, Factory
from app.sourcing.availability import Availability, availability
from app.sourcing.queries import Offered, offers_for
from app.sourcing.tables import Material, MaterialReservation, MaterialUse
from app.sourcing.ways import ways_of


@dataclass(frozen=True, slots=True)
class Reported:
    """A material with the code and the calendar of its factory, and the brands it is kept for."""

    known: Availability
    factory: str
    timezone: str
    brands: Mapping[int, str]


def offers_by_style(
    session: Session, brand_id: int, styles: Iterable[str], *, day: date
) -> dict[str, list[Offered]]:
    """Return for each style code the ways in which offers can be had, as `offers_for` orders them.

    An empty list where there is none.
    """
    offers = offers_for(session, brand_id, day=day)
    codes = list(styles)
    made_of = _materials_of(session, brand_id, codes)
    factories = sorted({offered.offer.factory_id for offered in offers})
    named = sorted({use["material"] for materials in made_of.values() for use in materials})
    known = availabilities(session, factories, named) if factories and named else {}
    return {
        style: [
            way
            for offered in offers
            if offered.covers(style)
            for way in ways_of(
                offered,
                made_of.get(style, ()),
                known.get(offered.offer.factory_id, {}),
                day=day,
            )
        ]
        for style in codes
    }


def availabilities(
    session: Session, factory_ids: Sequence[int], codes: Sequence[str]
) -> dict[int, dict[str, Availability]]:
    """Return what is left of those materials at each factory that reports them, by their codes."""
    query = select(Material).where(
        one_of(session, Material.factory_id, factory_ids), one_of(session, Material.code, codes)
    )
    materials = session.scalars(query.execution_options(populate_existing=True)).all()
    found: dict[int, dict[str, Availability]] = {}
    for known in left_of(session, materials):
        found.setdefault(known.material.factory_id, {})[known.material.code] = known
    return found


def left_of(session: Session, materials: Sequence[Material]) -> list[Availability]:
    """Return what is left of each of these materials, in their order."""
    if not materials:
        return []
    reservations: defaultdict[int, list[MaterialReservation]] = defaultdict(list)
    query = (
        select(MaterialReservation)
        .join(Material, Material.id == MaterialReservation.material_id)
        .join(
            BrandFactory,
            (BrandFactory.brand_id == MaterialReservation.brand_id)
            & (BrandFactory.factory_id == Material.factory_id),
        )
        .where(one_of(session, MaterialReservation.material_id, [one.id for one in materials]))
        .order_by(MaterialReservation.brand_id)
        .execution_options(populate_existing=True)
    )
    for reservation in session.scalars(query):
        reservations[reservation.material_id].append(reservation)
    uses = _uses(session, materials)
    return [
        availability(one, reservations[one.id], uses[one.factory_id, one.code]) for one in materials
    ]


def materials_page(
    session: Session,
    *,
    brand_id: int | None,
    factory_id: int | None,
    after: tuple[str, str] | None,
    limit: int,
) -> list[Reported]:
    """Return up to `limit` materials by factory and code, those that follow the pair `after`.

    They are the factory's, or those that a brand may see: of factories it lists, reserved for it
    or named by a style of its own.
    """
    query = _visible(session, brand_id, factory_id)
    query = query.order_by(Factory.code, Material.code).limit(limit)
    if after is not None:
        query = query.where(tuple_(Factory.code, Material.code) > after)
    return _reported(session, query)


def materials_named(
    session: Session, code: str, *, brand_id: int | None, factory_id: int | None
) -> list[Reported]:
    """Return the visible materials of that code; several factories may each have one."""
    query = _visible(session, brand_id, factory_id).where(Material.code == code)
    return _reported(session, query.order_by(Factory.code).limit(2))


def locked_material(session: Session, factory_id: int, code: str) -> Material | None:
    """Return the factory's material of that code, and let nobody else change it until the end."""
    query = select(Material).where(Material.factory_id == factory_id, Material.code == code)
    fresh = query.with_for_update().execution_options(populate_existing=True)
    return session.scalars(fresh).one_or_none()


def brands_listing(session: Session, factory_id: int) -> list[int]:
    """Return the ids of the brands that list a factory, in order."""
    query = select(BrandFactory.brand_id).where(BrandFactory.factory_id == factory_id)
    return list(session.scalars(query.order_by(BrandFactory.brand_id)))


def reported_codes(session: Session, factory_id: int, codes: Sequence[str]) -> list[str]:
    """Return those of the codes that the factory reports, in order."""
    query = select(Material.code).where(
        Material.factory_id == factory_id, one_of(session, Material.code, codes)
    )
    return sorted(session.scalars(query))


def _uses(
    session: Session, materials: Sequence[Material]
) -> defaultdict[tuple[int, str], list[MaterialUse]]:
    """Return the runs that may not have been cut when each material or reservation was counted."""
    counted = (
        select(func.min(MaterialReservation.as_of))
        .where(MaterialReservation.material_id == Material.id)
        .correlate(Material)
        .scalar_subquery()
    )
    query = (
        select(MaterialUse)
        .join(
            Material,
            (Material.factory_id == MaterialUse.factory_id)
            & (Material.code == MaterialUse.material),
        )
        .where(
            one_of(session, Material.id, [one.id for one in materials]),
            or_(MaterialUse.cut_at > Material.as_of, MaterialUse.cut_at > counted),
        )
        .order_by(MaterialUse.run)
        .execution_options(populate_existing=True)
    )
    found: defaultdict[tuple[int, str], list[MaterialUse]] = defaultdict(list)
    for use in session.scalars(query):
        found[use.factory_id, use.material].append(use)
    return found


def _materials_of(
    session: Session, brand_id: int, styles: Sequence[str]
) -> dict[str, list[dict[str, Any]]]:
    query = select(Style.code, Style.materials).where(
        Style.brand_id == brand_id, one_of(session, Style.code, styles)
    )
    return {code: materials for code, materials in session.execute(query) if materials}


def _visible(
    session: Session, brand_id: int | None, factory_id: int | None
) -> Select[Material, str, str]:
    query = (
        select(Material, Factory.code, Factory.timezone)
        .join(Factory, Factory.id == Material.factory_id)
        .execution_options(populate_existing=True)
    )
    if factory_id is not None:
        query = query.where(Material.factory_id == factory_id)
    return query if brand_id is None else query.where(_shown_to(session, brand_id))


def _shown_to(session: Session, brand_id: int) -> ColumnElement[bool]:
    listed = exists().where(
        BrandFactory.brand_id == brand_id, BrandFactory.factory_id == Material.factory_id
    )
    kept = exists().where(
        MaterialReservation.material_id == Material.id, MaterialReservation.brand_id == brand_id
    )
    used = one_of(session, Material.code, materials_used(session, brand_id))
    return and_(listed, or_(kept, used))


def _reported(session: Session, query: Select[Material, str, str]) -> list[Reported]:
    rows = session.execute(query).all()
    known = left_of(session, [row[0] for row in rows])
    ids = sorted({kept.brand_id for one in known for kept in one.kept})
    brands = select(Brand.id, Brand.code).where(one_of(session, Brand.id, ids))
    codes = {row.id: row.code for row in session.execute(brands)}
    return [
        Reported(one, row[1], row[2], {kept.brand_id: codes[kept.brand_id] for kept in one.kept})
        for row, one in zip(rows, known, strict=True)
    ]
