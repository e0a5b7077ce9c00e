"""A decision made again: the same to the cent, or a reason why not."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import delete, select, update

from app.catalog.ingest import put_styles
from app.database.database import Database
from app.forecasting.tables import ForecastRow
from app.parties.refs import BrandRef
from app.parties.tables import Factory
from app.planning import decide
from app.planning.model import FactoryRecord, Ration, Trial
from app.recommendations.kept import Kept, ReplayUnavailable, decision_digest
from app.recommendations.tables import DecisionRow
from app.refresh.replay import asked_runs, replay
from app.sourcing.ingest import put_offer
from app.stock.report import ReportedLevel, store_levels
from tests.recommendations.scene import caller, key_for
from tests.refresh.remembered import SEED, asked, forecast, remembered, small
from tests.refresh.shop import (
    AT,
    decisions,
    draft,
    offer,
    open_shop,
    refresh,
    sell,
    standing,
)

MONTHS_LATER = AT + timedelta(days=120)


@pytest.fixture
def brand(database: Database) -> BrandRef:
    """A brand that sold, and was recommended a run."""
    return sold(database)


def sold(database: Database) -> BrandRef:
    opened = open_shop(database, "S2")
    with database.write() as session:
        put_styles(session, opened.id, [draft("S2")], at=AT)
        dearer = replace(
            offer(),
            price_breaks=((1, Decimal("14.0003")), (200, Decimal("12.1001"))),
            price_break_kind="incremental",
            freight_per_unit=Decimal("0.8333"),
            yield_rate=0.97,
            tooling_cost=Decimal("33.3333"),
        )
        put_offer(session, session.scalars(select(Factory.id)).one(), dearer, at=AT)
        sell(session, opened, "S2", a_day=20)
    refresh(database)
    return opened


def replayed(database: Database) -> httpx.Response:
    """Ask for a replay of the first recommendation."""
    with database.read() as session:
        first = standing(session)[0]
    key = key_for(database, "brand", brand_id=first.brand_id)
    return caller(database, MONTHS_LATER)(key, "GET", f"/v1/recommendations/{first.id}/replay")


def move_on(database: Database, brand: BrandRef) -> None:
    """Change the offer, the style, its stock and its sales, and decide anew."""
    with database.write() as session:
        fab = session.scalars(select(Factory.id)).one()
        put_offer(session, fab, replace(offer(), price_breaks=((1, Decimal(31)),)), at=AT)
        put_styles(session, brand.id, [replace(draft("S2"), price=Decimal(90))], at=AT)
        sell(session, brand, "S2", days=60, a_day=90, named="more")
        store_levels(session, brand, [ReportedLevel("S2-M", 500, AT)], at=AT)
    refresh(database, at=MONTHS_LATER)


def test_a_recommendation_is_replayed_to_the_cent(database: Database, brand: BrandRef) -> None:
    answer = replayed(database)

    with database.read() as session:
        [issued] = standing(session)
    assert answer.status_code == 200
    assert answer.json() == {
        "identical": True,
        "digest": issued.digest,
        "recorded_digest": issued.digest,
        "differences": [],
    }


def test_it_is_the_same_months_later_whatever_has_changed(
    database: Database, brand: BrandRef, open_again: Callable[[], Database]
) -> None:
    move_on(database, brand)
    with database.read() as session:
        first = standing(session)[0].id
        digests = [row.digest for row in decisions(session)]
    key = key_for(database, "brand", brand_id=brand.id)
    restarted = caller(open_again(), MONTHS_LATER)

    answers = [
        restarted(key, "GET", f"/v1/recommendations/{first}/replay").json(),
        restarted(key, "GET", "/v1/decisions/S2/replay").json(),
    ]

    assert [answer["identical"] for answer in answers] == [True, True]
    assert [answer["digest"] for answer in answers] == digests


def test_another_database_comes_to_the_same_digest(
    database: Database, brand: BrandRef, sqlite_template: Path, tmp_path: Path
) -> None:
    shutil.copy(sqlite_template, tmp_path / "other.db")
    other = Database(f"sqlite:///{tmp_path / 'other.db'}")
    sold(other)

    with database.read() as here, other.read() as there:
        digests = {decisions(here)[0].digest, decisions(there)[0].digest}
    other.close()

    assert len(digests) == 1


def test_a_recommendation_that_was_tampered_with_is_not_identical(
    database: Database, brand: BrandRef
) -> None:
    with database.write() as session:
        [row] = standing(session)
        row.lines = [{**row.lines[0], "quantity": 1}, *row.lines[1:]]
        row.total_cost += Decimal("0.0001")
        row.digest = "sha256:00"

    answer = replayed(database).json()

    assert (answer["identical"], answer["differences"]) == (
        False,
        ["quantities", "total_cost", "recommendation_digest"],
    )


def test_without_its_forecast_it_is_refused(database: Database, brand: BrandRef) -> None:
    with database.write() as session:
        session.execute(update(DecisionRow).values(forecast_id=None))
        session.execute(delete(ForecastRow))

    answer = replayed(database)

    assert (answer.status_code, answer.json()["code"]) == (409, "replay_unavailable")
    assert "no longer stored" in answer.json()["detail"]


def test_replay_is_the_brands(database: Database, brand: BrandRef) -> None:
    with database.read() as session:
        [row] = standing(session)
    send = caller(database)
    own = key_for(database, "brand", brand_id=brand.id)
    factory = key_for(database, "factory", factory_id=row.factory_id)
    path = f"/v1/recommendations/{row.id}/replay"

    assert send(factory, "GET", path).status_code == 403
    assert send(factory, "GET", "/v1/decisions/S2/replay").status_code == 403
    assert send(own, "GET", "/v1/recommendations/rec_none/replay").status_code == 404
    assert send(own, "GET", "/v1/decisions/S9/replay").status_code == 404
    assert send(own, "GET", f"{path}?brand=other").status_code == 404
    assert send(key_for(database, "ops"), "GET", f"{path}?brand=acme").status_code == 200


def inside(kept: Kept, *path: str | int, value: Any = None) -> Kept:
    """Return what was kept, as JSON has it, with one value of its inputs changed."""
    inputs: Any = json.loads(json.dumps(kept.inputs))
    if not path:
        return replace(kept, inputs=inputs)
    part = inputs
    for step in path[:-1]:
        part = part[step]
    part[path[-1]] = value
    return replace(kept, inputs=inputs)


def test_what_databases_write_otherwise_is_the_same() -> None:
    kept = remembered()
    as_jsonb = json.loads(
        json.dumps(kept.inputs, sort_keys=True).replace("20.0", "20"), parse_float=float
    )

    assert replay(replace(kept, inputs=as_jsonb)).identical


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("situation", "on_hand"), [20, 20, 19]),
        (("situation", "economics", "price"), 40.01),
        (("situation", "offers", 0, "setup_cost"), 50.01),
        (("situation", "offers", 0, "capacity_per_week"), 10_000),
        (("situation", "review_period_days"), 8),
    ],
)
def test_inputs_that_were_tampered_with_are_not_identical(
    path: tuple[str | int, ...], value: Any
) -> None:
    made = replay(inside(remembered(), *path, value=value))

    assert not made.identical
    assert "digest" in made.differences


def test_a_forecast_that_was_tampered_with_is_not_identical() -> None:
    kept = remembered()
    numbers = {**(kept.numbers or {}), "scale_cv": 0.4000001}

    made = replay(replace(kept, numbers=numbers))

    assert {"forecast", "digest"} <= set(made.differences)


def test_what_only_explains_a_forecast_may_change() -> None:
    kept = remembered()

    assert replay(replace(kept, numbers={**(kept.numbers or {}), "facts": {"orders": 3}})).identical


def test_another_seed_is_not_identical() -> None:
    kept = remembered()

    assert "seed" in replay(replace(kept, seed=SEED - 1)).differences
    assert "seed" in replay(inside(kept, "seed", value=str(SEED - 1))).differences


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (("law",), 0, "decided by law 0"),
        (("drawn",), "sha256:00", "draws other paths"),
        (("situation", "economics"), {"weather": 3.0}, "cannot be read"),
        (("situation", "economics"), [3.0], "cannot be read"),
        (("situation", "offers", 0, "yield_rate"), 0.0, "cannot be decided"),
        (("periods",), 0, "cannot be read"),
        (("periods",), None, "cannot be read"),
    ],
)
def test_what_cannot_be_decided_again_is_refused_with_the_reason(
    path: tuple[str | int, ...], value: Any, said: str
) -> None:
    with pytest.raises(ReplayUnavailable, match=said):
        replay(inside(remembered(), *path, value=value))


def test_a_style_that_was_not_planned_has_nothing_to_replay() -> None:
    with pytest.raises(ReplayUnavailable, match="not planned"):
        replay(replace(remembered(), inputs={}))


def test_a_hold_is_replayed_as_a_run_is() -> None:
    kept = remembered(asked(on_hand=5000))

    assert kept.action == "hold"
    assert replay(kept).identical


def test_what_other_styles_trials_and_factories_leave_is_kept_too() -> None:
    rationed = small(ration=Ration(60, "capacity", 1.25))
    made = replace(
        asked(rationed),
        trial=Trial(budget_left=900.0, days_left=60.0),
        records=(FactoryRecord("fab", 0.8),),
        last_mode="small_batch",
    )
    free = asked(small())

    assert replay(inside(remembered(made))).identical
    assert decide(made).chosen.quantity <= 60 < decide(free).chosen.quantity


def test_what_was_kept_before_a_field_existed_is_replayed() -> None:
    kept = remembered()
    inputs = json.loads(json.dumps(kept.inputs))
    del inputs["situation"]["trial"], inputs["situation"]["offers"][0]["yield_sd"]
    runs = asked_runs(decide(asked()), asked(), forecast().sku_codes)

    made = replay(replace(kept, inputs=inputs, digest=decision_digest(inputs, "run", runs)))

    assert made.identical
