"""Who wins when a factory, its brand, the clock and a refresh come at once: always one.

A few rounds each; RACES_ROUNDS=300 for as many as it takes to be sure.
"""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from decimal import Decimal
from threading import Barrier

import pytest
from sqlalchemy import func, select

from app.database.database import Database
from app.errors import Conflict, NotOpen
from app.recommendations.answer import accept, counter, decline
from app.recommendations.counter import Counter
from app.recommendations.expire import expire
from app.recommendations.review import accept_counter, withdraw
from app.recommendations.tables import FeedEvent, Recommendation
from app.runs.tables import Run
from app.stock.tables import Supply
from tests.recommendations.scene import AT, Scene, decide, run_of, statuses, stored

ROUNDS = int(os.environ.get("RACES_ROUNDS", "6"))
LATER = AT + timedelta(hours=1)
SECOND = timedelta(seconds=1)

Step = Callable[[], str]


@pytest.fixture
def other(open_again: Callable[[], Database]) -> Database:
    """The same database with connections and a lock of its own, as another process has."""
    return open_again()


def raced(*steps: Step) -> list[str]:
    """Take the steps at once; return what each came to, or what it was refused for."""
    start = Barrier(len(steps))

    def run(step: Step) -> str:
        start.wait()
        try:
            return step()
        except NotOpen as refusal:
            return f"refused, already {refusal.status}"
        except Conflict as refusal:
            return f"refused: {refusal.refusal_code}"

    with ThreadPoolExecutor(len(steps)) as pool:
        return list(pool.map(run, steps))


def offered(database: Database, scene: Scene, number: int) -> Recommendation:
    """Ask for a run of its own size, and return it as its factory sees it."""
    decide(database, scene, run_of(scene, medium=100 + 20 * number, urgent=True), at=LATER)
    return stored(database)[-1]


def accepting(database: Database, scene: Scene, asked: Recommendation) -> Step:
    def step() -> str:
        with database.write() as session:
            return accept(session, asked.id, scene.fab1, at=LATER).status

    return step


def runs_of(database: Database, asked: Recommendation) -> list[Run]:
    with database.read() as session:
        found = list(session.scalars(select(Run).where(Run.recommendation_id == asked.id)))
        session.expunge_all()
    return found


def test_of_twenty_simultaneous_accepts_one_makes_the_run(
    database: Database, other: Database, scene: Scene
) -> None:
    asked = offered(database, scene, 0)
    steps = [accepting(one, scene, asked) for one in (database, other) * 10]

    said = raced(*steps)

    assert said == ["accepted"] * 20
    assert [run.quantity for run in runs_of(database, asked)] == [140]
    with database.read() as session:
        told = session.scalars(select(FeedEvent.type).order_by(FeedEvent.seq)).all()
    assert told == ["recommendation.issued", "recommendation.accepted"]


def test_of_an_accept_and_a_decline_one_wins(
    database: Database, other: Database, scene: Scene
) -> None:
    for number in range(ROUNDS):
        asked = offered(database, scene, number)

        def declines(asked: Recommendation = asked) -> str:
            with other.write() as session:
                return decline(session, asked.id, scene.fab1, reason="full", at=LATER).status

        said = raced(accepting(database, scene, asked), declines)

        assert said in (
            ["accepted", "refused, already accepted"],
            ["refused, already declined", "declined"],
        )
        assert len(runs_of(database, asked)) == (said[0] == "accepted")


def test_of_an_accept_and_a_supersede_one_wins_and_makes_what_its_factory_saw(
    database: Database, other: Database, scene: Scene
) -> None:
    for number in range(ROUNDS):
        asked = offered(database, scene, number)

        def refreshes(medium: int = 10_000 + 1000 * number) -> str:
            return decide(database, scene, run_of(scene, medium=medium, urgent=True), at=LATER)

        said = raced(accepting(other, scene, asked), refreshes)

        now = next(row for row in stored(database) if row.id == asked.id)
        assert (now.status, said) in (
            ("accepted", ["accepted", "stale"]),
            ("accepted", ["accepted", "issued"]),
            ("superseded", ["refused, already superseded", "superseded"]),
        )
        made = [(run.id, run.quantity, run.total_cost) for run in runs_of(database, asked)]
        seen = (now.run, asked.quantity, asked.total_cost)
        assert made == ([seen] if now.status == "accepted" else [])
    with database.read() as session:
        runs = session.scalar(select(func.count()).select_from(Run))
    assert runs == statuses(database).count("accepted")


def test_of_an_accept_and_a_withdrawal_one_wins(
    database: Database, other: Database, scene: Scene
) -> None:
    for number in range(ROUNDS):
        asked = offered(database, scene, number)

        def withdraws(asked: Recommendation = asked) -> str:
            with other.write() as session:
                return withdraw(session, scene.brand, asked.id, at=LATER).status

        said = raced(accepting(database, scene, asked), withdraws)

        assert said in (
            ["accepted", "refused, already accepted"],
            ["refused, already withdrawn", "withdrawn"],
        )
        assert len(runs_of(database, asked)) == (said[0] == "accepted")


def test_of_an_answer_and_its_expiry_one_wins(
    database: Database, other: Database, scene: Scene
) -> None:
    for number in range(ROUNDS):
        asked = offered(database, scene, number)

        def answers(asked: Recommendation = asked) -> str:
            with database.write() as session:
                return accept(session, asked.id, scene.fab1, at=asked.expires_at - SECOND).status

        def expires(asked: Recommendation = asked) -> str:
            with other.write() as session:
                return f"{expire(session, at=asked.expires_at)} expired"

        said = raced(answers, expires)

        assert said in (
            ["accepted", "0 expired"],
            ["refused, already expired", "1 expired"],
        )
        assert len(runs_of(database, asked)) == (said[0] == "accepted")


def test_of_a_new_counter_and_the_review_of_the_former_one_wins(
    database: Database, other: Database, scene: Scene
) -> None:
    dearer, later = Counter(unit_cost=Decimal(15)), Counter(need_by=date(2026, 4, 20))
    for number in range(ROUNDS):
        asked = offered(database, scene, number)
        with database.write() as session:
            counter(session, asked.id, scene.fab1, terms=dearer, at=LATER)

        def counters(asked: Recommendation = asked) -> str:
            with database.write() as session:
                return counter(session, asked.id, scene.fab1, terms=later, at=LATER).status

        def agrees(asked: Recommendation = asked) -> str:
            with other.write() as session:
                return accept_counter(
                    session, scene.brand, asked.id, reason=None, at=LATER, seen=1
                ).status

        said = raced(counters, agrees)

        made = [(run.unit_cost, run.need_by) for run in runs_of(database, asked)]
        assert (said, made) in (
            (["refused, already accepted", "accepted"], [(Decimal(15), asked.need_by)]),
            (["countered", "refused: counter_changed"], []),
        )
        with database.write() as session:
            if not made:
                accept(session, asked.id, scene.fab1, at=LATER)
            assert session.scalars(select(Supply.source).distinct()).all() == ["run"]
