"""Every SELECT of the catalog."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, bindparam, cast, false, or_, select
from sqlalchemy.orm import Session

from app.catalog.tables import Sku, Style
from app.database.upsert import among, as_list, is_sqlite, one_of, table_of
from app.parties.tables import Brand


@dataclass(frozen=True, slots=True)
class SkuRef:
    """A SKU as other rooms need it."""

    id: int
    style_id: int
    code: str
    colorway: str
    size: str
    active: bool


_REF = (Sku.id, Sku.style_id, Sku.code, Sku.colorway, Sku.size, Sku.active)


def skus_by_code(session: Session, brand_id: int, codes: Sequence[str]) -> dict[str, SkuRef]:
    """Return the brand's SKUs of those codes, inactive ones too; unknown codes are left out."""
    given = {"brand_id": brand_id, "codes": as_list(session, codes, table_of(Sku).c.code.type)}
    rows = session.connection().execute(_skus_by_code(is_sqlite(session)), given)
    return {ref.code: ref for ref in (SkuRef(*row) for row in rows)}


def skus_and_timezone(
    session: Session, brand_id: int, codes: Sequence[str]
) -> tuple[dict[str, SkuRef], str | None]:
    """Return what `skus_by_code` does, and the brand's time zone; None where there are no SKUs.

    The zone is the one that stands now: what was remembered of the brand may be half a second old.
    """
    on_sqlite = is_sqlite(session)
    given = {"brand_id": brand_id, "codes": as_list(session, codes, table_of(Sku).c.code.type)}
    rows = session.connection().execute(_skus_and_timezone(on_sqlite), given).all()
    return {ref.code: ref for ref in (SkuRef(*row[:-1]) for row in rows)}, (
        rows[0].timezone if rows else None
    )


@cache
def _skus_and_timezone(on_sqlite: bool) -> Select[Any]:
    """Ask for both at once: that takes no longer than to ask for the SKUs alone."""
    brands = table_of(Brand).c
    own = select(brands.timezone).where(brands.id == bindparam("brand_id")).scalar_subquery()
    return _skus_by_code(on_sqlite).add_columns(own.label("timezone"))


@cache
def _skus_by_code(on_sqlite: bool) -> Select[Any]:
    """Make the question once: every call with sales asks it."""
    columns = table_of(Sku).c
    return select(*(columns[name] for name in SkuRef.__dataclass_fields__)).where(
        columns.brand_id == bindparam("brand_id"),
        among(columns.code, "codes", on_sqlite=on_sqlite),
    )


def skus_of_styles(
    session: Session, style_ids: Sequence[int], *, active_only: bool = True
) -> list[SkuRef]:
    """Return the SKUs of the styles, ordered by style and then as the brand listed them."""
    query = (
        select(*_REF)
        .where(one_of(session, Sku.style_id, style_ids))
        .order_by(Sku.style_id, Sku.active.desc(), Sku.position, Sku.id)
    )
    if active_only:
        query = query.where(Sku.active.is_(True))
    return [SkuRef(*row) for row in session.execute(query)]


def added_later(session: Session, sku_ids: Sequence[int]) -> dict[int, datetime]:
    """Return when each of these SKUs was added to its style, those that came with it left out."""
    query = select(Sku.id, Sku.added_at).where(
        one_of(session, Sku.id, sku_ids), Sku.added_at.is_not(None)
    )
    return {sku_id: at for sku_id, at in session.execute(query) if at is not None}


def skus_by_style(session: Session, style_ids: Sequence[int]) -> dict[int, list[SkuRef]]:
    """Return the active SKUs of each style as the brand listed them; an empty list for none."""
    found: dict[int, list[SkuRef]] = {style_id: [] for style_id in style_ids}
    for ref in skus_of_styles(session, style_ids):
        found[ref.style_id].append(ref)
    return found


def styles_by_id(session: Session, brand_id: int, ids: Sequence[int]) -> dict[int, Style]:
    """Return the brand's styles among those ids, as stored now."""
    query = select(Style).where(Style.brand_id == brand_id, one_of(session, Style.id, ids))
    return {style.id: style for style in session.scalars(_fresh(query))}


def styles_by_code(session: Session, brand_id: int, codes: Sequence[str]) -> dict[str, Style]:
    """Return the brand's styles of those codes, as stored now; unknown codes are left out."""
    query = select(Style).where(Style.brand_id == brand_id, one_of(session, Style.code, codes))
    return {style.code: style for style in session.scalars(_fresh(query))}


def styles_succeeded_by(session: Session, brand_id: int, codes: Sequence[str]) -> Sequence[Style]:
    """Return the brand's styles whose successor is one of those codes, by id."""
    query = (
        select(Style)
        .where(Style.brand_id == brand_id, one_of(session, Style.successor, codes))
        .order_by(Style.id)
    )
    return session.scalars(query).all()


