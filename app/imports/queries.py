"""Every SELECT of the room: imports, their files, and what they are reconciled with."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app.catalog.tables import Sku, Style
from app.database.upsert import skip_locked
from app.demand.closed_queries import closed_units_by_sku
from app.imports.tables import Import, ImportPart, LearnedMapping, RowFault
from app.sales.tables import SalesRow
from app.sourcing.tables import Offer


def style_prices(session: Session, brand_id: int) -> dict[str, Decimal]:
    """Return the price of each of the brand's styles, by style code."""
    query = select(Style.code, Style.price).where(Style.brand_id == brand_id)
    return {row.code: row.price for row in session.execute(query.order_by(Style.code))}


def units_by_sku(session: Session, brand_id: int) -> dict[tuple[str, str], int]:
    """Return the units of all the brand's events, by SKU code and kind."""
    totals = (
        select(SalesRow.sku_id, SalesRow.kind, func.sum(SalesRow.quantity).label("units"))
        .where(SalesRow.brand_id == brand_id)
        .group_by(SalesRow.sku_id, SalesRow.kind)
        .subquery()
    )
    query = select(Sku.code, totals.c.kind, totals.c.units).join(totals, totals.c.sku_id == Sku.id)
    found = {(code, kind): int(units) for code, kind, units in session.execute(query)}
    for key, units in closed_units_by_sku(session, brand_id).items():
        found[key] = found.get(key, 0) + units
    return found


def stored_offers(session: Session, brand_id: int, factory_id: int) -> list[Offer]:
    """Return the offers that the factory makes to the brand."""
    query = select(Offer).where(Offer.brand_id == brand_id, Offer.factory_id == factory_id)
    return list(session.scalars(query.order_by(Offer.id)))


OPEN = ("queued", "running")


def next_import(session: Session, *, wall: datetime, only: str | None = None) -> Import | None:
    """Return the import that waits longest and that no living worker holds; locked."""
    free = or_(Import.lease_until.is_(None), Import.lease_until < wall)
    query = (
        select(Import)
        .where(Import.status.in_(OPEN), free)
        .order_by(Import.requested_at, Import.id)
        .limit(1)
    )
    if only is not None:
        query = query.where(Import.id == only)
    return session.execute(skip_locked(session, query)).scalars().one_or_none()


def import_of(session: Session, import_id: str, *, brand_id: int | None) -> Import | None:
    """Return an import of a brand, None: of any."""
    query = select(Import).where(Import.id == import_id)
    if brand_id is not None:
        query = query.where(Import.brand_id == brand_id)
    return session.scalar(query)


def imports_page(
    session: Session, brand_id: int, *, before: str | None, limit: int
) -> Sequence[Import]:
    """Return a brand's imports, the newest first, older than one."""
    query = select(Import).where(Import.brand_id == brand_id).order_by(Import.id.desc())
    if before is not None:
        query = query.where(Import.id < before)
    return session.scalars(query.limit(limit)).all()


def first_like(session: Session, brand_id: int, same: str) -> Import | None:
    """Return the brand's first import of the same work that is under way or took every row."""
    is_good = or_(Import.status.in_(OPEN), (Import.status == "done") & (Import.rows_rejected == 0))
    query = (
        select(Import)
        .where(Import.brand_id == brand_id, Import.same == same, is_good)
        .order_by(Import.id)
        .limit(1)
    )
    return session.scalar(query)


def open_imports(session: Session, brand_id: int) -> int:
    """Return how many of a brand's imports wait or run."""
    query = select(func.count()).where(Import.brand_id == brand_id, Import.status.in_(OPEN))
    return session.scalar(query) or 0


def finished_imports(session: Session, brand_id: int) -> list[str]:
    """Return a brand's finished imports, newest first."""
    query = select(Import.id).where(Import.brand_id == brand_id, Import.status.not_in(OPEN))
    return list(session.scalars(query.order_by(Import.id.desc())))


def part_of(session: Session, import_id: str, part: int) -> bytes | None:
    """Return a piece of an import's file; None after the last."""
    query = select(ImportPart.content).where(
        ImportPart.import_id == import_id, ImportPart.part == part
    )
    return session.scalar(query)


def faults_of(session: Session, import_id: str) -> Iterator[RowFault]:
    """Give what was wrong with the rows of an import, in their order."""
    query = (
        select(RowFault)
        .where(RowFault.import_id == import_id)
        .order_by(RowFault.row_number, RowFault.column_name)
    )
    return iter(session.scalars(query))


def count_faults(session: Session, import_id: str) -> int:
    """Return how many faults of an import are kept."""
    query = select(func.count()).where(RowFault.import_id == import_id)
    return session.scalar(query) or 0


def learned_mapping(
    session: Session, brand_id: int, kind: str, header: str
) -> dict[str, str] | None:
    """Return which column was which in a brand's earlier file with that header."""
    found = session.get(LearnedMapping, (brand_id, kind, header))
    return None if found is None else found.mapping


def any_old_part(session: Session, *, before: datetime) -> bool:
    """Say whether a piece of a file was received before then."""
    query = select(ImportPart.part).where(ImportPart.received_at < before).limit(1)
    return session.scalar(query) is not None


def unwanted_parts(session: Session, *, before: datetime) -> list[str]:
    """Return the imports of which pieces were received before then and that do not exist."""
    query = (
        select(ImportPart.import_id)
        .outerjoin(Import, Import.id == ImportPart.import_id)
        .where(ImportPart.received_at < before, Import.id.is_(None))
        .distinct()
    )
    return list(session.scalars(query))
