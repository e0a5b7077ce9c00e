"""Every SELECT of the room."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Select, bindparam, or_, select
from sqlalchemy.orm import Session

from app.database.upsert import one_of, table_of
from app.parties.refs import BrandRef, FactoryRef
from app.parties.tables import ApiKey, Brand, BrandFactory, Factory

_brands, _factories = table_of(Brand).c, table_of(Factory).c
BRAND_NAMED = select(*(_brands[name] for name in BrandRef.__dataclass_fields__)).where(
    _brands.code == bindparam("code")
)
FACTORY_NAMED = select(*(_factories[name] for name in FactoryRef.__dataclass_fields__)).where(
    _factories.code == bindparam("code")
)
"""Made once: every call of an operator names whom it acts for."""


def brand_named(session: Session, code: str) -> BrandRef | None:
    """Return the brand with this code."""
    found = session.connection().execute(BRAND_NAMED, {"code": code})
    row = found.mappings().one_or_none()
    return BrandRef(**row) if row else None


def factory_named(session: Session, code: str) -> FactoryRef | None:
    """Return the factory with this code."""
    found = session.connection().execute(FACTORY_NAMED, {"code": code})
    row = found.mappings().one_or_none()
    return FactoryRef(**row) if row else None


def brand_with_id(session: Session, brand_id: int) -> BrandRef | None:
    """Return the brand with this internal id."""
    row = session.get(Brand, brand_id)
    return BrandRef.of(row) if row else None


def factory_with_id(session: Session, factory_id: int) -> FactoryRef | None:
    """Return the factory with this internal id."""
    row = session.get(Factory, factory_id)
    return FactoryRef.of(row) if row else None


def brand_listing(session: Session, code: str, factory_id: int) -> BrandRef | None:
    """Return the brand with this code if it takes the factory's offers.

    In one statement: a second one for brands that exist would tell by its time which do.
    """
    row = session.scalar(
        select(Brand)
        .join(BrandFactory, BrandFactory.brand_id == Brand.id)
        .where(Brand.code == code, BrandFactory.factory_id == factory_id)
    )
    return BrandRef.of(row) if row else None


def factory_listed(session: Session, code: str, brand_id: int) -> FactoryRef | None:
    """Return the factory with this code if the brand takes its offers; in one statement, too."""
    row = session.scalar(
        select(Factory)
        .join(BrandFactory, BrandFactory.factory_id == Factory.id)
        .where(Factory.code == code, BrandFactory.brand_id == brand_id)
    )
    return FactoryRef.of(row) if row else None


def listed_factories(session: Session, brand_ids: Sequence[int]) -> dict[int, list[str]]:
    """Return the codes of the factories that each brand lists, in order."""
    rows = session.execute(
        select(BrandFactory.brand_id, Factory.code)
        .join(Factory, Factory.id == BrandFactory.factory_id)
        .where(one_of(session, BrandFactory.brand_id, brand_ids))
        .order_by(Factory.code)
    )
    listed: dict[int, list[str]] = {brand_id: [] for brand_id in brand_ids}
    for brand_id, code in rows:
        listed[brand_id].append(code)
    return listed


def factory_ids_of(session: Session, brand_id: int) -> list[int]:
    """Return the internal ids of the factories that a brand lists, in order."""
    query = select(BrandFactory.factory_id).where(BrandFactory.brand_id == brand_id)
    return list(session.scalars(query.order_by(BrandFactory.factory_id)))


def key_with_digest(
    session: Session, digest: str
) -> tuple[ApiKey, Brand | None, Factory | None] | None:
    """Return a key and its party, in one look."""
    row = session.execute(
        select(ApiKey, Brand, Factory)
        .outerjoin(Brand, Brand.id == ApiKey.brand_id)
        .outerjoin(Factory, Factory.id == ApiKey.factory_id)
        .where(ApiKey.digest == digest)
    ).one_or_none()
    return None if row is None else (row[0], row[1], row[2])


def keys_that_hold(session: Session, key_ids: Collection[str], *, at: datetime) -> set[str]:
    """Return those of the keys that are neither revoked nor expired."""
    lasts = or_(ApiKey.expires_at.is_(None), ApiKey.expires_at > at)
    query = select(ApiKey.id).where(one_of(session, ApiKey.id, sorted(key_ids)))
    return set(session.scalars(query.where(ApiKey.revoked_at.is_(None), lasts)))


def brand_row(session: Session, code: str) -> Brand | None:
    """Return the whole row of a brand."""
    return session.scalar(select(Brand).where(Brand.code == code))


def factory_row(session: Session, code: str) -> Factory | None:
    """Return the whole row of a factory."""
    return session.scalar(select(Factory).where(Factory.code == code))


def brands_page(
    session: Session, *, after: tuple[str] | None, limit: int, only: int | None = None
) -> Sequence[Brand]:
    """Return brands by code, after one; `only` shows a brand key its own."""
    query = select(Brand).order_by(Brand.code).limit(limit)
    if after is not None:
        query = query.where(Brand.code > after[0])
    if only is not None:
        query = query.where(Brand.id == only)
    return session.scalars(query).all()


def factories_page(
    session: Session, *, after: tuple[str] | None, limit: int, only: int | None = None
) -> Sequence[Factory]:
    """Return factories by code, after one; `only` shows a factory key its own."""
    query = select(Factory).order_by(Factory.code).limit(limit)
    if after is not None:
        query = query.where(Factory.code > after[0])
    if only is not None:
        query = query.where(Factory.id == only)
    return session.scalars(query).all()


def factory_ids(session: Session, codes: Sequence[str]) -> dict[str, int]:
    """Return the internal ids of those of the factories that exist."""
    rows = session.execute(
        select(Factory.code, Factory.id).where(one_of(session, Factory.code, codes))
    )
    return {row.code: row.id for row in rows}


def keys_page(
    session: Session, *, after: tuple[str] | None, limit: int
) -> Sequence[tuple[ApiKey, str | None, str | None]]:
    """Return keys in order of creation, each with the code of its brand or factory."""
    query = _keys().order_by(ApiKey.id).limit(limit)
    if after is not None:
        query = query.where(ApiKey.id > after[0])
    return [(row[0], row[1], row[2]) for row in session.execute(query)]


def key_with_id(session: Session, key_id: str) -> tuple[ApiKey, str | None, str | None] | None:
    """Return a key with the code of its brand or factory."""
    row = session.execute(_keys().where(ApiKey.id == key_id)).one_or_none()
    return None if row is None else (row[0], row[1], row[2])


def _keys() -> Select[ApiKey, str, str]:
    return (
        select(ApiKey, Brand.code, Factory.code)
        .outerjoin(Brand, Brand.id == ApiKey.brand_id)
        .outerjoin(Factory, Factory.id == ApiKey.factory_id)
    )
