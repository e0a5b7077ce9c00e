"""What factories declined lately: it is not asked of them again before the brand's next review."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock.time import local_day, start_of_day
from app.database.upsert import one_of
from app.parties.refs import BrandRef
from app.recommendations.tables import Recommendation


@dataclass(frozen=True, slots=True)
class Declined:
    """An offer that its factory declined for a style; `until` is the day it may be asked again."""

    factory: str
    offer: str
    until: date


def declined_offers(
    session: Session, brand: BrandRef, style_ids: Sequence[int], *, day: date
) -> Mapping[int, Sequence[Declined]]:
    """Return what was declined for each style and rests on a brand-local day, the latest last.

    A no stands for one review period: asked the same again within it, a factory could only repeat
    itself, and what changed since is for another offer to meet.
    """
    rest = timedelta(days=brand.review_period_days)
    since = start_of_day(day - rest + timedelta(days=1), brand.timezone)
    rows = session.execute(
        select(
            Recommendation.style_id,
            Recommendation.factory,
            Recommendation.offer,
            Recommendation.answered_at,
        )
        .where(
            one_of(session, Recommendation.style_id, style_ids),
            Recommendation.status == "declined",
            Recommendation.answered_at >= since,
        )
        .order_by(Recommendation.answered_at, Recommendation.id)
    )
    found: dict[int, dict[tuple[str, str], Declined]] = {}
    for style_id, factory, offer, answered_at in rows:
        assert answered_at is not None, "it was asked for by that time"
        until = local_day(answered_at, brand.timezone) + rest
        found.setdefault(style_id, {})[factory, offer] = Declined(factory, offer, until)
    return {style_id: list(declined.values()) for style_id, declined in found.items()}