def style_by_code(session: Session, brand_id: int, code: str) -> Style | None:
    """Return the brand's style of that code, as stored now."""
    query = select(Style).where(Style.brand_id == brand_id, Style.code == code)
    return session.scalars(_fresh(query)).one_or_none()


def styles_page(
    session: Session, brand_id: int, *, planning: str | None, after: str | None, limit: int
) -> list[Style]:
    """Return up to `limit` of the brand's styles by code, those that follow the code `after`."""
    query = select(Style).where(Style.brand_id == brand_id)
    if planning is not None:
        query = query.where(Style.planning == planning)
    if after is not None:
        query = query.where(Style.code > after)
    return list(session.scalars(query.order_by(Style.code).limit(limit)))


def active_style_ids(
    session: Session, brand_id: int, codes: Sequence[str] | None = None
) -> list[int]:
    """Return the ids of the styles that are planned, in order; only of those codes if given."""
    query = select(Style.id).where(Style.brand_id == brand_id, Style.planning == "active")
    if codes is not None:
        query = query.where(one_of(session, Style.code, codes))
    return list(session.scalars(query.order_by(Style.id)))


def styles_made_of(
    session: Session, brand_ids: Sequence[int], materials: Sequence[str]
) -> dict[int, list[int]]:
    """Return the ids of the planned styles made of any of these materials, by brand, in order."""
    query = (
        select(Style.brand_id, Style.id)
        .where(
            one_of(session, Style.brand_id, brand_ids),
            Style.planning == "active",
            or_(false(), *(_names_material(code) for code in materials)),
        )
        .order_by(Style.brand_id, Style.id)
    )
    found: dict[int, list[int]] = {}
    for brand_id, style_id in session.execute(query):
        found.setdefault(brand_id, []).append(style_id)
    return found


def materials_used(session: Session, brand_id: int) -> list[str]:
    """Return the codes of the materials that the brand's styles are made of, in order."""
    query = select(Style.materials).where(Style.brand_id == brand_id).distinct()
    return sorted({use["material"] for materials in session.scalars(query) for use in materials})


def _names_material(code: str) -> ColumnElement[bool]:
    """Return the condition that a style is made of a material.

    The stored list is searched as text, the same on both databases: only a value, never a key, is
    followed by a comma or a brace there.
    """
    stored = cast(Style.materials, Text)
    return or_(*(stored.contains(f'"{code}"{end}', autoescape=True) for end in ",}"))


def locked_style_ids(session: Session, brand_id: int, codes: Sequence[str]) -> dict[str, int]:
    """Return the ids of the brand's styles of those codes, locked in the order of their ids.

    One order for everybody who changes several styles at once: they wait, and do not deadlock.
    """
    query = select(Style.code, Style.id).where(
        Style.brand_id == brand_id, one_of(session, Style.code, codes)
    )
    rows = session.execute(query.order_by(Style.id).with_for_update(key_share=True))
    return {row.code: row.id for row in rows}


def lock_styles(session: Session, style_ids: Iterable[int]) -> None:
    """Let writers about the same style wait for each other; in the order of ids, like everybody."""
    ids = sorted(set(style_ids))
    query = select(Style.id).where(one_of(session, Style.id, ids)).order_by(Style.id)
    session.execute(query.with_for_update(key_share=True)).all()


def lock_styles_of(session: Session, skus: Iterable[SkuRef]) -> None:
    """Lock the styles of these SKUs."""
    lock_styles(session, {sku.style_id for sku in skus})


def style_ids_by_code(
    session: Session, brand_id: int, codes: Sequence[str] | None = None
) -> dict[str, int]:
    """Return the ids of the brand's styles of those codes; of all of them for None."""
    query = select(Style.code, Style.id).where(Style.brand_id == brand_id)
    if codes is not None:
        query = query.where(one_of(session, Style.code, codes))
    return {row.code: row.id for row in session.execute(query)}


def styles_with_skus(
    session: Session, brand_id: int
) -> list[tuple[int, str, str | None, date | None]]:
    """Return id, code, category and launch date of the brand's styles with an active SKU, by id."""
    has_sku = select(Sku.id).where(Sku.style_id == Style.id, Sku.active.is_(True)).exists()
    query = select(Style.id, Style.code, Style.category, Style.launch_date)
    found = session.execute(query.where(Style.brand_id == brand_id, has_sku).order_by(Style.id))
    return [(row.id, row.code, row.category, row.launch_date) for row in found]


def locked_currency(session: Session, brand_id: int) -> str:
    """Return the brand's currency, and let no other transaction change its catalog until the end.

    Without the lock two styles could both take a SKU that neither had. References to the brand
    (a sale that is stored meanwhile) do not wait for it.
    """
    query = select(Brand.currency).where(Brand.id == brand_id)
    return session.scalars(query.with_for_update(key_share=True)).one()


def _fresh(query: Select[Style]) -> Select[Style]:
    """Read what the bulk statements of this transaction wrote, not what the session remembers."""
    return query.execution_options(populate_existing=True)
