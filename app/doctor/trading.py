"""What each brand and factory has yet to do before a recommendation can come of it."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Exists, exists, func, or_, select
from sqlalchemy.orm import Session

from app.catalog.tables import Sku, Style
from app.doctor.advice import Advice, hint, ok
from app.parties.tables import ApiKey, Brand, BrandFactory, Factory
from app.sales.tables import SalesRow
from app.sourcing.tables import Offer
from app.stock.tables import StockLevel

MOST_PARTIES = 50
"""Looked at one by one; who has more knows how to set one up."""

Want = tuple[Exists, str, str]
"""What must be there, what is said where it is not, and what to do."""


def brands(session: Session, at: datetime) -> Iterator[Advice]:
    """Look at each brand: factories, styles, offers, stock, sales, a key, in that order."""
    found = session.scalars(select(Brand).order_by(Brand.code).limit(MOST_PARTIES)).all()
    if not found:
        yield hint("brands", "there is none", "PUT /v1/brands/{brand}; the quick start is at /docs")
    for brand in found:
        missing = list(_missing_of(session, brand, at))
        yield from missing or [ok(f"brand {brand.code}", "has what a recommendation needs")]


def _missing_of(session: Session, brand: Brand, at: datetime) -> Iterator[Advice]:
    for there, said, remedy in (*_wanted_to_make(brand.id, at), *_wanted_to_know(brand.id, at)):
        if not session.scalar(select(there)):
            yield hint(f"brand {brand.code}", said, remedy)


def _wanted_to_make(brand_id: int, at: datetime) -> Iterator[Want]:
    """Yield what must be there before anything can be made for a brand."""
    yield (
        exists().where(BrandFactory.brand_id == brand_id),
        "lists no factory, so no offer is taken",
        "PUT /v1/brands/{brand} with factories",
    )
    yield (
        exists().where(Style.brand_id == brand_id, Style.planning == "active"),
        "has no active style",
        "PUT /v1/styles/{style}",
    )
    is_valid = or_(Offer.valid_to.is_(None), Offer.valid_to >= at.date())
    yield (
        exists().where(Offer.brand_id == brand_id, is_valid),
        "has no valid offer, so every decision is to hold",
        "its factories PUT /v1/offers/{offer}",
    )


def _wanted_to_know(brand_id: int, at: datetime) -> Iterator[Want]:
    """Yield what must be told before a decision is a good one."""
    of_brand = select(Sku.id).where(Sku.brand_id == brand_id)
    yield (
        exists().where(StockLevel.sku_id.in_(of_brand)),
        "reported no stock: on hand counts 0, and no stock-out can be seen",
        "POST /v1/stock",
    )
    yield exists().where(SalesRow.brand_id == brand_id), "posted no sales", "POST /v1/sales"
    yield _live_key(at).where(ApiKey.brand_id == brand_id), "has no key", "POST /v1/api-keys"


def factories(session: Session, at: datetime) -> Iterator[Advice]:
    """Look at each factory: a key, and whether it ever called."""
    found = session.scalars(select(Factory).order_by(Factory.code).limit(MOST_PARTIES)).all()
    if not found:
        yield hint("factories", "there is none", "PUT /v1/factories/{factory}")
    for factory in found:
        subject = f"factory {factory.code}"
        used = session.scalar(
            select(func.max(ApiKey.last_used_at)).where(ApiKey.factory_id == factory.id)
        )
        if not session.scalar(select(_live_key(at).where(ApiKey.factory_id == factory.id))):
            yield hint(subject, "has no key", "POST /v1/api-keys")
        elif used is None:
            yield hint(
                subject, "never called", "GET /v1/factories/{factory}/feed, or shortrun pull"
            )
        else:
            yield ok(subject, f"last called {used:%Y-%m-%d %H:%M} UTC")


def _live_key(at: datetime) -> Exists:
    return exists().where(
        ApiKey.revoked_at.is_(None), or_(ApiKey.expires_at.is_(None), ApiKey.expires_at > at)
    )
