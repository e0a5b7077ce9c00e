"""Publish decisions: issue, keep, supersede, withdraw, as one transaction's body.

Locks the styles first (`lock_styles`); every other writer of recommendations does the same, so
that an answer and a refresh of one style never wait for each other in a circle. The order of
locks everywhere: styles, due work, turns on brands and factories, recommendations, feed heads.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.clock.time import local_day, start_of_day
from app.ids import new_id
from app.parties.refs import BrandRef
from app.recommendations.change import expire_rows, move, show_successor
from app.recommendations.draft import row_of
from app.recommendations.feed import News, append, news
from app.recommendations.proposal import (
    Fate,
    Proposal,
    ProposedLine,
    ProposedRun,
    PublishOutcome,
)
from app.recommendations.queries import declined_since, last_issued, lock_styles, standing_of
from app.recommendations.reserve import Reserve, reserve_for
from app.recommendations.standing import still_says
from app.recommendations.tables import DecisionRow, Recommendation

__all__ = ["Fate", "Proposal", "ProposedLine", "ProposedRun", "PublishOutcome", "publish"]

REPLACEABLE = ("draft", "open")

MOST_TELLING: tuple[Fate, ...] = ("short", "issued", "superseded", "kept", "withdrawn", "held")
"""Of a style with a run and one beside it, the fate that says most is its fate."""

MOST_DECLINED_A_DAY = 3
"""A factory that declined a style so often on one day is not asked again before the next: a system
that declines by itself would otherwise fill its own feed as fast as we decide."""


@dataclass
class _Desk:
    """What one publication knows and collects; rows are inserted together at its end."""

    session: Session
    brand: BrandRef
    at: datetime
    last_issued: dict[int, datetime]
    declined: Counter[tuple[int, int]]
    reserve: Reserve
    issued: list[Recommendation] = field(default_factory=list)
    told: list[News] = field(default_factory=list)


def publish(
    session: Session, brand: BrandRef, proposals: Sequence[Proposal], *, at: datetime
) -> PublishOutcome:
    """Store the decisions and bring what stands in line with them; say what became of each.

    A style whose supply moved since its decision saw it is `stale`: nothing of it is written,
    but that what stood for it is expired where its time is over.
    Call `lock_styles` before `jobs.work.held`, then this, then `finish`.
    """
    fates: dict[int, Fate] = {one.style_id: "stale" for one in proposals}
    lock_styles(session, fates)
    day = local_day(at, brand.timezone)
    over = _past_their_time(standing_of(session, list(fates)), at)
    told = expire_rows(session, over, at=at)
    versions = lock_styles(session, fates)
    current = [one for one in proposals if versions.get(one.style_id) == one.supply_version]
    asked = [run.factory_id for one in current for run in one.runs]
    mine = [one.style_id for one in current]
    desk = _Desk(
        session,
        brand,
        at,
        last_issued(session, list(fates)),
        declined_since(session, list(fates), start_of_day(day, brand.timezone)),
        reserve_for(session, brand.id, asked, day=day, besides=mine),
        told=told,
    )
    decisions = [_decision(one, at) for one in current]
    if decisions:
        session.execute(insert(DecisionRow), decisions)
    standing = standing_of(session, list(fates))
    for one in current:
        for row in _unchanged(one, standing[one.style_id]):
            desk.reserve.take(row)
    for one, decision in zip(current, decisions, strict=True):
        fates[one.style_id] = _settle(desk, one, decision["id"], standing[one.style_id])
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


def _unchanged(proposal: Proposal, standing: Sequence[Recommendation]) -> list[Recommendation]:
    """Return what stands and says what is wanted: nobody else gets what it takes."""
    wanted = {run.factory_id: run for run in proposal.runs}
    return [
        row
        for row in standing
        if row.status in REPLACEABLE
        and row.factory_id in wanted
        and still_says(row, wanted[row.factory_id])
    ]


def _settle(
    desk: _Desk, proposal: Proposal, decision_id: str, standing: Sequence[Recommendation]
) -> Fate:
    """Bring one style's standing recommendations in line with its decision."""
    wanted = {run.factory_id: run for run in proposal.runs}
    unwanted = [
        row for row in standing if row.status in REPLACEABLE and row.factory_id not in wanted
    ]
    withdrawn = _withdraw(desk, unwanted)
    standing_at = {row.factory_id: row for row in standing}
    fates: set[Fate] = {"withdrawn" if withdrawn else "held"}
    for factory_id, run in wanted.items():
        same = standing_at.get(factory_id)
        fates.add(_settle_run(desk, proposal, run, decision_id, same, replaces_other=withdrawn))
    return next(fate for fate in MOST_TELLING if fate in fates)


def _settle_run(
    desk: _Desk,
    proposal: Proposal,
    run: ProposedRun,
    decision_id: str,
    same: Recommendation | None,
    *,
    replaces_other: bool,
) -> Fate:
    """Bring what stands at one factory (`same`) in line with the run that is wanted of it.

    With automatic release a new one waits for the review period, unless it is urgent or takes
    the place of what was withdrawn from another factory.
    """
    if same is not None and same.status == "countered":
        return "kept"
    unchanged = same is not None and still_says(same, run)
    if same is not None and unchanged:
        desk.reserve.give_back(same)
    fits = desk.reserve.fits(run)
    if same is not None and unchanged and (desk.reserve.fits(same) or not fits):
        desk.reserve.take(same)
        return "kept"
    if same is None and desk.declined[proposal.style_id, run.factory_id] >= MOST_DECLINED_A_DAY:
        return "held"
    replaces = replaces_other or same is not None
    if not (replaces or run.urgent or _may_issue(desk, proposal.style_id)):
        return "held"
    if not fits:
        if same is not None:
            desk.reserve.take(same)
        return "short"
    fresh = row_of(desk.brand, proposal, run, decision_id=decision_id, replaces=same, at=desk.at)
    if same is not None:
        return _supersede(desk, same, fresh)
    _issue(desk, fresh)
    return "issued"


def _may_issue(desk: _Desk, style_id: int) -> bool:
    """With automatic release, one new recommendation a review period, counted in local days."""
    last = desk.last_issued.get(style_id)
    if desk.brand.release != "auto" or last is None:
        return True
    zone = desk.brand.timezone
    days = (local_day(desk.at, zone) - local_day(last, zone)).days
    return days >= desk.brand.review_period_days


def _issue(desk: _Desk, fresh: Recommendation) -> None:
    desk.reserve.take(fresh)
    desk.issued.append(fresh)
    desk.told += news("recommendation.issued", fresh, at=desk.at)


def _supersede(desk: _Desk, old: Recommendation, fresh: Recommendation) -> Fate:
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
        desk.reserve.take(old)
        return "kept"
    desk.told += news("recommendation.superseded", ended, at=desk.at)
    if fresh.opened_at is not None:
        show_successor(desk.session, fresh)
    _issue(desk, fresh)
    return "superseded"


def _withdraw(desk: _Desk, rows: Sequence[Recommendation]) -> bool:
    moved = False
    for row in rows:
        ended = move(desk.session, row.id, froms=REPLACEABLE, status="withdrawn")
        if ended is not None:
            moved = True
            desk.told += news("recommendation.withdrawn", ended, at=desk.at)
    return moved


def _store(desk: _Desk) -> None:
    columns = Recommendation.__table__.columns.keys()
    if desk.issued:
        rows = [{name: getattr(row, name) for name in columns} for row in desk.issued]
        desk.session.execute(insert(Recommendation), rows)
    append(desk.session, desk.told)
