"""A brand that sells two styles, a factory that offers to make them, and their refreshes."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalog.ingest import SkuDraft, StyleDraft, put_styles
from app.catalog.tables import Style
from app.database.database import Database
from app.parties.queries import brand_named
from app.parties.refs import BrandRef
from app.parties.register import BrandUses, store_brand, store_factory
from app.parties.schemas import BrandIn
from app.parties.tables import Factory
from app.recommendations.tables import DecisionRow, Recommendation
from app.refresh.pipeline import BatchOutcome, refresh_next
from app.sales.ingest import SalesEvent, store_sales
from app.settings import Settings
from app.sourcing.ingest import OfferDraft, put_offer

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
SETTINGS = Settings(worker_batch_styles=50, forecast_paths=128)
UNUSED = BrandUses(
    has_styles=lambda *_: False, has_events=lambda *_: False, on_change=lambda *_: None
)


def open_shop(database: Database, *styles: str) -> BrandRef:
    """Store the brand, its styles, its factory and one offer for everything."""
    with database.write() as session:
        made = {"name": "Fab", "timezone": "UTC", "setup_matrix": None}
        store_factory(session, "fab", made, at=AT)
        rules = BrandIn(name="Acme", timezone="Europe/Paris", currency="EUR", factories=["fab"])
        values = rules.model_dump(exclude={"factories"})
        store_brand(session, "acme", values, ["fab"], uses=UNUSED, at=AT)
        brand = brand_named(session, "acme")
        assert brand is not None
        put_styles(session, brand.id, [draft(code) for code in styles], at=AT)
        put_offer(session, session.scalars(select(Factory.id)).one(), offer(), at=AT)
    return brand


def draft(code: str, *, planning: str = "active") -> StyleDraft:
    return StyleDraft(
        code=code,
        name=code,
        currency="EUR",
        price=Decimal(40),
        salvage_value=Decimal(5),
        holding_cost_per_unit_week=Decimal("0.20"),
        planning=planning,
        skus=tuple(SkuDraft(f"{code}-{size}", "BLK", size) for size in "ML"),
    )


def offer() -> OfferDraft:
    return OfferDraft(
        code="small",
        brand="acme",
        mode="small_batch",
        currency="EUR",
        price_breaks=((1, Decimal(14)),),
        setup_cost=Decimal(50),
        moq_run=10,
        lead_time_days_mean=14.0,
    )


def sell(
    session: Session,
    brand: BrandRef,
    style: str,
    *,
    days: int = 20,
    a_day: int = 4,
    named: str = "",
) -> None:
    """Store sales of both sizes on each of the days before the origin."""
    events = [
        SalesEvent(
            event_id=f"{style}-{size}-{day}{named}",
            sku=f"{style}-{size}",
            kind="sale",
            quantity=a_day,
            occurred_at=AT - timedelta(days=day),
        )
        for day in range(1, days + 1)
        for size in "ML"
    ]
    store_sales(session, brand, events, at=AT)


def refresh(database: Database, *, at: datetime = AT) -> list[BatchOutcome]:
    """Refresh until nothing is due."""
    outcomes = []
    while outcome := refresh_next(database, SETTINGS, at=at):
        outcomes.append(outcome)
    return outcomes


def style_id(session: Session, code: str) -> int:
    return session.scalars(select(Style.id).where(Style.code == code)).one()


def standing(session: Session) -> list[Recommendation]:
    return list(session.scalars(select(Recommendation).order_by(Recommendation.id)))


def decisions(session: Session) -> list[DecisionRow]:
    return list(session.scalars(select(DecisionRow).order_by(DecisionRow.id)))
