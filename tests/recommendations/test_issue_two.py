"""Publishing a run and one beside it, at two factories."""

from datetime import timedelta

from sqlalchemy import select

from app.database.database import Database
from app.recommendations.answer import accept, counter
from app.recommendations.counter import Counter
from app.recommendations.proposal import ProposedRun
from app.recommendations.tables import FeedEvent, Recommendation
from tests.recommendations.scene import AT, Scene, decide, run_of, stored, to_fab2

TOMORROW = AT + timedelta(days=1)


def publish_two(
    database: Database, scene: Scene, second: ProposedRun | None = None, **changes: object
) -> str:
    """Publish the usual run at the first factory with one beside it at the second."""
    return decide(database, scene, run_of(scene), beside=second or to_fab2(scene), **changes)


def at_factory(database: Database, code: str) -> list[Recommendation]:
    """Return what a factory was asked, oldest first."""
    return [row for row in stored(database) if row.factory == code]


def statuses(database: Database) -> list[list[str]]:
    """Return the statuses of what each of the two factories was asked, oldest first."""
    return [[row.status for row in at_factory(database, code)] for code in ("fab1", "fab2")]


def told(database: Database, factory_id: int) -> list[str]:
    with database.read() as session:
        query = select(FeedEvent.type).where(FeedEvent.factory_id == factory_id)
        return list(session.scalars(query.order_by(FeedEvent.seq)))


def test_both_runs_are_issued_at_once_and_each_factory_is_told_its_own(
    database: Database, scene: Scene
) -> None:
    assert publish_two(database, scene) == "issued"

    assert statuses(database) == [["open"], ["open"]]
    assert told(database, scene.fab1) == told(database, scene.fab2) == ["recommendation.issued"]


def test_two_that_still_say_it_are_both_kept(database: Database, scene: Scene) -> None:
    publish_two(database, scene)

    assert publish_two(database, scene, at=TOMORROW) == "kept"
    assert statuses(database) == [["open"], ["open"]]


def test_the_one_beside_is_superseded_alone(database: Database, scene: Scene) -> None:
    publish_two(database, scene)

    fate = publish_two(database, scene, to_fab2(scene, medium=200), at=TOMORROW)

    assert fate == "superseded"
    assert statuses(database) == [["open"], ["superseded", "open"]]


def test_it_is_withdrawn_alone_where_one_run_is_enough(database: Database, scene: Scene) -> None:
    publish_two(database, scene)

    assert decide(database, scene, run_of(scene), at=TOMORROW) == "kept"

    assert statuses(database) == [["open"], ["withdrawn"]]
    assert told(database, scene.fab2)[-1] == "recommendation.withdrawn"


def test_which_of_the_two_comes_first_changes_nothing_that_stands(
    database: Database, scene: Scene
) -> None:
    publish_two(database, scene)

    fate = decide(database, scene, to_fab2(scene), beside=run_of(scene), at=TOMORROW)

    assert fate == "kept"
    assert statuses(database) == [["open"], ["open"]]


def test_hold_takes_both_back(database: Database, scene: Scene) -> None:
    publish_two(database, scene)

    assert decide(database, scene, None, at=TOMORROW) == "withdrawn"
    assert statuses(database) == [["withdrawn"], ["withdrawn"]]


def test_the_accepted_one_stays_and_the_other_still_stands(
    database: Database, scene: Scene
) -> None:
    publish_two(database, scene)
    with database.write() as session:
        accept(session, at_factory(database, "fab1")[0].id, scene.fab1, at=AT)

    fate = decide(database, scene, to_fab2(scene), at=TOMORROW)

    assert fate == "kept"
    assert statuses(database) == [["accepted"], ["open"]]


def test_a_counter_of_one_is_left_while_the_other_is_replaced(
    database: Database, scene: Scene
) -> None:
    publish_two(database, scene)
    with database.write() as session:
        later = Counter(need_by=at_factory(database, "fab1")[0].need_by + timedelta(days=9))
        counter(session, at_factory(database, "fab1")[0].id, scene.fab1, terms=later, at=AT)

    publish_two(database, scene, to_fab2(scene, medium=200), at=TOMORROW)

    assert statuses(database) == [["countered"], ["superseded", "open"]]


def test_one_that_joins_later_waits_for_the_review_period_unless_it_is_urgent(
    database: Database, scene: Scene
) -> None:
    decide(database, scene, run_of(scene))

    assert publish_two(database, scene, at=TOMORROW) == "kept"
    assert publish_two(database, scene, to_fab2(scene, urgent=True), at=TOMORROW) == "issued"
    assert statuses(database) == [["open"], ["open"]]
