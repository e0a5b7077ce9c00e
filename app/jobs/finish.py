"""Give back what a claim still holds: answered, or as it was."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import BigInteger, String, delete, select, update
from sqlalchemy.orm import Session

from app.database.touching import given
from app.database.upsert import Row, one_of
from app.jobs.tables import DueWork
from app.jobs.work import DUE, Claim

UNMOVED = (
    DueWork.key == given("key", BigInteger()),
    DueWork.lease == given("lease", String()),
    DueWork.generation == given("generation", BigInteger()),
)
OVER = delete(DueWork).where(*UNMOVED)
AGAIN = update(DueWork).where(*UNMOVED).values(due_at=DUE)
ANSWERED = AGAIN.values(signal_at=None)
"""What becomes of a finished key, for many keys in one call: a statement for each, and one more to
release it, took an eighth of a refresh."""


def held(session: Session, claimed: Claim, keys: Sequence[int]) -> set[int]:
    """Lock and return those of `keys` whose lease is still this claim's: nobody else publishes."""
    query = (
        select(DueWork.key)
        .where(
            one_of(session, DueWork.key, keys),
            DueWork.lease == claimed.lease,
        )
        .order_by(DueWork.key)
        .with_for_update()
    )
    return set(session.scalars(query))


def finish(
    session: Session,
    claimed: Claim,
    next_due: Mapping[int, datetime | None],
    *,
    unanswered: Collection[int] = (),
) -> None:
    """Give the keys back: due again at the given time, or, when None, no longer due.

    A key whose generation moved since the claim stays due as it is: news came in meanwhile.

    Args:
        session: In a write transaction.
        claimed: What the keys were claimed by.
        next_due: The keys, and when each is due again.
        unanswered: Keys whose signal nobody answered yet: they keep its time.
    """
    over: list[Row] = []
    answered: list[Row] = []
    again: list[Row] = []
    for key, due_at in sorted(next_due.items()):
        seen = {"key": key, "lease": claimed.lease, "generation": claimed.generations[key]}
        row = {f"given_{name}": value for name, value in seen.items()}
        if due_at is None:
            over.append(row)
        else:
            (again if key in unanswered else answered).append(row | {"given_due_at": due_at})
    for statement, rows in ((OVER, over), (ANSWERED, answered), (AGAIN, again)):
        if rows:
            session.connection().execute(statement, rows)
    session.execute(
        update(DueWork)
        .where(one_of(session, DueWork.key, sorted(next_due)), DueWork.lease == claimed.lease)
        .values(lease=None, holder=None, lease_until=None, attempts=0)
    )


def put_back(session: Session, claimed: Claim, *, until: datetime) -> None:
    """Give back everything this claim still holds; nobody takes it before `until`.

    The worker lives, so the attempt does not count as one that ended it.
    """
    held(session, claimed, list(claimed.generations))
    session.execute(
        update(DueWork)
        .where(
            one_of(session, DueWork.key, list(claimed.generations)),
            DueWork.lease == claimed.lease,
        )
        .values(lease=None, holder=None, lease_until=until, attempts=DueWork.attempts - 1)
    )
