"""A brand's styles with what was decided last: found by code or name, a page at a time."""

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.catalog.tables import Style
from app.database.upsert import one_of
from app.recommendations.tables import STANDING, Recommendation


def styles_found(
    session: Session, brand_id: int, *, search: str, planning: str, after: str, limit: int
) -> Sequence[Style]:
    """Return styles by code, after one; those whose code or name has the words, if any."""
    query = select(Style).where(Style.brand_id == brand_id, Style.code > after)
    if planning:
        query = query.where(Style.planning == planning)
    if search:
        query = query.where(
            or_(
                Style.code.icontains(search, autoescape=True),
                Style.name.icontains(search, autoescape=True),
            )
        )
    return session.scalars(query.order_by(Style.code).limit(limit)).all()


def standing_by_style(session: Session, style_ids: Sequence[int]) -> dict[int, list[str]]:
    """Return the statuses of what stands for each of these styles."""
    query = (
        select(Recommendation.style_id, Recommendation.status)
        .where(
            one_of(session, Recommendation.style_id, style_ids),
            Recommendation.status.in_(STANDING),
        )
        .order_by(Recommendation.id)
    )
    found: dict[int, list[str]] = {style_id: [] for style_id in style_ids}
    for style_id, status in session.execute(query):
        found[style_id].append(status)
    return found
