"""What stands and what is accepted together fit the material that a factory has."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select, update

from app.catalog.tables import Style
from app.database.database import Database
from app.errors import Conflict
from app.parties.queries import factory_with_id
from app.recommendations.answer import accept, counter
from app.recommendations.counter import Counter, CounterLine
from app.recommendations.issue import Proposal, publish
from app.sourcing.materials import MaterialDraft, put_material, reserve
from app.sourcing.tables import MaterialUse
from app.sourcing.terms import WITH_MATERIAL
from app.sourcing.ways import Need
from tests.recommendations.scene import (
    AT,
    Scene,
    add_style,
    build,
    decide,
    key_for,
    proposal_of,
    run_of,
    statuses,
    stored,
)
from tests.recommendations.scene import caller as calling

LATER = AT + timedelta(hours=2)
HELD_SECONDS = 0.3
PER_UNIT = Decimal("1.4")
OF_OXFORD = (Need("oxford", PER_UNIT, date(2026, 3, 2)),)
"""What `run_of` takes at 120 units: 168 m."""


@pytest.fixture
def made(database: Database, scene: Scene) -> Database:
    """S2 is made of oxford that will not come again, of which 300 m are there."""
    make_of_oxford(database)
    report(database, scene, 300)
    return database


def make_of_oxford(database: Database) -> None:
    with database.write() as session:
        session.execute(update(Style).values(materials=[{"material": "oxford", "per_unit": 1.4}]))


def report(database: Database, scene: Scene, metres: int, *, returns: bool = False) -> None:
    cloth = MaterialDraft(
        code="oxford", name="Oxford", unit="m", on_hand=Decimal(metres), as_of=AT, returns=returns
    )
    with database.write() as session:
        factory = factory_with_id(session, scene.fab1)
        assert factory is not None
        put_material(session, factory, cloth, at=AT)


def second_brand(database: Database) -> Scene:
    with database.write() as session:
        other = build(session, code="other")
    make_of_oxford(database)
    return other


def asked(scene: Scene, **changes: Any) -> Proposal:
    return proposal_of(scene, run_of(scene, needs=OF_OXFORD, **changes))


def fate(database: Database, scene: Scene, proposal: Proposal) -> str:
    with database.write() as session:
        return publish(session, scene.brand, [proposal], at=AT).fates[scene.style_id]


def accept_last(database: Database, scene: Scene) -> str:
    with database.write() as session:
        return accept(session, stored(database)[-1].id, scene.fab1, at=LATER).status


def test_what_stands_for_one_brand_is_not_there_for_another(made: Database, scene: Scene) -> None:
    other = second_brand(made)

    fates = [fate(made, one, asked(one)) for one in (scene, other)]

    assert fates == ["issued", "short"]


def test_of_two_brands_at_once_only_one_gets_the_material(
    made: Database, open_again: Callable[[], Database], scene: Scene
) -> None:
    other, elsewhere = second_brand(made), open_again()
    has_issued = threading.Event()

    def first() -> str:
        with made.write() as session:
            fates = publish(session, scene.brand, [asked(scene)], at=AT).fates
            has_issued.set()
            threading.Event().wait(HELD_SECONDS)
        return fates[scene.style_id]

    def second() -> str:
        has_issued.wait(10)
        return fate(elsewhere, other, asked(other))

    with ThreadPoolExecutor(2) as pool:
        running = [pool.submit(first), pool.submit(second)]

    assert [one.result() for one in running] == ["issued", "short"]


def test_one_publication_counts_the_material_it_takes_itself(made: Database, scene: Scene) -> None:
    with made.write() as session:
        style_id, skus = add_style(session, scene.brand.id, "S3")
    make_of_oxford(made)
    other = replace(scene, style_id=style_id, skus=skus)

    with made.write() as session:
        both = [asked(one) for one in (scene, other)]
        fates = publish(session, scene.brand, both, at=AT).fates

    assert fates == {scene.style_id: "issued", style_id: "short"}


def test_a_reservation_is_for_its_brand(made: Database, scene: Scene) -> None:
    other = second_brand(made)
    with made.write() as session:
        factory = factory_with_id(session, scene.fab1)
        assert factory is not None
        reserve(
            session, factory, "oxford", "other", quantity=Decimal(168), until=date(2026, 4, 1),
            as_of=AT, reserved_by="factory", at=AT,
        )  # fmt: skip

    fates = [
        fate(made, scene, asked(scene)),
        fate(made, scene, asked(scene, medium=50)),
        fate(made, other, asked(other)),
    ]

    assert fates == ["short", "issued", "issued"]


def test_what_stands_beyond_less_material_is_taken_back(made: Database, scene: Scene) -> None:
    fate(made, scene, asked(scene))
    report(made, scene, 150)

    assert fate(made, scene, asked(scene)) == "short"
    assert statuses(made) == ["withdrawn"]


def test_what_its_factory_no_longer_has_is_not_accepted(made: Database, scene: Scene) -> None:
    fate(made, scene, asked(scene))
    report(made, scene, 160)

    with pytest.raises(Conflict, match="oxford no longer suffices") as refused:
        accept_last(made, scene)

    assert refused.value.refusal_code == "material_short"
    assert statuses(made) == ["open"]
    with made.read() as session:
        assert session.scalars(select(MaterialUse)).all() == []


def test_who_accepts_first_gets_what_is_left(made: Database, scene: Scene) -> None:
    other = second_brand(made)
    report(made, scene, 400)
    for one in (scene, other):
        fate(made, one, asked(one))
    report(made, scene, 300)

    assert accept_last(made, other) == "accepted"
    with pytest.raises(Conflict, match="no longer suffices"), made.write() as session:
        accept(session, stored(made)[0].id, scene.fab1, at=LATER)


def test_less_may_still_be_made_by_a_counter(made: Database, scene: Scene) -> None:
    fate(made, scene, asked(scene))
    report(made, scene, 160)
    fewer = Counter(lines=(CounterLine("S2-BLK-M", 70),))

    with made.write() as session:
        row = counter(session, stored(made)[0].id, scene.fab1, terms=fewer, at=LATER)

    assert row.status == "countered"


def test_material_that_returns_is_bought_for_a_run_in_the_usual_time(
    made: Database, scene: Scene
) -> None:
    decide(made, scene, run_of(scene))
    report(made, scene, 100, returns=True)

    assert accept_last(made, scene) == "accepted"


def test_a_run_in_the_shorter_time_needs_the_material_at_hand(made: Database, scene: Scene) -> None:
    way = {
        "code": "S2-small" + WITH_MATERIAL,
        "factory": "fab1",
        "lead_time_days": 21.0,
        "freight_per_unit": 0.8,
        "freight_per_run": 0.0,
    }
    report(made, scene, 200, returns=True)
    decide(made, scene, run_of(scene), inputs={"situation": {"offers": [way]}})
    report(made, scene, 100, returns=True)

    with pytest.raises(Conflict, match="no longer suffices"):
        accept_last(made, scene)


def test_the_factory_is_told_what_is_lacking(made: Database, scene: Scene) -> None:
    fate(made, scene, asked(scene))
    report(made, scene, 160)
    key = key_for(made, "factory", factory_id=scene.fab1)

    answer = calling(made, LATER)(
        key,
        "POST",
        f"/v1/recommendations/{stored(made)[0].id}/response",
        {"decision": "accept"},
    )

    assert (answer.status_code, answer.json()["code"]) == (409, "material_short")
