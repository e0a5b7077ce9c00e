"""What one publication writes: issued, superseded, withdrawn, each with its news."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from app.clock.time import local_day
from app.parties.refs import BrandRef
from app.recommendations.change import move, show_successor
from app.recommendations.feed import News, news
from app.recommendations.proposal import Fate
from app.recommendations.reserve import Reserve
from app.recommendations.tables import Recommendation

REPLACEABLE = ("draft", "open")


@dataclass
class Desk:
    """What one publication knows and collects; rows are inserted together at its end."""

    session: Session
    brand: BrandRef
    at: datetime
    last_issued: Mapping[int, datetime]
    reserve: Reserve
    issued: list[Recommendation] = field(default_factory=list)
    told: list[News] = field(default_factory=list)


def may_issue(desk: Desk, style_id: int) -> bool:
    """With automatic release, one new recommendation a review period, counted in local days."""
    last = desk.last_issued.get(style_id)
    if desk.brand.release != "auto" or last is None:
        return True
    zone = desk.brand.timezone
    days = (local_day(desk.at, zone) - local_day(last, zone)).days
    return days >= desk.brand.review_period_days


def issue(desk: Desk, fresh: Recommendation) -> Fate:
    """Let a new one stand."""
    desk.issued.append(fresh)
    desk.told += news("recommendation.issued", fresh, at=desk.at)
    return "issued"


def supersede(desk: Desk, old: Recommendation, fresh: Recommendation) -> Fate:
    """Replace in one step; what its factory answered in between stays."""
    seen = fresh.id if old.opened_at is not None and fresh.opened_at is not None else None
    ended = move(
        desk.session,
        old.id,
        froms=REPLACEABLE,
        status="superseded",
        superseded_by=fresh.id,
        seen_superseded_by=seen,
    )
    if ended is None:
        return "kept"
    desk.told += news("recommendation.superseded", ended, at=desk.at)
    if fresh.opened_at is not None:
        show_successor(desk.session, fresh)
    issue(desk, fresh)
    return "superseded"


def withdraw(desk: Desk, row: Recommendation) -> bool:
    """Take one back, and say whether it still stood."""
    ended = move(desk.session, row.id, froms=REPLACEABLE, status="withdrawn")
    if ended is not None:
        desk.told += news("recommendation.withdrawn", ended, at=desk.at)
    return ended is not None
