"""Publishing decisions: what is issued, kept, superseded, withdrawn, held, stale."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from app.catalog.signals import styles_changed
from app.database.database import Database
from app.recommendations.answer import accept, counter
from app.recommendations.counter import Counter
from app.recommendations.issue import ProposedLine
from app.recommendations.review import release
from app.recommendations.tables import DecisionRow, FeedEvent
from app.recommendations.view import FactoryRecommendation
from tests.recommendations.scene import (
    AT,
    TERMS,
    Scene,
    build,
    decide,
    offer,
    proposal_of,
    publish,
    run_of,
    statuses,
    stored,
    to_fab2,
)

TOMORROW = AT + timedelta(days=1)


def told(database: Database, factory_id: int) -> list[str]:
    with database.read() as session:
        query = select(FeedEvent.type).where(FeedEvent.factory_id == factory_id)
        return list(session.scalars(query.order_by(FeedEvent.seq)))


def test_a_first_run_is_issued_open_with_its_deadlines(database: Database, scene: Scene) -> None:
    fate = decide(database, scene, run_of(scene))

    assert fate == "issued"
    row = stored(database)[0]
    assert (row.status, row.quantity, row.total_cost) == ("open", 120, Decimal("1926.00"))
    assert row.respond_by == datetime(2026, 3, 4, 10, 15, tzinfo=UTC)
    assert row.expires_at == datetime(2026, 3, 9, 22, 59, 59, tzinfo=UTC)
    assert told(database, scene.fab1) == ["recommendation.issued"]


def test_nobody_is_asked_to_respond_after_the_recommendation_expires(
    database: Database, scene: Scene
) -> None:
    decide(database, scene, run_of(scene, order_by=date(2026, 3, 2)))

    row = stored(database)[0]
    assert row.respond_by == row.expires_at == datetime(2026, 3, 2, 22, 59, 59, tzinfo=UTC)


def test_a_decision_published_after_midnight_is_good_for_the_new_day(
    database: Database, scene: Scene
) -> None:
    run = run_of(scene, order_by=date(2026, 3, 1), need_by=date(2026, 3, 22))

    decide(database, scene, run)

    row = stored(database)[0]
    assert (row.order_by, row.need_by) == (date(2026, 3, 2), date(2026, 3, 23))


def test_lines_of_nothing_are_left_out(database: Database, scene: Scene) -> None:
    decide(database, scene, run_of(scene, large=0))

    assert [line["sku"] for line in stored(database)[0].lines] == ["S2-BLK-M"]


def test_a_change_within_the_tolerance_keeps_what_stands(database: Database, scene: Scene) -> None:
    decide(database, scene, run_of(scene))

    fate = decide(database, scene, run_of(scene, medium=82, large=41), at=TOMORROW)

    assert fate == "kept"
    assert statuses(database) == ["open"]
    assert told(database, scene.fab1) == ["recommendation.issued"]


STEPS = replace(TERMS, price_break_kind="incremental", price_breaks=((1, 16.0), (100, 14.0)))
DEARER_STEPS = replace(STEPS, price_breaks=((1, 16.0), (100, 14.1)))


def test_another_average_of_the_same_incremental_breaks_is_no_change_of_price(
    database: Database, scene: Scene
) -> None:
    # 99 units at 16 and 21 at 14; three more are at 14 as well.
    decide(database, scene, run_of(scene, terms=STEPS, unit_cost=Decimal("15.65")))
    three_more = run_of(scene, medium=82, large=41, terms=STEPS, unit_cost=Decimal("15.6098"))

    kept = decide(database, scene, three_more, at=TOMORROW)
    dearer = replace(three_more, terms=DEARER_STEPS, unit_cost=Decimal("15.6293"))
    replaced = decide(database, scene, dearer, at=TOMORROW)

    assert (kept, replaced) == ("kept", "superseded")


def test_a_first_break_beyond_what_stands_supersedes(database: Database, scene: Scene) -> None:
    decide(database, scene, run_of(scene))
    terms = replace(TERMS, price_breaks=((150, 13.0),))
    larger = run_of(scene, medium=100, large=50, terms=terms, unit_cost=Decimal(13))

    assert decide(database, scene, larger, at=TOMORROW) == "superseded"


def test_a_dearer_freight_of_each_unit_supersedes(database: Database, scene: Scene) -> None:
    decide(database, scene, run_of(scene))
    dearer = run_of(
        scene,
        medium=81,
        terms=replace(TERMS, freight_per_unit=0.81),
        freight_cost=Decimal("98.01"),
    )

    assert decide(database, scene, dearer, at=TOMORROW) == "superseded"


@pytest.mark.parametrize(
    "changes",
    [
        {"medium": 90},
        {"medium": 85, "large": 35},
        {"unit_cost": Decimal("14.10")},
        {"setup_cost": Decimal(151)},
        {"offer": "S2-large"},
        {"mode": "large_batch"},
        {"lead_time_days": 14},
        {"need_by": date(2026, 3, 26)},
    ],
)
def test_a_change_that_matters_supersedes_in_one_step(
    database: Database, scene: Scene, changes: dict[str, object]
) -> None:
    decide(database, scene, run_of(scene))

    fate = decide(database, scene, run_of(scene, **changes), at=TOMORROW)

    assert fate == "superseded"
    old, new = stored(database)
    assert (old.status, new.status) == ("superseded", "open")
    assert (old.superseded_by, new.supersedes) == (new.id, old.id)
    assert (old.seen_superseded_by, new.seen_supersedes) == (new.id, old.id)
    assert told(database, scene.fab1) == [
        "recommendation.issued",
        "recommendation.superseded",
        "recommendation.issued",
    ]


def test_small_changes_of_every_line_that_matter_in_total_supersede(
    database: Database, scene: Scene
) -> None:
    decide(database, scene, run_of(scene, medium=4, large=4))

    fate = decide(
        database, scene, run_of(scene, medium=5, large=5, freight_cost=Decimal("6.40")), at=TOMORROW
    )

    assert fate == "superseded"


def test_a_new_line_of_several_units_supersedes(database: Database, scene: Scene) -> None:
    decide(database, scene, run_of(scene, large=0, medium=200))
    one = ProposedLine("S2-BLK-L", scene.skus[1], "BLK", "L", 5)
    most = ProposedLine("S2-BLK-M", scene.skus[0], "BLK", "M", 195)

    fate = decide(database, scene, run_of(scene, lines=(most, one)), at=TOMORROW)

    assert fate == "superseded"


def test_hold_withdraws_what_stands(database: Database, scene: Scene) -> None:
    decide(database, scene, run_of(scene))

    fate = decide(database, scene, None, at=TOMORROW)

    assert fate == "withdrawn"
    assert statuses(database) == ["withdrawn"]
    assert told(database, scene.fab1)[-1] == "recommendation.withdrawn"


def test_hold_with_nothing_standing_is_only_remembered(database: Database, scene: Scene) -> None:
    fate = decide(database, scene, None)

    assert fate == "held"
    with database.read() as session:
        assert session.scalars(select(DecisionRow.action)).all() == ["hold"]


def test_where_another_factory_wins_the_first_is_withdrawn(
    database: Database, scene: Scene
) -> None:
    decide(database, scene, run_of(scene))

    fate = decide(database, scene, to_fab2(scene), at=TOMORROW)

    assert fate == "issued"
    assert statuses(database) == ["withdrawn", "open"]
    assert told(database, scene.fab1)[-1] == "recommendation.withdrawn"
    assert told(database, scene.fab2) == ["recommendation.issued"]
    assert stored(database)[1].supersedes is None


def test_a_decision_that_saw_older_supply_writes_nothing(database: Database, scene: Scene) -> None:
    with database.write() as session:
        styles_changed(session, scene.brand.id, [scene.style_id], at=AT, supply=True)

    fate = decide(database, scene, run_of(scene), supply_version=0)

    assert fate == "stale"
    assert stored(database) == []
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(DecisionRow)) == 0


def test_what_a_factory_accepted_in_between_makes_the_decision_stale(
    database: Database, scene: Scene
) -> None:
    decide(database, scene, run_of(scene))
    with database.write() as session:
        accept(session, stored_id(database), scene.fab1, at=AT)

    fate = decide(database, scene, run_of(scene, medium=200), supply_version=0)

    assert fate == "stale"
    assert statuses(database) == ["accepted"]


def stored_id(database: Database) -> str:
    return stored(database)[-1].id


def test_a_countered_one_is_never_touched(database: Database, scene: Scene) -> None:
    decide(database, scene, run_of(scene))
    with database.write() as session:
        terms = Counter(need_by=date(2026, 4, 30))
        counter(session, stored_id(database), scene.fab1, terms=terms, at=AT)

    fates = [
        decide(database, scene, run_of(scene, medium=300), at=TOMORROW),
        decide(database, scene, None, at=TOMORROW),
    ]

    assert fates == ["kept", "held"]
    assert statuses(database) == ["countered"]


def test_another_recommendation_waits_for_the_review_period(
    database: Database, scene: Scene
) -> None:
    decide(database, scene, run_of(scene))
    with database.write() as session:
        accept(session, stored_id(database), scene.fab1, at=AT)
    run = run_of(scene, order_by=date(2026, 3, 20))

    fates = [decide(database, scene, run, at=AT + timedelta(days=days)) for days in (1, 6, 7)]

    assert fates == ["held", "held", "issued"]


def test_a_stock_out_before_the_next_review_does_not_wait(database: Database, scene: Scene) -> None:
    decide(database, scene, run_of(scene))
    with database.write() as session:
        accept(session, stored_id(database), scene.fab1, at=AT)

    fate = decide(database, scene, run_of(scene, urgent=True), at=TOMORROW)

    assert fate == "issued"


def test_a_run_over_the_limit_waits_as_a_draft_that_no_factory_hears_of(
    database: Database,
) -> None:
    with database.write() as session:
        scene = build(session, release_limit=Decimal(1900))

    fate = decide(database, scene, run_of(scene))

    assert (fate, statuses(database)) == ("issued", ["draft"])
    assert told(database, scene.fab1) == []


def test_superseding_an_open_one_by_a_draft_does_not_name_the_draft_until_it_opens(
    database: Database,
) -> None:
    with database.write() as session:
        scene = build(session, release_limit=Decimal(2000))
    decide(database, scene, run_of(scene))
    decide(database, scene, run_of(scene, medium=200), at=TOMORROW)
    decide(database, scene, run_of(scene, medium=300), at=TOMORROW)

    offer(database, scene)

    first, second, third = stored(database)
    with database.write() as session:
        opened = release(session, scene.brand, third.id, at=TOMORROW)

    assert [row.status for row in (first, second, third)] == ["superseded", "superseded", "draft"]
    assert first.superseded_by == second.id
    assert FactoryRecommendation.of(opened).supersedes == first.id
    assert FactoryRecommendation.of(first).superseded_by is None
    assert stored(database)[0].seen_superseded_by == third.id
    assert told(database, scene.fab1) == [
        "recommendation.issued",
        "recommendation.superseded",
        "recommendation.issued",
    ]


def test_what_stood_past_its_time_is_expired_and_replaced(database: Database, scene: Scene) -> None:
    decide(database, scene, run_of(scene))
    later = datetime(2026, 3, 10, 0, 0, tzinfo=UTC)

    fate = decide(database, scene, run_of(scene, order_by=date(2026, 3, 12)), at=later)

    assert fate == "issued"
    assert statuses(database) == ["expired", "open"]
    assert told(database, scene.fab1)[-2:] == ["recommendation.expired", "recommendation.issued"]


def test_a_countered_one_past_its_time_is_no_supply_any_more_so_the_decision_is_stale(
    database: Database, scene: Scene
) -> None:
    decide(database, scene, run_of(scene))
    with database.write() as session:
        terms = Counter(need_by=date(2026, 4, 30))
        counter(session, stored_id(database), scene.fab1, terms=terms, at=AT)

    fate = decide(database, scene, None, at=datetime(2026, 3, 10, 0, 0, tzinfo=UTC))

    assert fate == "stale"
    assert statuses(database) == ["expired"]


def test_many_styles_are_published_together(database: Database, scene: Scene) -> None:
    from tests.recommendations.scene import add_style

    with database.write() as session:
        ids = [add_style(session, scene.brand.id, f"T{number}")[0] for number in range(20)]
        proposals = [
            proposal_of(scene, run_of(scene), style_id=style_id, style=f"T{number}")
            for number, style_id in enumerate(ids)
        ]

        outcome = publish(session, scene.brand, proposals, at=AT)

    assert outcome.counts() == {"issued": 20}
    assert len(told(database, scene.fab1)) == 20
