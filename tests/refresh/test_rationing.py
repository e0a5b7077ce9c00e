"""What several styles want together and cannot all have."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select, update

from app.catalog.signals import styles_changed
from app.catalog.tables import Style
from app.database.database import Database
from app.forecasting.past.priors import BrandPriors
from app.jobs.tables import DueWork
from app.parties.refs import BrandRef
from app.parties.tables import Brand, Factory
from app.recommendations.answer import accept
from app.recommendations.kept import kept_decision
from app.recommendations.tables import Recommendation
from app.refresh import pipeline
from app.refresh.decide import Decided, decide_styles
from app.refresh.gather import Gathered, gather
from app.refresh.limits import Limits
from app.refresh.replay import replay
from app.sourcing.tables import Material, Offer
from tests.refresh.shop import (
    AT,
    decisions,
    open_shop,
    refresh,
    sell,
    standing,
    style_id,
)


def selling(database: Database, **a_day: int) -> BrandRef:
    """Open the shop and sell so much of each size of each style a day."""
    brand = open_shop(database, *a_day)
    with database.write() as session:
        for style, units in a_day.items():
            sell(session, brand, style, a_day=units)
    return brand


def change(database: Database, table: type[Brand | Offer | Style], **values: Any) -> None:
    with database.write() as session:
        session.execute(update(table).values(**values))


def make_due(database: Database, brand: BrandRef, *styles: str) -> None:
    with database.write() as session:
        styles_changed(session, brand.id, [style_id(session, code) for code in styles], at=AT)


def open_units(database: Database) -> dict[str, int]:
    with database.read() as session:
        return {row.style: row.quantity for row in standing(session) if row.status == "open"}


def open_cost(database: Database) -> Decimal:
    with database.read() as session:
        costs = [row.total_cost for row in standing(session) if row.status == "open"]
    return sum(costs, start=Decimal(0))


def reasons(database: Database, style: str) -> dict[str, dict[str, Any]]:
    with database.read() as session:
        mine = [one for one in decisions(session) if one.style_id == style_id(session, style)]
        return {reason["code"]: reason["values"] for reason in mine[-1].body["reasons"]}


def gathered(database: Database, brand: BrandRef) -> Gathered:
    with database.read() as session:
        ids = list(session.scalars(select(Style.id).order_by(Style.id)))
        return gather(session, brand, ids, at=AT, origin=AT.date(), priors=BrandPriors())


def said(decided: Decided) -> list[tuple[str, str]]:
    return [(one.style, one.digest) for _, one in sorted(decided.proposals.items())]


def test_limits_that_do_not_bind_change_nothing(database: Database) -> None:
    brand = selling(database, S1=4, S2=2)
    change(database, Brand, open_to_buy=Decimal(100_000))
    change(database, Offer, capacity_per_week=5_000)
    batch = gathered(database, brand)

    limited = decide_styles(batch, paths=128)
    free = decide_styles(replace(batch, limits=Limits(AT.date())), paths=128)

    assert batch.limits.are_any
    assert said(limited) == said(free)


def test_money_that_is_short_is_shared_and_named(database: Database) -> None:
    selling(database, S1=4, S2=2)
    change(database, Brand, open_to_buy=Decimal(3000))

    refresh(database)

    assert Decimal(2900) < open_cost(database) <= Decimal(3000)
    assert open_units(database).keys() == {"S1", "S2"}
    one, other = (reasons(database, style)["budget_limits"] for style in ("S1", "S2"))
    assert one["price"] == other["price"] > 0
    assert one["maximum"] == open_units(database)["S1"] < one["wanted"]


def test_a_factorys_weeks_are_shared_over_the_lead_time(database: Database) -> None:
    selling(database, S1=4, S2=2)
    change(database, Offer, capacity_per_week=60)

    refresh(database)

    units = open_units(database)
    assert 116 <= sum(units.values()) <= 120
    assert "capacity_limits" in reasons(database, "S1")


def test_a_material_is_shared_by_the_styles_made_of_it(database: Database) -> None:
    selling(database, S1=4, S2=2)
    change(database, Style, materials=[{"material": "oxford", "per_unit": 1.5}])
    with database.write() as session:
        session.add(
            Material(
                factory_id=session.scalars(select(Factory.id)).one(),
                code="oxford",
                name="Oxford",
                unit="m",
                on_hand=Decimal(240),
                as_of=AT - timedelta(days=1),
                arriving=[],
                returns=False,
                replenishment_lead_time_days=None,
                minimum_buy=None,
                currency=None,
                unit_cost=None,
                scrap_value=None,
                season_end=None,
                updated_at=AT,
            )
        )

    refresh(database)

    units = open_units(database)
    assert 150 <= sum(units.values()) <= 160
    assert "material_limits" in reasons(database, "S1")


def test_what_stands_for_styles_outside_the_batch_stays_theirs(database: Database) -> None:
    brand = selling(database, S1=4, S2=2)
    change(database, Brand, open_to_buy=Decimal(3000))
    refresh(database)
    before = open_units(database)
    make_due(database, brand, "S2")

    refresh(database)

    assert open_units(database) == before
    assert open_cost(database) <= Decimal(3000)


def test_accepted_runs_still_tie_up_money(database: Database) -> None:
    brand = selling(database, S1=4, S2=2)
    change(database, Brand, open_to_buy=Decimal(3000))
    refresh(database)
    with database.write() as session:
        first = next(row for row in standing(session) if row.style == "S1")
        accept(session, first.id, first.factory_id, at=AT)
        cost = first.total_cost
    make_due(database, brand, "S1", "S2")

    refresh(database)

    assert open_cost(database) + cost <= Decimal(3000)


def test_less_money_takes_recommendations_back(database: Database) -> None:
    brand = selling(database, S1=4, S2=2)
    refresh(database)
    change(database, Brand, open_to_buy=Decimal(1500))
    make_due(database, brand, "S1", "S2")

    refresh(database)

    assert Decimal(0) < open_cost(database) <= Decimal(1500)


def test_no_money_at_all_waits_and_says_so(database: Database) -> None:
    selling(database, S1=4)
    change(database, Brand, open_to_buy=Decimal(0))

    refresh(database)

    assert open_units(database) == {}
    assert "budget_taken" in reasons(database, "S1")


def test_the_same_batch_is_shared_out_the_same(database: Database) -> None:
    brand = selling(database, S1=4, S2=2, S3=3)
    change(database, Brand, open_to_buy=Decimal(2500))
    batch = gathered(database, brand)
    turned = replace(batch, styles=dict(reversed(batch.styles.items())))

    first, again = decide_styles(batch, paths=128), decide_styles(turned, paths=128)

    assert said(first) == said(again)


def test_a_rationed_decision_is_replayed_from_what_was_kept(database: Database) -> None:
    selling(database, S1=4, S2=2)
    change(database, Brand, open_to_buy=Decimal(3000))
    refresh(database)
    change(database, Brand, open_to_buy=None)

    with database.read() as session:
        kept = [kept_decision(session, row) for row in decisions(session)]
        rows = session.scalars(select(Recommendation)).all()

    assert [replay(one).identical for one in kept] == [True, True]
    assert len(rows) == 2


def test_a_run_that_no_longer_fits_is_decided_again_soon(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    selling(database, S1=4)
    change(database, Brand, open_to_buy=Decimal(3000))

    def while_money_goes(batch: Gathered, *, paths: int) -> Decided:
        decided = decide_styles(batch, paths=paths)
        change(database, Brand, open_to_buy=Decimal(1500))
        return decided

    monkeypatch.setattr(pipeline, "decide_styles", while_money_goes)
    [outcome] = refresh(database)
    monkeypatch.undo()

    with database.read() as session:
        due = session.scalars(select(DueWork.due_at)).one()
    refresh(database, at=due)

    assert list(outcome.fates.values()) == ["short"]
    assert due == AT + timedelta(minutes=5)
    assert Decimal(1400) < open_cost(database) <= Decimal(1500)
