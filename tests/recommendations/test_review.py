"""A draft is let out only on terms that still hold."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from app.database.database import Database
from app.errors import Conflict
from app.recommendations.answer import accept
from app.recommendations.review import release
from app.recommendations.tables import Recommendation
from tests.recommendations.scene import (
    AT,
    Scene,
    build,
    caller,
    decide,
    key_for,
    offer,
    run_of,
    statuses,
    stored,
)

LATER = AT + timedelta(days=2)


@pytest.fixture
def scene(database: Database) -> Scene:
    """A brand that lets nothing out by itself, and the offer its draft is priced by."""
    with database.write() as session:
        scene = build(session, release="manual")
    offer(database, scene)
    decide(database, scene, run_of(scene))
    return scene


def let_out(database: Database, scene: Scene, *, at: datetime = LATER) -> Recommendation:
    with database.write() as session:
        return release(session, scene.brand, stored(database)[-1].id, at=at)


def test_releasing_a_draft_starts_its_time_to_respond(database: Database, scene: Scene) -> None:
    row = let_out(database, scene)

    assert (row.status, row.opened_at) == ("open", LATER)
    assert row.respond_by == datetime(2026, 3, 6, 10, 15, tzinfo=UTC)
    with pytest.raises(Conflict) as refused:
        let_out(database, scene)
    assert refused.value.refusal_code == "not_draft"


CHANGED: list[tuple[dict[str, Any], str]] = [
    ({"price_breaks": ((1, Decimal(16)), (100, Decimal("14.01")))}, "cost_rise"),
    ({"price_breaks": ((1, Decimal(16)), (121, Decimal(14)))}, "cost_rise"),
    ({"colorway_setup_cost": Decimal(31)}, "cost_rise"),
    ({"freight_per_run": Decimal("0.10")}, "cost_rise"),
    ({"tooling_cost": Decimal(900)}, "cost_rise"),
    ({"price_breaks": ((1, Decimal(16)), (100, Decimal("13.99")))}, "terms_changed"),
    ({"colorway_setup_cost": Decimal(29)}, "terms_changed"),
    ({"price_breaks": ((121, Decimal(14)),)}, "terms_changed"),
    ({"moq_run": 121}, "terms_changed"),
    ({"max_quantity": 119}, "terms_changed"),
    ({"lead_time_days_mean": 22}, "terms_changed"),
    ({"valid_to": date(2026, 3, 3)}, "offer_gone"),
    ({"valid_from": date(2026, 3, 5)}, "offer_gone"),
    ({"styles": ("S3",)}, "offer_gone"),
]
NO_WORSE: list[dict[str, Any]] = [
    {"price_breaks": ((1, Decimal(18)), (100, Decimal(14)))},
    {"lead_time_days_mean": 18},
]


def test_what_its_factory_would_make_on_other_terms_stays_a_draft(
    database: Database, scene: Scene
) -> None:
    for changes, code in CHANGED:
        offer(database, scene, at=AT + timedelta(hours=1), **changes)

        with pytest.raises(Conflict) as refused:
            let_out(database, scene)

        assert refused.value.refusal_code == code, changes
    assert statuses(database) == ["draft"]


def test_a_price_that_lapses_between_proposal_and_release_is_noticed_at_the_brands_midnight(
    database: Database, scene: Scene
) -> None:
    offer(database, scene, valid_to=date(2026, 3, 4))
    last_moment = datetime(2026, 3, 4, 22, 59, 59, tzinfo=UTC)

    with pytest.raises(Conflict) as refused:
        let_out(database, scene, at=last_moment + timedelta(seconds=1))

    assert refused.value.refusal_code == "offer_gone"
    assert let_out(database, scene, at=last_moment).status == "open"


def test_terms_no_worse_for_this_run_let_it_out(database: Database, scene: Scene) -> None:
    for changes in NO_WORSE:
        offer(database, scene, at=AT + timedelta(hours=1), **changes)

        assert let_out(database, scene).status == "open", changes

        decide(database, scene, None, at=LATER)
        decide(database, scene, run_of(scene), at=LATER)


def test_tools_that_an_earlier_run_paid_for_make_nothing_dearer(
    database: Database, scene: Scene
) -> None:
    let_out(database, scene)
    with database.write() as session:
        accept(session, stored(database)[0].id, scene.fab1, at=LATER)
    decide(database, scene, run_of(scene, medium=81), at=LATER)
    offer(database, scene, at=LATER + timedelta(hours=1), tooling_cost=Decimal(900))

    assert let_out(database, scene).status == "open"


def test_a_decision_on_an_offers_former_terms_is_not_published(
    database: Database, scene: Scene
) -> None:
    offer(database, scene, at=LATER, price_breaks=((1, Decimal(15)),))

    fate = decide(database, scene, run_of(scene, medium=200), at=LATER, supply_version=0)

    assert fate == "stale"
    assert statuses(database) == ["draft"]


def test_an_offer_put_again_as_it_was_holds_up_no_decision(
    database: Database, scene: Scene
) -> None:
    offer(database, scene, at=LATER)

    fate = decide(database, scene, run_of(scene, medium=200), at=LATER, supply_version=0)

    assert fate == "superseded"


def test_a_brand_agrees_to_no_counter_that_it_did_not_see(database: Database) -> None:
    with database.write() as session:
        scene = build(session)
    decide(database, scene, run_of(scene))
    call = caller(database)
    brand_key = key_for(database, "brand", brand_id=scene.brand.id)
    fab1_key = key_for(database, "factory", factory_id=scene.fab1)
    path = f"/v1/recommendations/{stored(database)[0].id}"
    call(fab1_key, "POST", f"{path}/response", {"decision": "counter", "unit_cost": "14.50"})
    seen = call(brand_key, "GET", path).json()["counters"]
    call(fab1_key, "POST", f"{path}/response", {"decision": "counter", "unit_cost": "24.50"})

    refused = call(
        brand_key, "POST", f"{path}/counter-review", {"decision": "accept", "counter": seen}
    )
    agreed = call(
        brand_key, "POST", f"{path}/counter-review", {"decision": "accept", "counter": seen + 1}
    )

    assert (refused.status_code, refused.json()["code"]) == (409, "counter_changed")
    assert (agreed.status_code, agreed.json()["status"]) == (200, "accepted")
