"""A brand with a style or more, stored; events and times in short."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.catalog.tables import Sku, Style
from app.database.upsert import is_sqlite
from app.parties.refs import BrandRef
from app.parties.tables import Brand
from app.sales.ingest import SalesEvent
from app.sales.tables import EventId, SalesRow

AT = datetime(2026, 4, 1, 12, tzinfo=UTC)


def utc(text: str) -> datetime:
    """Read `2026-03-02 10:15` as UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def open_brand(session: Session, code: str = "acme", timezone: str = "Europe/Paris") -> BrandRef:
    brand = Brand(
        code=code,
        name=code.title(),
        timezone=timezone,
        currency="EUR",
        review_period_days=7,
        release="auto",
        release_limit=None,
        counter_tolerance=Decimal(0),
        respond_within_hours=48,
        open_to_buy=None,
        share_forecast=False,
        created_at=AT,
    )
    session.add(brand)
    session.flush()
    return BrandRef.of(brand)


def add_style(
    session: Session,
    brand: BrandRef,
    code: str,
    sku_codes: Sequence[str],
    *,
    launch_date: date | None = None,
    end_of_life_date: date | None = None,
    resalable_share: float = 1.0,
) -> int:
    """Store a style with one colorway, its sizes named after the SKU; return its id."""
    style = Style(
        brand_id=brand.id,
        code=code,
        name=code,
        category="scooter",
        attributes={"fabric": "oxford"},
        planning="active",
        test=None,
        launch_date=launch_date,
        end_of_life_date=end_of_life_date,
        successor=None,
        like=["S1"],
        materials=[],
        currency="EUR",
        price=Decimal("39.00"),
        salvage_value=Decimal(0),
        holding_cost_per_unit_week=Decimal(0),
        lost_sale_cost=Decimal(0),
        backorder_share=0.0,
        return_rate=None,
        resalable_share=resalable_share,
        updated_at=AT,
    )
    session.add(style)
    session.flush()
    session.add_all(
        Sku(
            brand_id=brand.id,
            style_id=style.id,
            code=sku_code,
            colorway="BLK",
            size=sku_code,
            position=position,
            active=True,
        )
        for position, sku_code in enumerate(sku_codes)
    )
    session.flush()
    return style.id


def forget_events(session: Session) -> None:
    """Delete every event and what is known of its id, as nothing of ours does."""
    session.execute(delete(SalesRow))
    if not is_sqlite(session):
        session.execute(delete(EventId))


def sku_id(session: Session, code: str) -> int:
    return session.scalars(select(Sku.id).where(Sku.code == code)).one()


def sale(event_id: str, at: str, quantity: int = 1, sku: str = "A", **more: Any) -> SalesEvent:
    return SalesEvent(event_id, sku, more.pop("kind", "sale"), quantity, utc(at), **more)
