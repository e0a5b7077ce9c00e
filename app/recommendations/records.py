"""How factories keep their word to a brand: what they take on, and what comes in time."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.clock.time import end_of_day
from app.parties.refs import BrandRef
from app.recommendations.tables import Recommendation
from app.runs.tables import Run, RunEvent

RECORD_DAYS = 365
"""A year of work says how a factory works now."""

DAYS_LATE_TOLERATED = 3
"""As much as a need may move without a recommendation being replaced."""

MOST_RUNS_READ = 1000

PRIOR_ASKED, PRIOR_KEPT = 20, 19
"""A factory nobody knows counts as one that kept its word 19 times of 20: one refusal then says
little, and twenty answers as much as the prior."""


@dataclass(frozen=True, slots=True)
class Record:
    """How often a factory kept its word.

    Attributes:
        asked: Recommendations that were answered, or ran out unanswered.
        taken: Of those accepted.
        received: Runs that came in.
        in_time: Of those by their due date, or at most a few days later.
    """

    asked: int = 0
    taken: int = 0
    received: int = 0
    in_time: int = 0

    @property
    def delivers(self) -> float:
        """Return the chance that a run asked of it is taken and comes in time, in (0, 1)."""
        takes = (PRIOR_KEPT + self.taken) / (PRIOR_ASKED + self.asked)
        keeps = (PRIOR_KEPT + self.in_time) / (PRIOR_ASKED + self.received)
        return takes * keeps


def factory_records(session: Session, brand: BrandRef, *, at: datetime) -> dict[int, Record]:
    """Return the record of each factory, by id, that answered the brand within the last year."""
    since = at - timedelta(days=RECORD_DAYS)
    asked, taken = _answers(session, brand.id, since)
    received, in_time = _receipts(session, brand, since)
    return {
        factory: Record(asked[factory], taken[factory], received[factory], in_time[factory])
        for factory in sorted(asked.keys() | received.keys())
    }


def _answers(session: Session, brand_id: int, since: datetime) -> tuple[Counter[int], Counter[int]]:
    """Return how often each factory was asked for good, and how often it accepted."""
    query = (
        select(Recommendation.factory_id, Recommendation.status, func.count())
        .where(
            Recommendation.brand_id == brand_id,
            Recommendation.status.in_(("accepted", "declined", "expired")),
            Recommendation.opened_at >= since,
        )
        .group_by(Recommendation.factory_id, Recommendation.status)
    )
    asked: Counter[int] = Counter()
    taken: Counter[int] = Counter()
    for factory_id, status, count in session.execute(query):
        asked[factory_id] += count
        taken[factory_id] += count if status == "accepted" else 0
    return asked, taken


def _receipts(
    session: Session, brand: BrandRef, since: datetime
) -> tuple[Counter[int], Counter[int]]:
    """Return how many runs of each factory came in, and how many in time.

    What nobody reported as received says nothing: not every brand reports it.
    """
    query = (
        select(Run.factory_id, Run.due_date, func.min(RunEvent.occurred_at))
        .join(RunEvent, RunEvent.run_id == Run.id)
        .where(Run.brand_id == brand.id, Run.accepted_at >= since, RunEvent.kind == "received")
        .group_by(Run.id, Run.factory_id, Run.due_date)
        .order_by(Run.id.desc())
        .limit(MOST_RUNS_READ)
    )
    received: Counter[int] = Counter()
    in_time: Counter[int] = Counter()
    for factory_id, due, came in session.execute(query):
        received[factory_id] += 1
        latest = end_of_day(due + timedelta(days=DAYS_LATE_TOLERATED), brand.timezone)
        in_time[factory_id] += came <= latest
    return received, in_time
