"""What is firm, planned and forecast for a factory, and what is none of its business."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from app.database.database import Database
from app.forecasting.model import KnownUnits
from app.insight.schedule.gather import read_schedule
from app.insight.schedule.line_load import line_loads
from app.insight.schedule.model import Line, Schedule
from app.parties.access import FactoryRef
from app.parties.tables import Brand, BrandFactory, Factory
from app.recommendations.answer import accept, counter
from app.recommendations.counter import Counter, CounterLine, Delivery
from app.recommendations.issue import publish
from app.recommendations.tables import Recommendation
from app.runs.progress import Step, take_steps
from app.runs.queries import locked_run
from tests.insight.schedule.floor import another_style, at, forecast, offer
from tests.recommendations.scene import (
    AT,
    Scene,
    build,
    decide,
    proposal_of,
    run_of,
    stored,
    to_fab2,
)


def read(database: Database, scene: Scene, now: datetime = AT) -> Schedule:
    with database.read() as session:
        factory = FactoryRef.of(session.get_one(Factory, scene.fab1))
        return read_schedule(session, factory, at=now)


def told(lines: list[Line]) -> list[tuple[str, str, date, int, int]]:
    return [(line.commitment, line.sku, line.due, line.quantity, line.to_make) for line in lines]


def steps(database: Database, scene: Scene, run: str, *counted: tuple[str, str, int]) -> None:
    with database.write() as session:
        found = locked_run(session, run, brand_id=scene.brand.id, factory_id=None)
        taken = [
            Step(f"{kind}-{sku}", kind, sku, quantity, at(5)) for kind, sku, quantity in counted
        ]
        take_steps(session, found, taken, posted_by="factory", at=at(5))


def test_an_accepted_run_is_firm_on_the_day_agreed(
    database: Database, scene: Scene, run_id: str
) -> None:
    found = read(database, scene)

    assert told(found.lines) == [
        ("firm", "S2-BLK-L", date(2026, 3, 23), 40, 40),
        ("firm", "S2-BLK-M", date(2026, 3, 23), 80, 80),
    ]
    assert {line.reference for line in found.lines} == {run_id}
    assert found.work[0].start == date(2026, 3, 2)


def test_what_is_received_or_rejected_is_no_longer_to_come_and_what_is_made_not_to_make(
    database: Database, scene: Scene, run_id: str
) -> None:
    steps(
        database, scene, run_id,
        ("produced", "S2-BLK-M", 70), ("rejected", "S2-BLK-M", 5), ("received", "S2-BLK-M", 60),
        ("received", "S2-BLK-L", 40),
    )  # fmt: skip

    assert told(read(database, scene).lines) == [
        ("firm", "S2-BLK-M", date(2026, 3, 23), 15, 10),
    ]


def test_what_should_be_made_by_now_takes_no_time_of_the_line_though_nobody_reported_it(
    database: Database, scene: Scene, run_id: str
) -> None:
    offer(database, scene.fab1, capacity_per_week=40)

    weeks = line_loads(read(database, scene, at(16)))

    assert [(week.load, week.is_over) for week in weeks] == [
        (0.0, False),
        (pytest.approx(1.0), False),
    ]
    assert weeks[1].steps[0].job.units == 120


def test_a_run_that_is_received_is_gone(database: Database, scene: Scene, run_id: str) -> None:
    steps(
        database, scene, run_id, ("received", "S2-BLK-M", 80), ("received", "S2-BLK-L", 40)
    )  # fmt: skip

    assert read(database, scene).lines == []


def test_an_open_recommendation_is_planned_until_its_time_is_over(
    database: Database, scene: Scene
) -> None:
    decide(database, scene, run_of(scene))
    expires = stored(database)[0].expires_at

    assert told(read(database, scene).lines) == [
        ("planned", "S2-BLK-L", date(2026, 3, 30), 40, 40),
        ("planned", "S2-BLK-M", date(2026, 3, 30), 80, 80),
    ]
    assert read(database, scene, expires - timedelta(seconds=1)).lines
    assert read(database, scene, expires).lines == []


def test_a_counter_is_planned_as_the_factory_offered_it_and_then_firm(
    database: Database, scene: Scene
) -> None:
    decide(database, scene, run_of(scene))
    deliveries = (
        Delivery(date(2026, 4, 7), (CounterLine("S2-BLK-M", 50), CounterLine("S2-BLK-L", 40))),
        Delivery(date(2026, 3, 26), (CounterLine("S2-BLK-M", 20),)),
    )
    with database.write() as session:
        terms = Counter(deliveries=deliveries)
        counter(session, stored(database)[0].id, scene.fab1, terms=terms, at=AT)

    assert told(read(database, scene).lines) == [
        ("planned", "S2-BLK-L", date(2026, 4, 7), 40, 40),
        ("planned", "S2-BLK-M", date(2026, 3, 26), 20, 20),
        ("planned", "S2-BLK-M", date(2026, 4, 7), 50, 50),
    ]


def test_of_a_split_run_what_came_was_of_the_first_delivery(
    database: Database, scene: Scene, run_id: str
) -> None:
    with database.write() as session:
        deliveries = (
            Delivery(date(2026, 3, 16), (CounterLine("S2-BLK-M", 30),)),
            Delivery(date(2026, 3, 23), (CounterLine("S2-BLK-M", 50), CounterLine("S2-BLK-L", 40))),
        )
        row = session.get_one(Recommendation, stored(database)[0].id)
        row.answer = Counter(deliveries=deliveries).stored()
    steps(database, scene, run_id, ("received", "S2-BLK-M", 40))

    found = read(database, scene).lines

    assert told(found) == [
        ("firm", "S2-BLK-L", date(2026, 3, 23), 40, 40),
        ("firm", "S2-BLK-M", date(2026, 3, 23), 40, 40),
    ]
    assert found[1].ordered == 50


def test_another_factorys_work_and_drafts_are_not_there(database: Database, scene: Scene) -> None:
    decide(database, scene, to_fab2(scene))
    assert read(database, scene).lines == []
    with database.write() as session:
        accept(session, stored(database)[0].id, scene.fab2, at=AT)
    with database.write() as session:
        manual = build(session, code="manual", release="manual")
    decide(database, manual, run_of(manual))

    assert read(database, scene).lines == []
    assert read(database, scene).names == {"acme": "acme"}


def test_a_forecast_is_shown_beyond_what_is_firm_and_adds_up(
    database: Database, scene: Scene, run_id: str
) -> None:
    offer(database, scene.fab1)
    forecast(database, scene, a_week=30)

    lines = [one for one in read(database, scene).forecast if one.sku == "S2-BLK-M"]

    assert [(one.due, one.quantity) for one in lines[:4]] == [
        (date(2026, 3, 2), 20),
        (date(2026, 3, 9), 20),
        (date(2026, 3, 16), 20),
        (date(2026, 4, 20), 20),
    ]
    assert sum(one.quantity for one in lines) == 26 * 20 - 80


def test_known_demand_is_in_the_forecast(database: Database, scene: Scene) -> None:
    offer(database, scene.fab1)
    known = KnownUnits(sku=1, reference="PO-1", period=1, quantity=500, probability=1.0)
    forecast(database, scene, a_week=3, known=(known,))

    lines = [one for one in read(database, scene).forecast if one.sku == "S2-BLK-L"]

    assert max(lines, key=lambda one: one.quantity).due == date(2026, 3, 9)
    assert max(one.quantity for one in lines) >= 500


def test_no_forecast_without_sharing_without_an_offer_or_unlisted(
    database: Database, scene: Scene
) -> None:
    forecast(database, scene, a_week=30)
    offer(database, scene.fab2)
    without_offer = read(database, scene).forecast
    offer(database, scene.fab1, styles=("S9",))
    of_another_style = read(database, scene).forecast
    offer(database, scene.fab1)
    shared = read(database, scene).forecast
    with database.write() as session:
        session.get_one(Brand, scene.brand.id).share_forecast = False
    not_shared = read(database, scene).forecast
    with database.write() as session:
        session.get_one(Brand, scene.brand.id).share_forecast = True
        session.delete(session.get_one(BrandFactory, (scene.brand.id, scene.fab1)))
    unlisted = read(database, scene).forecast

    assert (without_offer, of_another_style, not_shared, unlisted) == ((), (), (), ())
    assert len(shared) == 52


def test_the_release_rises_with_every_step_and_stays_without(
    database: Database, scene: Scene
) -> None:
    releases = [read(database, scene).release]
    decide(database, scene, run_of(scene))
    releases.append(read(database, scene).release)
    with database.write() as session:
        run = accept(session, stored(database)[0].id, scene.fab1, at=AT).run
    assert run is not None
    releases.append(read(database, scene).release)
    steps(database, scene, run, ("produced", "S2-BLK-M", 10), ("produced", "S2-BLK-L", 10))
    releases.append(read(database, scene).release)
    releases.append(read(database, scene).release)
    releases.append(read(database, scene, at(3)).release)

    assert [one - releases[0] for one in releases] == [0, 1, 2, 4, 4, 5]


def test_today_is_the_factorys_own(database: Database, scene: Scene, run_id: str) -> None:
    with database.write() as session:
        session.get_one(Factory, scene.fab1).timezone = "Pacific/Auckland"

    found = read(database, scene, datetime.fromisoformat("2026-03-08T12:00:00+00:00"))

    assert found.today == date(2026, 3, 9)
    assert found.week_of(date(2026, 3, 2)) == date(2026, 3, 9)


def test_two_styles_are_told_apart(database: Database, scene: Scene, run_id: str) -> None:
    other = another_style(database, scene, "S3")
    lines = tuple(replace(one, sku=one.sku.replace("S2", "S3")) for one in run_of(other).lines)
    with database.write() as session:
        proposal = proposal_of(other, run_of(other, lines=lines), style="S3")
        publish(session, other.brand, [proposal], at=AT)

    found = read(database, scene)

    assert [(one.commitment, one.style) for one in found.work] == [
        ("firm", "S2"),
        ("planned", "S3"),
    ]
