"""Everything the page of a factory shows of its work for one brand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import case, select
from sqlalchemy.orm import Session

from app.console.factory_feed import FeedSeen, feed_seen
from app.console.factory_line import LineWeek, load_plot, weeks_of
from app.console.plots.frame import Plot
from app.errors import NotFound
from app.insight.schedule.gather import read_schedule
from app.insight.scorecard import Scorecard, pairs_page, scorecards
from app.parties.queries import factory_named
from app.parties.refs import BrandRef, FactoryRef
from app.recommendations.tables import Recommendation
from app.runs.queries import lines_of
from app.runs.tables import Run

LISTED = 25
"""Recommendations and offers that are listed; Today has them all."""

RUNS_LISTED = 12

OVER = ("received", "closed")


@dataclass(frozen=True)
class RunSeen:
    """A run and how far it is; units over all of its SKUs."""

    run: Run
    produced: int
    received: int
    is_late: bool


@dataclass(frozen=True, eq=False)
class FactoryPage:
    """What its template shows."""

    factory: FactoryRef
    card: Scorecard
    feed: FeedSeen
    standing: Sequence[Recommendation]
    runs: Sequence[RunSeen]
    weeks: Sequence[LineWeek]
    load: Plot | None


def factory_page(
    session: Session, brand: BrandRef, code: str, *, today: date, at: datetime
) -> FactoryPage:
    """Read what a factory has to do with a brand.

    Args:
        session: A read transaction.
        brand: Whose work is shown.
        code: The factory's.
        today: The brand's day.
        at: The service's time.

    Raises:
        NotFound: If the brand neither lists the factory nor ever asked it for something.
    """
    factory = factory_named(session, code)
    pairs = (
        []
        if factory is None
        else pairs_page(session, brand_id=brand.id, factory_id=factory.id, after=None, limit=1)
    )
    if factory is None or not pairs:
        raise NotFound("there is no such factory")
    weeks = weeks_of(read_schedule(session, factory, at=at), brand.code)
    return FactoryPage(
        factory=factory,
        card=scorecards(session, pairs, at=at)[0],
        feed=feed_seen(session, brand.id, factory.id),
        standing=_standing(session, brand.id, factory.id),
        runs=_runs(session, brand.id, factory.id, today=today),
        weeks=weeks,
        load=load_plot(factory.code, weeks),
    )


def _standing(session: Session, brand_id: int, factory_id: int) -> Sequence[Recommendation]:
    """Return what waits for an answer, of the factory or of the brand, the most urgent first."""
    query = select(Recommendation).where(
        Recommendation.brand_id == brand_id,
        Recommendation.factory_id == factory_id,
        Recommendation.status.in_(("open", "countered")),
    )
    order = (Recommendation.respond_by, Recommendation.id)
    return session.scalars(query.order_by(*order).limit(LISTED)).all()


def _runs(session: Session, brand_id: int, factory_id: int, *, today: date) -> list[RunSeen]:
    """Return the runs under way, those due first first, and then the newest that are over."""
    is_over = Run.status.in_(OVER)
    query = (
        select(Run)
        .where(Run.brand_id == brand_id, Run.factory_id == factory_id)
        .order_by(is_over, case((~is_over, Run.due_date)), Run.id.desc())
        .limit(RUNS_LISTED)
    )
    rows = session.scalars(query).all()
    lines = lines_of(session, [run.id for run in rows])
    return [
        RunSeen(
            run=run,
            produced=sum(line.produced for line in lines[run.id]),
            received=sum(line.received for line in lines[run.id]),
            is_late=run.status not in OVER and run.due_date < today,
        )
        for run in rows
    ]
