"""What accepted runs take of materials, from acceptance until the cloth is cut."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from app.catalog.tables import Style
from app.database.database import Database
from app.jobs.tables import DueWork
from app.parties.queries import factory_with_id
from app.recommendations.answer import accept
from app.runs.progress import Step, take_steps
from app.runs.queries import locked_run
from app.sourcing.material_queries import availabilities
from app.sourcing.materials import MaterialDraft, put_material
from app.sourcing.tables import MaterialUse
from tests.recommendations.scene import (
    AT,
    Scene,
    add_style,
    decide,
    proposal_of,
    publish,
    run_of,
    stored,
)

MADE_OF = [{"material": "oxford", "per_unit": 1.4}, {"material": "zip", "per_unit": 0.33333}]
DUE = datetime(2026, 3, 22, 23, tzinfo=UTC)
"""The start in Berlin of the day a run accepted at AT is due, 21 days later."""


@pytest.fixture
def made(database: Database, scene: Scene) -> Database:
    """S2 is made of oxford and zips, S3 of oxford; both are reported, and nothing is due."""
    with database.write() as session:
        other, _ = add_style(session, scene.brand.id, "S3")
        oxford_only = MADE_OF[:1]
        for style_id, materials in ((scene.style_id, MADE_OF), (other, oxford_only)):
            session.execute(update(Style).where(Style.id == style_id).values(materials=materials))
    report(database, scene)
    with database.write() as session:
        session.execute(delete(DueWork))
    return database


def report(database: Database, scene: Scene, *, on_hand: int = 1000, at: datetime = AT) -> None:
    with database.write() as session:
        factory = factory_with_id(session, scene.fab1)
        assert factory is not None
        put_material(
            session,
            factory,
            MaterialDraft(code="oxford", name="Oxford", unit="m", on_hand=Decimal(on_hand)),
            at=at,
        )


def accepted(database: Database, scene: Scene) -> str:
    """Recommend 120 units of S2, have them accepted, and return the run."""
    decide(database, scene, run_of(scene))
    with database.write() as session:
        row = accept(session, stored(database)[-1].id, scene.fab1, at=AT)
    assert row.run is not None
    return row.run


def step(database: Database, run: str, kind: str, at: datetime, **values: Any) -> None:
    with database.write() as session:
        found = locked_run(session, run, brand_id=None, factory_id=None)
        one = Step(f"{kind}-{at:%m%d}", kind, values.get("sku"), values.get("quantity"), at)
        [result] = take_steps(session, found, [one], posted_by="factory", at=AT)
        assert result.status == "accepted"


def uses(database: Database) -> list[tuple[str, Decimal, datetime]]:
    with database.read() as session:
        query = select(MaterialUse).order_by(MaterialUse.material)
        return [(use.material, use.quantity, use.cut_at) for use in session.scalars(query)]


def usable(database: Database, scene: Scene) -> Decimal:
    day = date(2026, 3, 2)
    with database.read() as session:
        known = availabilities(session, [scene.fab1], ["oxford"])[scene.fab1]["oxford"]
        return known.usable(scene.brand.id, day=day, by=day)


def due(database: Database) -> set[int]:
    with database.read() as session:
        return set(session.scalars(select(DueWork.key)))


def test_an_accepted_run_takes_what_its_units_need_to_the_last_decimal(
    made: Database, scene: Scene
) -> None:
    accepted(made, scene)

    assert uses(made) == [
        ("oxford", Decimal("168.0000"), DUE),
        ("zip", Decimal("39.9996"), DUE),
    ]
    assert usable(made, scene) == Decimal(832)


def test_accepting_makes_due_the_other_styles_of_the_same_material(
    made: Database, scene: Scene
) -> None:
    accepted(made, scene)

    assert due(made) == {scene.style_id, scene.style_id + 1}


def test_two_accepted_at_once_both_count(made: Database, scene: Scene) -> None:
    decide(made, scene, run_of(scene))
    with made.write() as session:
        second = session.scalars(select(Style.id).where(Style.code == "S3")).one()
        proposal = proposal_of(scene, run_of(scene), style_id=second, style="S3")
        publish(session, scene.brand, [proposal], at=AT)
    ids = [row.id for row in stored(made)]

    def answer(recommendation: str) -> str:
        with made.write() as session:
            return accept(session, recommendation, scene.fab1, at=AT).status

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(answer, ids))

    assert answers == ["accepted", "accepted"]
    assert usable(made, scene) == Decimal(664)


def test_a_run_that_rolls_back_takes_nothing(made: Database, scene: Scene) -> None:
    decide(made, scene, run_of(scene))

    def fail() -> None:
        with made.write() as session:
            accept(session, stored(made)[-1].id, scene.fab1, at=AT)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()

    assert uses(made) == []


def test_the_first_sign_of_work_says_when_it_was_cut_whatever_the_order(
    made: Database, scene: Scene
) -> None:
    run = accepted(made, scene)

    step(made, run, "produced", AT + timedelta(hours=9), sku="S2-BLK-M", quantity=5)
    step(made, run, "started", AT + timedelta(hours=2))
    step(made, run, "shipped", AT + timedelta(hours=12), sku="S2-BLK-M", quantity=5)

    assert [cut_at for _, _, cut_at in uses(made)] == [AT + timedelta(hours=2)] * 2


def test_a_report_counted_after_the_cut_has_it_gone(made: Database, scene: Scene) -> None:
    run = accepted(made, scene)
    step(made, run, "started", AT + timedelta(hours=2))

    report(made, scene, on_hand=900, at=AT + timedelta(hours=1))
    counted_before = usable(made, scene)
    report(made, scene, on_hand=832, at=AT + timedelta(hours=2))

    assert counted_before == Decimal(732)
    assert usable(made, scene) == Decimal(832)


def test_of_a_run_that_says_nothing_the_cloth_is_gone_the_day_it_is_due(
    made: Database, scene: Scene
) -> None:
    accepted(made, scene)

    report(made, scene, on_hand=832, at=DUE - timedelta(seconds=1))
    before = usable(made, scene)
    report(made, scene, on_hand=832, at=DUE)

    assert before == Decimal(664)
    assert usable(made, scene) == Decimal(832)


def test_a_run_closed_before_anything_was_made_gives_its_material_back(
    made: Database, scene: Scene
) -> None:
    run = accepted(made, scene)
    with made.write() as session:
        session.execute(delete(DueWork))

    step(made, run, "closed", AT + timedelta(hours=2))

    assert uses(made) == []
    assert due(made) == {scene.style_id, scene.style_id + 1}


def test_a_run_closed_after_work_began_keeps_what_it_took(made: Database, scene: Scene) -> None:
    run = accepted(made, scene)

    step(made, run, "started", AT + timedelta(hours=2))
    step(made, run, "closed", AT + timedelta(hours=3))

    assert usable(made, scene) == Decimal(832)


def test_a_material_first_reported_later_knows_the_runs_accepted_before(
    database: Database, scene: Scene
) -> None:
    with database.write() as session:
        session.execute(
            update(Style).where(Style.id == scene.style_id).values(materials=MADE_OF[:1])
        )
    accepted(database, scene)

    report(database, scene, at=AT + timedelta(hours=1))

    assert usable(database, scene) == Decimal(832)
