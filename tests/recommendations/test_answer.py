"""A factory's answers: accept, decline, counter; and who wins when two come at once."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.database.database import Database
from app.errors import Conflict, Invalid, NotFound, NotOpen
from app.parties.tables import Brand, Factory
from app.recommendations.answer import accept, counter, decline
from app.recommendations.counter import Counter, CounterLine, Delivery
from app.recommendations.expire import expire, expire_all
from app.recommendations.review import accept_counter, decline_counter, withdraw
from app.recommendations.tables import Recommendation
from app.runs.tables import Run, RunLine
from app.stock.tables import Supply
from tests.recommendations.scene import (
    AT,
    Scene,
    build,
    decide,
    run_of,
    statuses,
    stored,
    supply_version,
)

LATER = AT + timedelta(hours=1)
AT_EXPIRY = datetime(2026, 3, 9, 22, 59, 59, tzinfo=UTC)
AFTER_EXPIRY = AT_EXPIRY + timedelta(seconds=1)


@pytest.fixture
def offered(database: Database, scene: Scene) -> Recommendation:
    decide(database, scene, run_of(scene))
    return stored(database)[0]


def supply(database: Database) -> list[tuple[str, str, int, date]]:
    with database.read() as session:
        rows = session.execute(
            select(Supply.source, Supply.reference, Supply.quantity, Supply.due_date).order_by(
                Supply.sku_id, Supply.due_date
            )
        )
        return [tuple(row) for row in rows]


def test_accepting_starts_a_run_that_counts_as_supply_from_its_day(
    database: Database, scene: Scene, offered: Recommendation
) -> None:
    with database.write() as session:
        row = accept(session, offered.id, scene.fab1, at=LATER)

    assert row.status == "accepted"
    assert supply(database) == [
        ("run", row.run, 80, date(2026, 3, 23)),
        ("run", row.run, 40, date(2026, 3, 23)),
    ]
    with database.read() as session:
        run = session.get_one(Run, row.run)
        assert (run.status, run.quantity, run.total_cost) == ("planned", 120, Decimal(1926))
    assert supply_version(database, scene) == 1


def test_only_the_share_expected_good_counts_as_supply(database: Database, scene: Scene) -> None:
    decide(database, scene, run_of(scene, expected_good_share=0.97))

    with database.write() as session:
        accept(session, stored(database)[0].id, scene.fab1, at=LATER)

    assert [row[2] for row in supply(database)] == [78, 39]


def test_the_same_answer_again_changes_nothing(
    database: Database, scene: Scene, offered: Recommendation
) -> None:
    with database.write() as session:
        first = accept(session, offered.id, scene.fab1, at=LATER).run

    with database.write() as session:
        again = accept(session, offered.id, scene.fab1, at=AFTER_EXPIRY).run

    assert again == first
    assert supply_version(database, scene) == 1


def test_declining_is_final(database: Database, scene: Scene, offered: Recommendation) -> None:
    with database.write() as session:
        decline(session, offered.id, scene.fab1, reason="no oxford left", at=LATER)

    with pytest.raises(NotOpen, match="is declined, not open"), database.write() as session:
        accept(session, offered.id, scene.fab1, at=LATER)
    assert stored(database)[0].answer == {"decision": "decline", "reason": "no oxford left"}
    assert supply(database) == []


def test_another_factory_finds_nothing(
    database: Database, scene: Scene, offered: Recommendation
) -> None:
    with pytest.raises(NotFound), database.write() as session:
        accept(session, offered.id, scene.fab2, at=LATER)


def test_a_draft_does_not_exist_for_its_factory(database: Database) -> None:
    with database.write() as session:
        scene = build(session, release="manual")
    decide(database, scene, run_of(scene))

    with pytest.raises(NotFound), database.write() as session:
        accept(session, stored(database)[0].id, scene.fab1, at=LATER)


def test_after_its_time_it_is_no_longer_open_whoever_noticed(
    database: Database, scene: Scene, offered: Recommendation
) -> None:
    with pytest.raises(NotOpen, match="is expired, not open"), database.write() as session:
        accept(session, offered.id, scene.fab1, at=AT_EXPIRY)


def test_a_counter_waits_for_the_brand_and_counts_as_supply(
    database: Database, scene: Scene, offered: Recommendation
) -> None:
    terms = Counter(
        lines=(CounterLine("S2-BLK-M", 60),), need_by=date(2026, 4, 6), unit_cost=Decimal("13.50")
    )

    with database.write() as session:
        row = counter(session, offered.id, scene.fab1, terms=terms, at=LATER)

    assert (row.status, row.run, row.counters) == ("countered", None, 1)
    assert supply(database) == [
        ("counter", offered.id, 60, date(2026, 4, 6)),
        ("counter", offered.id, 40, date(2026, 4, 6)),
    ]
    assert supply_version(database, scene) == 1


def test_accepting_a_counter_makes_the_run_on_its_terms(
    database: Database, scene: Scene, offered: Recommendation
) -> None:
    terms = Counter(
        lines=(CounterLine("S2-BLK-M", 60),), need_by=date(2026, 4, 6), unit_cost=Decimal("13.50")
    )
    with database.write() as session:
        counter(session, offered.id, scene.fab1, terms=terms, at=LATER)

    with database.write() as session:
        row = accept_counter(session, scene.brand, offered.id, reason=None, at=LATER)

    assert row.status == "accepted"
    with database.read() as session:
        run = session.get_one(Run, row.run)
        assert (run.quantity, run.unit_cost, run.need_by) == (
            100,
            Decimal("13.50"),
            date(2026, 4, 6),
        )
        assert run.total_cost == Decimal("1580.00")
    assert supply(database) == [
        ("run", row.run, 60, date(2026, 4, 6)),
        ("run", row.run, 40, date(2026, 4, 6)),
    ]


def test_declining_a_counter_reopens_it_as_it_was(
    database: Database, scene: Scene, offered: Recommendation
) -> None:
    terms = Counter(need_by=date(2026, 4, 6))
    with database.write() as session:
        counter(session, offered.id, scene.fab1, terms=terms, at=LATER)

    with database.write() as session:
        row = decline_counter(session, scene.brand, offered.id, reason="too late", at=LATER)

    assert (row.status, row.answer, row.quantity) == ("open", None, 120)
    assert row.review == {
        "decision": "decline",
        "counter": {"decision": "counter", "need_by": "2026-04-06"},
        "reason": "too late",
    }
    assert supply(database) == []
    with database.write() as session:
        assert accept(session, offered.id, scene.fab1, at=LATER).status == "accepted"


def test_declining_a_counter_too_late_leaves_it_expired(
    database: Database, scene: Scene, offered: Recommendation
) -> None:
    with database.write() as session:
        counter(session, offered.id, scene.fab1, terms=Counter(need_by=date(2026, 4, 6)), at=LATER)

    with database.write() as session:
        row = decline_counter(session, scene.brand, offered.id, reason=None, at=AFTER_EXPIRY)

    assert row.status == "expired"


def test_a_counter_that_costs_the_brand_nothing_is_accepted_at_once(
    database: Database, scene: Scene, offered: Recommendation
) -> None:
    terms = Counter(need_by=date(2026, 3, 25), unit_cost=Decimal("13.90"))

    with database.write() as session:
        row = counter(session, offered.id, scene.fab1, terms=terms, at=LATER)

    assert row.status == "accepted"
    with database.read() as session:
        run = session.get_one(Run, row.run)
        assert (run.unit_cost, run.due_date) == (Decimal("13.90"), date(2026, 3, 25))


@pytest.mark.parametrize(
    ("tolerance", "status"), [("60.00", "accepted"), ("59.99", "countered"), ("0", "countered")]
)
def test_a_dearer_counter_is_accepted_at_once_within_what_the_brand_tolerates(
    database: Database, scene: Scene, offered: Recommendation, tolerance: str, status: str
) -> None:
    with database.write() as session:
        session.get_one(Brand, scene.brand.id).counter_tolerance = Decimal(tolerance)
    terms = Counter(unit_cost=Decimal("14.50"))

    with database.write() as session:
        row = counter(session, offered.id, scene.fab1, terms=terms, at=LATER)

    assert row.status == status


def test_a_later_day_waits_for_the_brand_whatever_it_tolerates(
    database: Database, scene: Scene, offered: Recommendation
) -> None:
    with database.write() as session:
        session.get_one(Brand, scene.brand.id).counter_tolerance = Decimal(10_000)

    with database.write() as session:
        terms = Counter(need_by=date(2026, 4, 6))
        row = counter(session, offered.id, scene.fab1, terms=terms, at=LATER)

    assert row.status == "countered"


def test_a_new_answer_replaces_the_counter_and_its_supply(
    database: Database, scene: Scene, offered: Recommendation
) -> None:
    with database.write() as session:
        counter(session, offered.id, scene.fab1, terms=Counter(need_by=date(2026, 4, 6)), at=LATER)

    with database.write() as session:
        row = accept(session, offered.id, scene.fab1, at=LATER)

    assert row.status == "accepted"
    assert [entry[0] for entry in supply(database)] == ["run", "run"]


def test_a_fourth_counter_is_refused_but_the_third_may_be_repeated(
    database: Database, scene: Scene, offered: Recommendation
) -> None:
    days = [date(2026, 4, 6), date(2026, 4, 7), date(2026, 4, 8)]
    for day in days:
        with database.write() as session:
            counter(session, offered.id, scene.fab1, terms=Counter(need_by=day), at=LATER)

    with database.write() as session:
        again = Counter(need_by=days[-1])
        assert counter(session, offered.id, scene.fab1, terms=again, at=LATER).counters == 3
    fourth = Counter(need_by=date(2026, 4, 9))
    with pytest.raises(Conflict) as refused, database.write() as session:
        counter(session, offered.id, scene.fab1, terms=fourth, at=LATER)
    assert refused.value.refusal_code == "counter_limit"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("terms", "pointer", "code"),
    [
        (Counter(lines=(CounterLine("S3", 1),)), "/lines/0/sku", "unknown_sku"),
        (
            Counter(lines=(CounterLine("S2-BLK-M", 1), CounterLine("S2-BLK-M", 2))),
            "/lines/1/sku",
            "duplicate_sku",
        ),
        (
            Counter(lines=(CounterLine("S2-BLK-M", 0), CounterLine("S2-BLK-L", 0))),
            "/lines",
            "nothing_left",
        ),
        (Counter(need_by=date(2026, 3, 1)), "/need_by", "in_past"),
        (
            Counter(deliveries=(Delivery(date(2026, 4, 1), (CounterLine("S3", 1),)),)),
            "/deliveries/0/lines/0/sku",
            "unknown_sku",
        ),
        (
            Counter(
                lines=(CounterLine("S2-BLK-M", 50),),
                deliveries=(Delivery(date(2026, 4, 1), (CounterLine("S2-BLK-M", 40),)),),
            ),
            "/lines",
            "sums_differ",
        ),
    ],
)
def test_a_counter_that_does_not_fit_names_the_field(
    database: Database,
    scene: Scene,
    offered: Recommendation,
    terms: Counter,
    pointer: str,
    code: str,
) -> None:
    with pytest.raises(Invalid) as refused, database.write() as session:
        counter(session, offered.id, scene.fab1, terms=terms, at=LATER)

    assert [(error.pointer, error.code) for error in refused.value.errors] == [(pointer, code)]
    assert statuses(database) == ["open"]


def test_a_split_over_dates_counts_by_date_and_is_due_with_its_last(
    database: Database, scene: Scene, offered: Recommendation
) -> None:
    parts = (
        Delivery(date(2026, 4, 1), (CounterLine("S2-BLK-M", 50),)),
        Delivery(date(2026, 4, 8), (CounterLine("S2-BLK-M", 30), CounterLine("S2-BLK-L", 40))),
    )
    with database.write() as session:
        counter(session, offered.id, scene.fab1, terms=Counter(deliveries=parts), at=LATER)
    countered = supply(database)

    with database.write() as session:
        row = accept_counter(session, scene.brand, offered.id, reason=None, at=LATER)
        lines = session.scalars(select(RunLine.quantity).order_by(RunLine.sku_id)).all()

    assert lines == [80, 40]
    by_date = [(50, date(2026, 4, 1)), (30, date(2026, 4, 8)), (40, date(2026, 4, 8))]
    assert [entry[2:] for entry in countered] == by_date
    assert {entry[0] for entry in supply(database)} == {"run"}
    assert [entry[2:] for entry in supply(database)] == by_date
    with database.read() as session:
        assert session.get_one(Run, row.run).due_date == date(2026, 4, 8)
    assert row.total_cost == Decimal(1926)


def test_expiry_ends_what_stands_gives_its_supply_back_and_marks_its_style(
    database: Database, scene: Scene, offered: Recommendation
) -> None:
    with database.write() as session:
        counter(session, offered.id, scene.fab1, terms=Counter(need_by=date(2026, 4, 6)), at=LATER)

    with database.write() as session:
        early = expire(session, at=datetime(2026, 3, 9, 22, 59, 58, tzinfo=UTC))
    with database.write() as session:
        late = expire(session, at=AT_EXPIRY)

    assert (early, late) == (0, 1)
    assert statuses(database) == ["expired"]
    assert supply(database) == []
    assert supply_version(database, scene) == 2


def test_what_ends_at_one_instant_is_expired_some_at_a_time(
    database: Database, scene: Scene, offered: Recommendation, monkeypatch: pytest.MonkeyPatch
) -> None:
    columns = Recommendation.__table__.columns.keys()
    other = {name: getattr(offered, name) for name in columns}
    with database.write() as session:
        for name, factory in (("rec_2", scene.fab2), ("rec_3", _third(session))):
            session.execute(insert(Recommendation), [{**other, "id": name, "factory_id": factory}])
        first = expire(session, at=AT_EXPIRY, most=2)
    monkeypatch.setattr("app.recommendations.expire.EXPIRED_TOGETHER", 1)

    left = statuses(database)
    expire_all(database, at=AT_EXPIRY)

    assert (first, sorted(left)) == (2, ["expired", "expired", "open"])
    assert statuses(database) == ["expired"] * 3


def _third(session: Session) -> int:
    factory = Factory(code="fab3", name="fab3", timezone="UTC", created_at=AT)
    session.add(factory)
    session.flush()
    return factory.id


def test_withdrawing_a_countered_one_gives_its_supply_back(
    database: Database, scene: Scene, offered: Recommendation
) -> None:
    with database.write() as session:
        counter(session, offered.id, scene.fab1, terms=Counter(need_by=date(2026, 4, 6)), at=LATER)

    with database.write() as session:
        row = withdraw(session, scene.brand, offered.id, at=LATER)

    assert row.status == "withdrawn"
    assert supply(database) == []
