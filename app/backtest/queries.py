"""Every SELECT of backtests."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, defer

from app.backtest.tables import Backtest
from app.database.upsert import skip_locked

OPEN = ("queued", "running")


def next_backtest(session: Session, *, wall: datetime) -> Backtest | None:
    """Return the backtest that waits longest and that no living worker holds; locked."""
    free = or_(Backtest.lease_until.is_(None), Backtest.lease_until < wall)
    query = (
        select(Backtest)
        .where(Backtest.status.in_(OPEN), free)
        .order_by(Backtest.requested_at, Backtest.id)
        .limit(1)
    )
    return session.execute(skip_locked(session, query)).scalars().one_or_none()


def backtest_of(session: Session, backtest: str, *, brand_id: int | None) -> Backtest | None:
    """Return a backtest of a brand, None: of any.

    The database leaves out what is another's: to read its result first would take the longer the
    larger it is, and tell that it is there.
    """
    query = select(Backtest).where(Backtest.id == backtest)
    if brand_id is not None:
        query = query.where(Backtest.brand_id == brand_id)
    return session.scalar(query)


def backtests_page(
    session: Session, brand_id: int, *, before: str | None, limit: int
) -> Sequence[Backtest]:
    """Return a brand's backtests, the newest first, older than one, less results and terms."""
    query = (
        select(Backtest)
        .where(Backtest.brand_id == brand_id)
        .options(defer(Backtest.result, raiseload=True), defer(Backtest.terms, raiseload=True))
        .order_by(Backtest.id.desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(Backtest.id < before)
    return session.scalars(query).all()


def open_backtests(session: Session, brand_id: int) -> int:
    """Return how many of a brand's backtests wait or run."""
    query = select(func.count()).where(Backtest.brand_id == brand_id, Backtest.status.in_(OPEN))
    return session.scalar(query) or 0


def finished_backtests(session: Session, brand_id: int) -> list[str]:
    """Return a brand's finished backtests, newest first."""
    query = (
        select(Backtest.id)
        .where(Backtest.brand_id == brand_id, Backtest.status.not_in(OPEN))
        .order_by(Backtest.requested_at.desc(), Backtest.id.desc())
    )
    return list(session.scalars(query))
