"""The feed of a factory: append-only, gapless, and in the order in which transactions commit.

Positions are given out under the row lock of the factory's head, by the last statements of the
writing transaction. Whoever reads position n has therefore read everything before it. A cursor
carries the hash chained up to its event, so that one from another history is noticed.
"""

import hashlib
import itertools
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from app.database.inserting import insert_new
from app.database.upsert import notify
from app.recommendations.tables import BEFORE_ALL, FeedEvent, FeedHead, Recommendation
from app.recommendations.view import FactoryRecommendation

CHANNEL = "shortrun_feed"
"""Where PostgreSQL tells listening processes `factory_id:seq` of what was committed."""


@dataclass(frozen=True, slots=True)
class News:
    """One event, its recommendation rendered as it stood."""

    factory_id: int
    type: str
    at: datetime
    recommendation_id: str
    body: str


def news(kind: str, row: Recommendation, *, at: datetime) -> list[News]:
    """Return the event for the factory; none while the recommendation was never open to it."""
    if row.opened_at is None:
        return []
    told = FactoryRecommendation.of(row).model_dump_json()
    stamp = json.dumps({"type": kind, "at": _rfc3339(at)}, separators=(",", ":"))
    body = f'{stamp[:-1]},"recommendation":{told}}}'
    return [News(row.factory_id, kind, at, row.id, body)]


def append(session: Session, events: Iterable[News]) -> None:
    """Give the events their positions, and store them: the last thing a transaction does.

    Factories are taken in order, so that two transactions with news for the same ones take turns.
    """
    ordered = sorted(events, key=lambda one: one.factory_id)
    for factory_id, group in itertools.groupby(ordered, key=lambda one: one.factory_id):
        _append_to(session, factory_id, list(group))


def _append_to(session: Session, factory_id: int, events: Sequence[News]) -> None:
    head = _advance(session, factory_id, len(events))
    seq, chained = head.last_seq - len(events), head.last_hash
    rows = []
    for one in events:
        seq += 1
        chained = chain(chained, seq, one.body)
        rows.append(
            {
                "factory_id": factory_id,
                "seq": seq,
                "type": one.type,
                "at": one.at,
                "recommendation_id": one.recommendation_id,
                "body": one.body,
                "hash": chained,
            }
        )
    session.execute(insert(FeedEvent), rows)
    session.execute(
        update(FeedHead).where(FeedHead.factory_id == factory_id).values(last_hash=chained)
    )
    notify(session, CHANNEL, f"{factory_id}:{seq}")


def _advance(session: Session, factory_id: int, count: int) -> FeedHead:
    """Lock the head and move it on by `count`; its hash is still the one before."""
    statement = (
        update(FeedHead)
        .where(FeedHead.factory_id == factory_id)
        .values(last_seq=FeedHead.last_seq + count)
        .returning(FeedHead)
        .execution_options(populate_existing=True)
    )
    head = session.scalars(statement).one_or_none()
    if head is None:
        first = {"factory_id": factory_id, "last_seq": 0, "last_hash": BEFORE_ALL}
        insert_new(session, FeedHead, [first], key=("factory_id",))
        head = session.scalars(statement).one()
    return head


def chain(before: str, seq: int, body: str) -> str:
    """Return the hash of everything up to and including this event."""
    return hashlib.sha256(f"{before}{seq}{body}".encode()).hexdigest()


def _rfc3339(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
