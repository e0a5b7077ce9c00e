"""Publish decisions: issue, keep, supersede, withdraw, as one transaction's body.

Locks the styles first (`lock_styles`); every other writer of recommendations does the same, so
that an answer and a refresh of one style never wait for each other in a circle. The order of
locks everywhere: styles, due work, turns on brands and factories, recommendations, feed heads.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.clock.time import local_day
from app.ids import new_id
from app.parties.refs import BrandRef
from app.recommendations.change import expire_rows
from app.recommendations.desk import Desk
from app.recommendations.feed import append
from app.recommendations.proposal import (
    Fate,
    Proposal,
    ProposedLine,
    ProposedRun,
    PublishOutcome,
)
from app.recommendations.queries import last_issued, lock_styles, standing_of
from app.recommendations.reserve import reserve_for
from app.recommendations.settle import settle
from app.recommendations.tables import DecisionRow, Recommendation

__all__ = ["Fate", "Proposal", "ProposedLine", "ProposedRun", "PublishOutcome", "publish"]


def publish(
    session: Session,
    brand: BrandRef,
    proposals: Sequence[Proposal],
    *,
    at: datetime,
    takes_back: bool = True,
) -> PublishOutcome:
    """Store the decisions and bring what stands in line with them; say what became of each.

    A style whose supply moved since its decision saw it is `stale`: nothing of it is written,
    but that what stood for it is expired where its time is over.
    With `takes_back` what stands of these styles is taken back where limits shrank below it: not
    to be asked before all styles decided with them had their turn to give way.
    Call `lock_styles` before `jobs.work.held`, then this, then `finish`.
    """
    fates: dict[int, Fate] = {one.style_id: "stale" for one in proposals}
    lock_styles(session, fates)
    day = local_day(at, brand.timezone)
    over = _past_their_time(standing_of(session, list(fates)), at)
    told = expire_rows(session, over, at=at)
    versions = lock_styles(session, fates)
    current = [one for one in proposals if versions.get(one.style_id) == one.supply_version]
    asked = [run for one in current for run in one.runs]
    mine = [one.style_id for one in current]
    desk = Desk(
        session,
        brand,
        at,
        last_issued(session, list(fates)),
        reserve_for(session, brand.id, asked, day=day, besides=mine),
        told=told,
    )
    decisions = [_decision(one, at) for one in current]
    if decisions:
        session.execute(insert(DecisionRow), decisions)
    standing = standing_of(session, list(fates))
    ids = [decision["id"] for decision in decisions]
    fates |= settle(desk, zip(current, ids, strict=True), standing, takes_back=takes_back)
    _store(desk)
    return PublishOutcome(fates)


def _past_their_time(
    standing: Mapping[int, Sequence[Recommendation]], at: datetime
) -> list[Recommendation]:
    return [row for rows in standing.values() for row in rows if row.expires_at <= at]


def _decision(proposal: Proposal, at: datetime) -> dict[str, Any]:
    return {
        "id": new_id("dec"),
        "style_id": proposal.style_id,
        "at": at,
        "action": proposal.action,
        "final": proposal.final,
        "body": dict(proposal.body),
        "inputs": dict(proposal.inputs),
        "digest": proposal.digest,
        "forecast_id": proposal.forecast_id,
    }


def _store(desk: Desk) -> None:
    columns = Recommendation.__table__.columns.keys()
    if desk.issued:
        rows = [{name: getattr(row, name) for name in columns} for row in desk.issued]
        desk.session.execute(insert(Recommendation), rows)
    append(desk.session, desk.told)
