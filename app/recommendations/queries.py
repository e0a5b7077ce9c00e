"""Every SELECT of decisions and recommendations."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from app.catalog.tables import Style
from app.database.upsert import one_of
from app.errors import NotFound
from app.parties.queries import brand_with_id
from app.parties.refs import BrandRef
from app.recommendations.tables import STANDING, DecisionRow, Recommendation


def lock_styles(session: Session, style_ids: Iterable[int]) -> dict[int, int]:
    """Lock styles in order and return their supply versions: first in every transaction here.

    Whoever holds a style's row decides what stands for it, so an answer, a review, an expiry and
    a refresh of the same style take turns. Foreign keys to the style are not held up.
    """
    query = (
        select(Style.id, Style.supply_version)
        .where(one_of(session, Style.id, sorted(set(style_ids))))
        .order_by(Style.id)
        .with_for_update(key_share=True)
    )
    return {row.id: row.supply_version for row in session.execute(query)}


def standing_of(session: Session, style_ids: Sequence[int]) -> dict[int, list[Recommendation]]:
    """Return the drafts, open and countered ones of each style, as stored now."""
    query = (
        select(Recommendation)
        .where(
            one_of(session, Recommendation.style_id, style_ids),
            Recommendation.status.in_(STANDING),
        )
        .order_by(Recommendation.id)
    )
    found: defaultdict[int, list[Recommendation]] = defaultdict(list)
    for row in session.scalars(fresh(query)):
        found[row.style_id].append(row)
    return found


def last_issued(session: Session, style_ids: Sequence[int]) -> dict[int, datetime]:
    """Return when each style last got a recommendation that replaced none."""
    query = (
        select(Recommendation.style_id, func.max(Recommendation.issued_at))
        .where(
            one_of(session, Recommendation.style_id, style_ids),
            Recommendation.supersedes.is_(None),
        )
        .group_by(Recommendation.style_id)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def dealt_with_since(
    session: Session, style_id: int, factory_id: int, *, since: datetime, besides: str
) -> list[Recommendation]:
    """Return a style's recommendations to one factory issued or answered since, but for one."""
    query = select(Recommendation).where(
        Recommendation.style_id == style_id,
        Recommendation.factory_id == factory_id,
        or_(Recommendation.issued_at >= since, Recommendation.answered_at >= since),
        Recommendation.id != besides,
    )
    return list(session.scalars(fresh(query.order_by(Recommendation.id))))


def past_their_time(
    session: Session, at: datetime, *, most: int | None = None
) -> list[tuple[str, int]]:
    """Return the standing ones whose time is over, with their styles; the first to end first."""
    query = (
        select(Recommendation.id, Recommendation.style_id)
        .where(Recommendation.status.in_(STANDING), Recommendation.expires_at <= at)
        .order_by(Recommendation.expires_at, Recommendation.id)
        .limit(most)
    )
    return [(row.id, row.style_id) for row in session.execute(query)]


def with_ids(session: Session, ids: Sequence[str]) -> list[Recommendation]:
    """Return these recommendations as stored now, oldest first."""
    query = select(Recommendation).where(one_of(session, Recommendation.id, ids))
    return list(session.scalars(fresh(query.order_by(Recommendation.id))))


def of_brand(session: Session, brand_id: int, recommendation_id: str) -> Recommendation:
    """Return a brand's recommendation as stored now; `one` says what is raised."""
    return one(session, recommendation_id, brand_id=brand_id)


def of_factory(session: Session, factory_id: int, recommendation_id: str) -> Recommendation:
    """Return what was opened to a factory as stored now; `one` says what is raised."""
    return one(session, recommendation_id, factory_id=factory_id, opened_only=True)


