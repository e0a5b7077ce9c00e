"""What waits, and for how long."""

from datetime import UTC, datetime, timedelta

from app.database.database import Database
from app.jobs.beats import beat, forget_the_gone, living
from app.jobs.finish import finish
from app.jobs.metrics import work_metrics
from app.jobs.work import claim, mark_due

AT = datetime(2026, 3, 2, 10, tzinfo=UTC)


def read(database: Database) -> dict[str, float]:
    with database.read() as session:
        families = list(work_metrics(session, AT))
    return {one.name: one.samples[0].value for one in families if one.samples}


def test_the_oldest_is_told_of_what_is_due_and_of_signals_that_nobody_answered(
    database: Database,
) -> None:
    wall = datetime.now(UTC)
    with database.write() as session:
        mark_due(session, 1, [1], at=AT - timedelta(minutes=50), signal_at=AT - timedelta(hours=2))
        claimed = claim(session, at=AT, wall=wall, limit=9, lease_seconds=120)
        assert claimed is not None
        # It failed: due again later, its signal unanswered.
        finish(session, claimed, {1: AT + timedelta(minutes=30)}, unanswered=[1])
        mark_due(session, 1, [2, 3], at=AT - timedelta(minutes=5), signal_at=AT)
        mark_due(session, 1, [4], at=AT + timedelta(hours=9))
        claim(session, at=AT, wall=wall, limit=1, lease_seconds=120)

    found = read(database)

    assert found["shortrun_due_styles"] == 2
    assert found["shortrun_leased_styles"] == 1
    assert found["shortrun_oldest_due_seconds"] == 300
    assert found["shortrun_oldest_signal_seconds"] == 7200


def test_workers_that_are_gone_are_not_shown_and_in_the_end_forgotten(database: Database) -> None:
    wall = datetime.now(UTC)
    with database.write() as session:
        beat(session, "alive", wall, AT)
        beat(session, "gone", wall - timedelta(minutes=2), AT)
        beat(session, "long gone", wall - timedelta(days=2), AT)
        forget_the_gone(session, wall)

    found = read(database)

    assert found["shortrun_workers"] == 1
    assert found["shortrun_worker_last_refresh_timestamp_seconds"] == AT.timestamp()
    with database.read() as session:
        assert [one.worker for one in living(session, wall - timedelta(minutes=2))] == [
            "gone", "alive",
        ]  # fmt: skip
