"""What a factory declined or its brand withdrew: not asked for again before the next review."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.clock.time import local_day, start_of_day
from app.database.upsert import one_of
from app.parties.refs import BrandRef
from app.recommendations.tables import Recommendation


@dataclass(frozen=True, slots=True)
class Declined:
    """An offer that was turned down for a style.

    Attributes:
        until: The day from which it may be asked for again.
        by_brand: The brand withdrew it; else its factory declined.
    """

    factory: str
    offer: str
    until: date
    by_brand: bool


def declined_offers(
    session: Session, brand: BrandRef, style_ids: Sequence[int], *, day: date
) -> Mapping[int, Sequence[Declined]]:
    """Return what was turned down for each style and rests on a brand-local day, the latest last.

    A no stands for one review period: asked the same again within it, who said it could only
    repeat it, and what changed since is for another offer to meet.
    """
    rest = timedelta(days=brand.review_period_days)
    since = start_of_day(day - rest + timedelta(days=1), brand.timezone)
    rows = session.execute(
        select(
            Recommendation.style_id,
            Recommendation.factory,
            Recommendation.offer,
            Recommendation.status,
            Recommendation.answered_at,
            Recommendation.review,
        )
        .where(
            one_of(session, Recommendation.style_id, style_ids),
            or_(
                (Recommendation.status == "declined") & (Recommendation.answered_at >= since),
                # What stood when it was withdrawn was not over by then.
                (Recommendation.status == "withdrawn") & (Recommendation.expires_at >= since),
            ),
        )
        .order_by(Recommendation.id)
    )
    found: dict[int, dict[tuple[str, str], Declined]] = {}
    for style_id, factory, offer, status, answered_at, review in rows:
        by_brand = status == "withdrawn"
        at = _withdrawn_at(review) if by_brand else answered_at
        if at is not None and at >= since:
            until = local_day(at, brand.timezone) + rest
            mine = found.setdefault(style_id, {})
            mine[factory, offer] = Declined(factory, offer, until, by_brand=by_brand)
    return {style_id: list(declined.values()) for style_id, declined in found.items()}


def _withdrawn_at(review: Mapping[str, Any] | None) -> datetime | None:
    """Return when its brand withdrew it; None where a newer decision alone took it back."""
    said = review or {}
    return datetime.fromisoformat(said["at"]) if said.get("decision") == "withdraw" else None