def one(
    session: Session,
    recommendation_id: str,
    *,
    brand_id: int | None = None,
    factory_id: int | None = None,
    opened_only: bool = False,
) -> Recommendation:
    """Return a recommendation of this brand, of this factory, or of the pair, as stored now.

    Raises:
        NotFound: If there is none, it is not theirs, or, with `opened_only`, it was never more
            than a draft.
    """
    query = select(Recommendation).where(Recommendation.id == recommendation_id)
    if brand_id is not None:
        query = query.where(Recommendation.brand_id == brand_id)
    if factory_id is not None:
        query = query.where(Recommendation.factory_id == factory_id)
    if opened_only:
        query = query.where(Recommendation.opened_at.is_not(None))
    row = session.scalars(fresh(query)).one_or_none()
    if row is None:
        raise NotFound("there is no such recommendation")
    return row


def beside_of(session: Session, row: Recommendation) -> list[Recommendation]:
    """Return what other factories are asked for beside a recommendation, or took on since."""
    since = Recommendation.answered_at > row.issued_at
    taken = Recommendation.status.in_(("accepted", "countered")) & since
    query = select(Recommendation).where(
        Recommendation.style_id == row.style_id,
        Recommendation.factory_id != row.factory_id,
        Recommendation.status.in_(("draft", "open")) | taken,
    )
    return list(session.scalars(query.order_by(Recommendation.id)))


def brand_of(session: Session, row: Recommendation) -> BrandRef:
    """Return the brand whose recommendation this is, by its rules as they are now."""
    brand = brand_with_id(session, row.brand_id)
    if brand is None:
        raise NotFound("there is no such brand")
    return brand


def listed(
    session: Session,
    *,
    brand_id: int | None = None,
    factory_id: int | None = None,
    status: str | None = None,
    style: str | None = None,
    overdue_at: datetime | None = None,
    after: str | None = None,
    limit: int,
) -> list[Recommendation]:
    """Return recommendations by id, oldest first, behind `after`; a factory's without drafts.

    `style` is a code of the brand, which is given with it.

    With `overdue_at` only those that their factory should have answered by then and has not.
    """
    query = select(Recommendation).order_by(Recommendation.id).limit(limit)
    if brand_id is not None:
        query = query.where(Recommendation.brand_id == brand_id)
    if factory_id is not None:
        query = query.where(
            Recommendation.factory_id == factory_id, Recommendation.opened_at.is_not(None)
        )
    if status is not None:
        query = query.where(Recommendation.status == status)
    if style is not None:
        named = select(Style.id).where(Style.brand_id == brand_id, Style.code == style)
        query = query.where(Recommendation.style_id == named.scalar_subquery())
    if overdue_at is not None:
        query = query.where(Recommendation.status == "open", Recommendation.respond_by < overdue_at)
    if after is not None:
        query = query.where(Recommendation.id > after)
    return list(session.scalars(query))


def last_decision(session: Session, style_id: int) -> DecisionRow | None:
    """Return the newest decision of a style."""
    query = (
        select(DecisionRow)
        .where(DecisionRow.style_id == style_id)
        .order_by(DecisionRow.id.desc())
        .limit(1)
    )
    return session.scalars(query).one_or_none()


def earlier_decisions(
    session: Session, style_id: int, *, limit: int
) -> list[tuple[str, datetime, str, bool, str]]:
    """Return a style's last decisions, newest first: id, time, action, whether final, digest."""
    shown = (
        DecisionRow.id,
        DecisionRow.at,
        DecisionRow.action,
        DecisionRow.final,
        DecisionRow.digest,
    )
    query = select(*shown).where(DecisionRow.style_id == style_id)
    rows = session.execute(query.order_by(DecisionRow.id.desc()).limit(limit))
    return [(row.id, row.at, row.action, row.final, row.digest) for row in rows]


def last_of_style(session: Session, style_id: int, *, limit: int) -> list[Recommendation]:
    """Return a style's last recommendations, newest first."""
    query = select(Recommendation).where(Recommendation.style_id == style_id)
    return list(session.scalars(query.order_by(Recommendation.id.desc()).limit(limit)))


def fresh(query: Select[Recommendation]) -> Select[Recommendation]:
    """Read what other statements of this transaction wrote, not what the session remembers."""
    return query.execution_options(populate_existing=True)
