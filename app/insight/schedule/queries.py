"""Every SELECT of a schedule; each names the factory, and nothing is read besides its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, defer

from app.catalog.tables import Style
from app.clock.time import local_day
from app.database.upsert import one_of
from app.insight.schedule.model import Terms
from app.parties.tables import Brand, BrandFactory
from app.recommendations.heads import head_of
from app.recommendations.tables import Recommendation
from app.runs.tables import Run, RunEvent
from app.sourcing.queries import Offered, offers_for
from app.sourcing.tables import Material, Offer

DONE = ("received", "closed")
FIRST_DAY = date(2020, 1, 1)
"""Before any schedule: what days are counted from, so that control numbers stay short."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """A run that is not yet received, the recommendation it came of, and its brand."""

    run: Run
    lead_time_days: int
    answer: dict[str, Any] | None
    brand: Brand


def accepted_work(session: Session, factory_id: int) -> list[Accepted]:
    """Return the factory's runs that are not yet received, oldest first."""
    query = (
        select(Run, Recommendation.lead_time_days, Recommendation.answer, Brand)
        .join(Recommendation, Recommendation.id == Run.recommendation_id)
        .join(Brand, Brand.id == Run.brand_id)
        .where(Run.factory_id == factory_id, Run.status.not_in(DONE))
        .order_by(Run.id)
    )
    return [Accepted(*row) for row in session.execute(query)]


def proposed_work(
    session: Session, factory_id: int, *, at: datetime
) -> list[tuple[Recommendation, Brand]]:
    """Return what is open or countered at the factory and may still be accepted, oldest first.

    Without what it earns its brand and why, which is most of each row and none of a schedule.
    """
    unread = (Recommendation.economics, Recommendation.alternatives, Recommendation.reasons)
    query = (
        select(Recommendation, Brand)
        .options(*(defer(one, raiseload=True) for one in unread))
        .join(Brand, Brand.id == Recommendation.brand_id)
        .where(
            Recommendation.factory_id == factory_id,
            Recommendation.status.in_(("open", "countered")),
            Recommendation.opened_at.is_not(None),
            Recommendation.expires_at > at,
        )
        .order_by(Recommendation.id)
    )
    return [(row[0], row[1]) for row in session.execute(query)]


def materials_of(session: Session, style_ids: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    """Return what a unit of each of these styles is made of."""
    query = select(Style.id, Style.materials).where(one_of(session, Style.id, style_ids))
    return {row.id: row.materials for row in session.execute(query)}


def terms_of(session: Session, factory_id: int) -> dict[str, Terms]:
    """Return what the factory's offers say of its line, by their codes."""
    query = select(Offer.code, Offer.capacity_per_week, Offer.setup_hours)
    rows = session.execute(query.where(Offer.factory_id == factory_id))
    return {row[0]: Terms(row[1] or None, row[2]) for row in rows}


def units_of(session: Session, factory_id: int) -> dict[str, str]:
    """Return the units of the materials that the factory reports, by their codes."""
    query = select(Material.code, Material.unit).where(Material.factory_id == factory_id)
    return {row.code: row.unit for row in session.execute(query)}


def sharing_brands(session: Session, factory_id: int) -> list[Brand]:
    """Return the brands that list the factory and share their forecasts, by code."""
    listed = (BrandFactory.brand_id == Brand.id) & (BrandFactory.factory_id == factory_id)
    query = select(Brand).join(BrandFactory, listed).where(Brand.share_forecast.is_(True))
    return list(session.scalars(query.order_by(Brand.code)))


def offered_styles(
    session: Session, brand: Brand, factory_id: int, *, at: datetime
) -> dict[int, str]:
    """Return the codes of the brand's planned styles for which the factory has a valid offer."""
    day = local_day(at, brand.timezone)
    offers: list[Offered] = [
        one for one in offers_for(session, brand.id, day=day) if one.offer.factory_id == factory_id
    ]
    if not offers:
        return {}
    query = select(Style.id, Style.code).where(
        Style.brand_id == brand.id, Style.planning == "active"
    )
    return {
        row.id: row.code
        for row in session.execute(query.order_by(Style.code))
        if any(one.covers(row.code) for one in offers)
    }


def release_of(session: Session, factory_id: int, *, today: date) -> int:
    """Return the release number of the factory's schedule.

    The events of its feed, those of its runs, and the days: each only ever grows, so the number
    rises with all that is firm or planned, needs no counter, and is the same for the same content.
    A forecast that changes within a day raises it at the factory's midnight.
    """
    events = (
        select(func.count())
        .select_from(RunEvent)
        .join(Run, Run.id == RunEvent.run_id)
        .where(Run.factory_id == factory_id)
    )
    head = head_of(session, factory_id).last_seq
    return head + (session.scalar(events) or 0) + (today - FIRST_DAY).days
