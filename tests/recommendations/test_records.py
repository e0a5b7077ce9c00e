"""How factories keep their word to a brand."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import insert, update

from app.database.database import Database
from app.recommendations.answer import accept, decline
from app.recommendations.expire import expire
from app.recommendations.records import Record, factory_records
from app.runs.tables import Run, RunEvent
from tests.recommendations.scene import AT, Scene, decide, run_of, stored, to_fab2


def records(database: Database, scene: Scene, at: datetime = AT) -> dict[int, Record]:
    with database.read() as session:
        return factory_records(session, scene.brand, at=at)


def answer_one(database: Database, scene: Scene, said: str) -> str | None:
    """Ask the first factory for a run, have it answered, and return the run if there is one."""
    decide(database, scene, run_of(scene, urgent=True))
    asked = stored(database)[-1]
    with database.write() as session:
        if said == "accepted":
            return accept(session, asked.id, scene.fab1, at=AT).run
        if said == "declined":
            decline(session, asked.id, scene.fab1, reason="full", at=AT)
        else:
            expire(session, at=AT + timedelta(days=30))
    return None


def receive(database: Database, run_id: str, days_after_due: int) -> None:
    """Report the run as received that many days after it was due."""
    with database.write() as session:
        session.execute(update(Run).where(Run.id == run_id).values(due_date=date(2026, 3, 20)))
        came = datetime.fromisoformat("2026-03-20T12:00:00+01:00") + timedelta(days=days_after_due)
        row = {"run_id": run_id, "event_id": "r1", "kind": "received", "occurred_at": came}
        session.execute(insert(RunEvent).values(**row, posted_by="brand"))


def test_a_factory_nobody_asked_has_no_record(database: Database, scene: Scene) -> None:
    assert records(database, scene) == {}


def test_what_was_declined_or_left_unanswered_counts_as_not_taken(
    database: Database, scene: Scene
) -> None:
    for said in ("accepted", "declined", "expired"):
        answer_one(database, scene, said)

    assert records(database, scene) == {scene.fab1: Record(asked=3, taken=1)}


def test_what_stands_or_never_left_the_brand_says_nothing(database: Database, scene: Scene) -> None:
    decide(database, scene, to_fab2(scene))

    assert records(database, scene) == {}


@pytest.mark.parametrize(("days", "in_time"), [(0, 1), (3, 1), (4, 0)])
def test_a_run_is_in_time_until_a_few_days_after_its_due_date(
    database: Database, scene: Scene, days: int, in_time: int
) -> None:
    run = answer_one(database, scene, "accepted")
    assert run is not None

    receive(database, run, days)

    assert records(database, scene)[scene.fab1] == Record(1, 1, received=1, in_time=in_time)


def test_what_is_older_than_a_year_is_forgotten(database: Database, scene: Scene) -> None:
    answer_one(database, scene, "declined")

    assert records(database, scene, AT + timedelta(days=366)) == {}


@pytest.mark.parametrize(
    ("record", "delivers"),
    [
        (Record(), 0.9025),
        (Record(asked=20, taken=20, received=20, in_time=20), 0.950625),
        (Record(asked=20, taken=1), 0.475),
        (Record(asked=20, taken=20, received=20, in_time=1), 0.4875),
    ],
)
def test_the_chance_of_delivery_is_shrunk_to_nineteen_of_twenty(
    record: Record, delivers: float
) -> None:
    assert record.delivers == pytest.approx(delivers)
