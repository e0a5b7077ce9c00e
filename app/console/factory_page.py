"""Everything the page of a factory shows of its work for one brand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from app.console.plots.columns import line_load
from app.console.plots.frame import Plot
from app.errors import NotFound
from app.insight.schedule.gather import read_schedule
from app.insight.schedule.line_load import WeekLoad, line_loads
from app.insight.schedule.model import DAYS_PER_WEEK, Schedule, monday_of
from app.insight.scorecard import Scorecard, pairs_page, scorecards
from app.parties.queries import factory_named
from app.parties.refs import BrandRef, FactoryRef
from app.parties.tables import ApiKey
from app.recommendations.heads import head_of
from app.recommendations.tables import FeedEvent, Recommendation
from app.runs.queries import lines_of
from app.runs.tables import Run

LISTED = 25
"""Recommendations and offers that are listed; Today has them all."""

RUNS_LISTED = 12

EVENTS_READ = 200
EVENTS_SHOWN = 8

OVER = ("received", "closed")


@dataclass(frozen=True)
class Told:
    """An event of the feed."""

    type: str
    at: datetime
    style: str


@dataclass(frozen=True)
class FeedSeen:
    """How far a factory's feed has come, and how far behind its systems are.

    Attributes:
        position: The number of its newest event, those of other brands too.
        called_at: When a key of the factory was used last, to a minute or two, or an answer of it
            was taken; None: never.
        behind: The brand's events since then.
        is_more: There may be more of them than were looked at.
        last: The brand's newest events, newest first.
    """

    position: int
    called_at: datetime | None
    behind: int
    is_more: bool
    last: Sequence[Told]


@dataclass(frozen=True)
class RunSeen:
    """A run and how far it is; units over all of its SKUs."""

    run: Run
    produced: int
    received: int
    is_late: bool


@dataclass(frozen=True)
class LineWeek:
    """A week of the factory's line with what the brand has in it.

    Attributes:
        accepted: Units of accepted runs still to make.
        asked: Units of what waits for an answer.
        accepted_share: Share of a week of all the factory can make; units of offers that state no
            capacity are left out.
        asked_share: The same of what waits for an answer.
        of_all: The load of all brands together; None: nothing to make.
    """

    monday: date
    accepted: int
    asked: int
    accepted_share: float
    asked_share: float
    of_all: WeekLoad | None


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
    weeks = _weeks(read_schedule(session, factory, at=at), brand.code)
    return FactoryPage(
        factory=factory,
        card=scorecards(session, pairs, at=at)[0],
        feed=_feed(session, brand.id, factory.id),
        standing=_standing(session, brand.id, factory.id),
        runs=_runs(session, brand.id, factory.id, today=today),
        weeks=weeks,
        load=_load(factory.code, weeks),
    )


def _feed(session: Session, brand_id: int, factory_id: int) -> FeedSeen:
    called_at = _called_at(session, brand_id, factory_id)
    query = (
        select(FeedEvent.type, FeedEvent.at, Recommendation.style)
        .join(Recommendation, Recommendation.id == FeedEvent.recommendation_id)
        .where(FeedEvent.factory_id == factory_id, Recommendation.brand_id == brand_id)
        .order_by(FeedEvent.seq.desc())
        .limit(EVENTS_READ)
    )
    last = [Told(*row) for row in session.execute(query)]
    behind = sum(called_at is None or one.at > called_at for one in last)
    return FeedSeen(
        position=head_of(session, factory_id).last_seq,
        called_at=called_at,
        behind=behind,
        is_more=behind == EVENTS_READ,
        last=last[:EVENTS_SHOWN],
    )


def _called_at(session: Session, brand_id: int, factory_id: int) -> datetime | None:
    used = select(func.max(ApiKey.last_used_at)).where(ApiKey.factory_id == factory_id)
    answered = select(func.max(Recommendation.answered_at)).where(
        Recommendation.factory_id == factory_id,
        Recommendation.brand_id == brand_id,
        Recommendation.review.is_(None),  # else it may have been the brand's own
    )
    return max(
        (at for at in (session.scalar(used), session.scalar(answered)) if at is not None),
        default=None,
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


def _weeks(schedule: Schedule, brand: str) -> list[LineWeek]:
    """Return the weeks from this one to the brand's last with anything to make."""
    own = [
        (schedule.week_of(line.due), work, line)
        for work in schedule.work
        if work.brand == brand
        for line in work.lines
        if line.to_make
    ]
    if not own:
        return []
    loads = {load.monday: load for load in line_loads(schedule)}
    monday, last = monday_of(schedule.today), max(week for week, _, _ in own)
    found = []
    while monday <= last:
        units = {"firm": 0, "planned": 0}
        shares = {"firm": 0.0, "planned": 0.0}
        for week, work, line in own:
            if week == monday:
                units[work.commitment] += line.to_make
                terms = schedule.terms.get(work.offer)
                if terms is not None and terms.capacity_per_week:
                    share = work.line_share * line.to_make / terms.capacity_per_week
                    shares[work.commitment] += share
        found.append(
            LineWeek(
                monday,
                accepted=units["firm"],
                asked=units["planned"],
                accepted_share=shares["firm"],
                asked_share=shares["planned"],
                of_all=loads.get(monday),
            )
        )
        monday += timedelta(days=DAYS_PER_WEEK)
    return found


def _load(factory: str, weeks: Sequence[LineWeek]) -> Plot | None:
    """Draw the weeks: as shares of all that can be made where offers say how much that is."""
    if not weeks:
        return None
    is_rated = any(week.accepted_share or week.asked_share for week in weeks)
    shown = [
        (
            f"{week.monday.day} {week.monday:%b}",
            week.accepted_share if is_rated else float(week.accepted),
            week.asked_share if is_rated else float(week.asked),
        )
        for week in weeks
    ]
    return line_load(factory, shown, is_rated=is_rated)
