"""What happens to a run: counted once, only forwards, and seen in the inventory position."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

from sqlalchemy.orm import Session

from app.database.database import Database
from app.demand.position import Position, positions
from app.runs.progress import Step, most_units, take_steps
from app.runs.queries import lines_of, locked_run
from app.runs.tables import Run, RunLine
from app.stock.report import ReportedLevel, store_levels
from tests.recommendations.scene import AT, Scene, supply_version

DAY = timedelta(days=1)


def step(event_id: str, kind: str, units: int | None = None, sku: str = "S2-BLK-M") -> Step:
    return Step(event_id, kind, sku if units else None, units, AT + DAY)


def take(database: Database, run_id: str, *steps: Step) -> list[str | None]:
    """Post events as the factory; return each one's status, or its code where rejected."""
    with database.write() as session:
        run = locked_run(session, run_id, brand_id=None, factory_id=None)
        results = take_steps(session, run, steps, posted_by="factory", at=AT + DAY)
    return [result.code or result.status for result in results]


def status(database: Database, run_id: str) -> str:
    with database.read() as session:
        return session.get_one(Run, run_id).status


def position(session: Session, sku_id: int) -> Position:
    return positions(session, [sku_id], at=AT + 2 * DAY)[sku_id]


def inbound(database: Database, sku_id: int) -> tuple[tuple[date, int], ...]:
    with database.read() as session:
        return position(session, sku_id).inbound


def test_the_status_moves_forwards_and_never_back(database: Database, run_id: str) -> None:
    seen = []
    for event in (
        step("1", "started"),
        step("2", "shipped", 10),
        step("3", "produced", 80),
        step("4", "complained", 1),
        step("5", "closed"),
        step("6", "complained", 1),
    ):
        take(database, run_id, event)
        seen.append(status(database, run_id))

    assert seen == ["in_production", "shipped", "shipped", "shipped", "closed", "closed"]


def test_quantities_add_up_by_line(database: Database, run_id: str) -> None:
    take(
        database,
        run_id,
        step("1", "produced", 30),
        step("2", "produced", 20),
        step("3", "produced", 7, "S2-BLK-L"),
        step("4", "rejected", 2),
    )

    with database.read() as session:
        lines = [(line.produced, line.rejected) for line in lines_of(session, [run_id])[run_id]]
    assert lines == [(50, 2), (7, 0)]


def test_an_event_sent_again_counts_once(database: Database, scene: Scene, run_id: str) -> None:
    first = take(database, run_id, step("1", "received", 30), step("1", "received", 30))
    version = supply_version(database, scene)

    again = take(database, run_id, step("1", "received", 30), step("1", "received", 31))

    assert first == ["accepted", "duplicate"]
    assert again == ["duplicate", "event_conflict"]
    assert inbound(database, scene.skus[0]) == ((date(2026, 3, 23), 46),)
    assert supply_version(database, scene) == version


def test_one_event_posted_by_two_at_once_counts_once(
    database: Database, scene: Scene, run_id: str
) -> None:
    with ThreadPoolExecutor(2) as pool:
        said = pool.map(lambda _: take(database, run_id, step("1", "received", 30)), range(2))

    assert sorted(one[0] or "" for one in said) == ["accepted", "duplicate"]
    assert inbound(database, scene.skus[0]) == ((date(2026, 3, 23), 46),)


def test_a_receipt_moves_units_from_on_their_way_to_on_hand(
    database: Database, scene: Scene, run_id: str
) -> None:
    with database.write() as session:
        store_levels(session, scene.brand, [ReportedLevel("S2-BLK-M", 5, AT)], at=AT)

    take(database, run_id, step("1", "received", 30))

    with database.read() as session:
        now = position(session, scene.skus[0])
    assert (now.on_hand, now.inbound) == (35, ((date(2026, 3, 23), 46),))


def test_rejects_beyond_what_was_reckoned_with_shrink_what_is_expected(
    database: Database, scene: Scene, run_id: str
) -> None:
    expected = [inbound(database, scene.skus[0])[0][1]]
    for number, units in enumerate((4, 6)):
        take(database, run_id, step(str(number), "rejected", units))
        expected.append(inbound(database, scene.skus[0])[0][1])

    assert expected == [76, 76, 70]


def test_nothing_more_is_expected_of_a_closed_run(
    database: Database, scene: Scene, run_id: str
) -> None:
    take(database, run_id, step("1", "received", 30), step("2", "closed"))

    assert inbound(database, scene.skus[0]) == ()
    assert take(database, run_id, step("3", "produced", 1)) == ["run_closed"]
    assert take(database, run_id, step("4", "received", 5)) == ["accepted"]
    assert inbound(database, scene.skus[0]) == ()


def test_a_run_is_received_when_nothing_more_is_expected(database: Database, run_id: str) -> None:
    take(database, run_id, step("1", "received", 76))
    partial = status(database, run_id)

    take(database, run_id, step("2", "received", 38, "S2-BLK-L"))

    assert (partial, status(database, run_id)) == ("shipped", "received")


def test_a_run_is_received_though_a_twentieth_of_every_line_lacks_which_counts_if_it_comes(
    database: Database, scene: Scene, run_id: str
) -> None:
    seen = []
    for event in (
        step("1", "received", 72),
        step("2", "received", 37, "S2-BLK-L"),
        step("3", "received", 1),
        step("4", "received", 3),
    ):
        take(database, run_id, event)
        units = [units for _, units in inbound(database, scene.skus[0])]
        seen.append((status(database, run_id), units))

    assert seen == [("shipped", [4]), ("shipped", [4]), ("received", []), ("received", [])]
    with database.read() as session:
        line = session.get_one(RunLine, (run_id, scene.skus[0]))
        assert line.received == 76


def test_a_run_is_received_when_the_rest_of_it_was_rejected(
    database: Database, run_id: str
) -> None:
    take(database, run_id, step("1", "received", 70), step("2", "received", 38, "S2-BLK-L"))
    partial = status(database, run_id)

    take(database, run_id, step("3", "rejected", 10))

    assert (partial, status(database, run_id)) == ("shipped", "received")


def test_more_than_ordered_may_come_but_not_any_number(database: Database, run_id: str) -> None:
    said = take(
        database,
        run_id,
        step("1", "received", 110),
        step("2", "received", 11),
        step("3", "received", 1, "S9"),
    )

    assert said == ["accepted", "over_quantity", "unknown_sku"]
    assert (most_units(1), most_units(80)) == (11, 120)


def test_every_step_makes_decisions_that_saw_less_stale(
    database: Database, scene: Scene, run_id: str
) -> None:
    before = supply_version(database, scene)

    take(database, run_id, step("1", "started"))

    assert supply_version(database, scene) == before + 1


def test_no_more_units_are_complained_about_than_can_have_come(
    database: Database, run_id: str
) -> None:
    first = take(database, run_id, step("1", "received", 30), step("2", "complained", 30))
    second = take(database, run_id, step("3", "complained", 540))

    assert (first, second) == (["accepted", "accepted"], ["over_quantity"])


def test_what_lies_more_than_a_day_before_the_acceptance_is_of_another_run(
    database: Database, run_id: str
) -> None:
    with database.read() as session:
        accepted_at = session.get_one(Run, run_id).accepted_at

    said = take(
        database,
        run_id,
        Step("1", "started", None, None, accepted_at - DAY - timedelta(microseconds=1)),
        Step("2", "started", None, None, accepted_at - DAY),
    )

    assert said == ["before_acceptance", "accepted"]
