import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.catalog.ingest import Refusal, SkuDraft, StyleDraft, Taken, put_style, put_styles
from app.catalog.queries import (
    active_style_ids,
    added_later,
    skus_by_code,
    skus_of_styles,
    style_by_code,
    styles_by_id,
)
from app.catalog.tables import Style
from app.database.database import Database
from app.errors import Conflict, Invalid
from app.jobs.tables import DueWork

AT = datetime(2026, 3, 2, 10, 15, tzinfo=UTC)
LATER = datetime(2026, 3, 3, 10, 15, tzinfo=UTC)
S2 = StyleDraft(
    code="S2",
    name="City S2",
    currency="EUR",
    price=Decimal("39.00"),
    skus=(SkuDraft("S2-BLK-M", "BLK", "M"), SkuDraft("S2-BLK-L", "BLK", "L")),
)


def style_with(code: str, *skus: str) -> StyleDraft:
    return replace(S2, code=code, skus=tuple(SkuDraft(sku) for sku in skus))


def refused(code: str, message: str, pointer: str) -> Taken:
    return Taken(created=False, refusal=Refusal(code, message, pointer))


def due(session: Session) -> dict[int, int]:
    return {row.key: row.generation for row in session.scalars(select(DueWork))}


def test_a_style_is_kept_as_it_was_described(database: Database, brand_id: int) -> None:
    draft = replace(
        S2,
        category="scooter",
        attributes={"fabric": "oxford"},
        test={"budget": "500.00", "until": "2026-05-01"},
        launch_date=date(2026, 3, 1),
        end_of_life_date=date(2026, 9, 1),
        like=["S1"],
        materials=[{"material": "oxford", "per_unit": 1.4}],
        salvage_value=Decimal("8.0001"),
        return_rate=0.2,
    )
    with database.write() as session:
        created = put_style(session, brand_id, draft, at=AT)

    with database.read() as session:
        stored = style_by_code(session, brand_id, "S2")
        assert stored is not None
        assert created
        assert stored.attributes == {"fabric": "oxford"}
        assert stored.test == {"budget": "500.00", "until": "2026-05-01"}
        assert (stored.launch_date, stored.end_of_life_date) == (
            date(2026, 3, 1),
            date(2026, 9, 1),
        )
        assert stored.like == ["S1"]
        assert stored.materials == [{"material": "oxford", "per_unit": 1.4}]
        assert stored.salvage_value == Decimal("8.0001")
        assert (stored.return_rate, stored.resalable_share) == (0.2, 1.0)
        assert stored.updated_at == AT


def test_skus_left_out_become_inactive_and_come_back_as_the_same_ones(
    database: Database, brand_id: int
) -> None:
    with database.write() as session:
        put_style(session, brand_id, S2, at=AT)
        first = skus_by_code(session, brand_id, ["S2-BLK-M", "S2-BLK-L"])
    with database.write() as session:
        created = put_style(session, brand_id, replace(S2, skus=S2.skus[:1]), at=LATER)
        without = skus_by_code(session, brand_id, ["S2-BLK-M", "S2-BLK-L"])
    with database.write() as session:
        put_style(session, brand_id, S2, at=LATER)
        again = skus_by_code(session, brand_id, ["S2-BLK-M", "S2-BLK-L"])

    assert not created
    assert {code: sku.active for code, sku in without.items()} == {
        "S2-BLK-M": True,
        "S2-BLK-L": False,
    }
    assert again == first


def test_skus_are_given_in_the_order_the_brand_lists_them(
    database: Database, brand_id: int
) -> None:
    with database.write() as session:
        put_style(session, brand_id, style_with("A", "a-s", "a-m", "a-l"), at=AT)
        put_style(session, brand_id, style_with("B", "b"), at=AT)
        put_style(session, brand_id, style_with("A", "a-l", "a-s"), at=AT)
        ids = active_style_ids(session, brand_id)
        active = [sku.code for sku in skus_of_styles(session, ids)]
        every = [sku.code for sku in skus_of_styles(session, ids, active_only=False)]

    assert active == ["a-l", "a-s", "b"]
    assert every == ["a-l", "a-s", "a-m", "b"]


def test_every_change_makes_the_style_due_whatever_its_planning(
    database: Database, brand_id: int
) -> None:
    with database.write() as session:
        put_style(session, brand_id, S2, at=AT)
        first = due(session)
        put_style(session, brand_id, replace(S2, planning="ended"), at=LATER)
        session.expire_all()
        second = due(session)

    assert list(first.values()) == [1]
    assert list(second.values()) == [2]


def test_a_change_keeps_the_count_of_supply_changes(database: Database, brand_id: int) -> None:
    with database.write() as session:
        put_style(session, brand_id, S2, at=AT)
        session.execute(update(Style).values(supply_version=7))
        put_style(session, brand_id, replace(S2, name="New"), at=LATER)
        stored = style_by_code(session, brand_id, "S2")

    assert stored is not None
    assert (stored.name, stored.supply_version) == ("New", 7)


def test_a_rejected_style_leaves_the_others_alone(database: Database, brand_id: int) -> None:
    with database.write() as session:
        put_style(session, brand_id, style_with("S1", "S1-M"), at=AT)
    batch = [
        style_with("S1", "S1-M", "S1-L"),
        style_with("S3", "S3-M", "S1-M"),
        replace(style_with("S4", "S4-M"), currency="USD"),
        style_with("S5", "S3-M"),
        style_with("S6", "S3-M"),
        style_with("S5", "S5-M"),
        replace(style_with("S7", "S7-M"), successor="S7"),
    ]

    with database.write() as session:
        outcome = put_styles(session, brand_id, batch, at=LATER)

    assert outcome == [
        Taken(created=False),
        refused("sku_taken", "SKU 1 belongs to another style", "/skus/1/sku"),
        refused("currency_mismatch", "the brand's currency is EUR", "/currency"),
        Taken(created=True),
        refused("sku_taken", "SKU 0 belongs to another style", "/skus/0/sku"),
        refused("style_repeated", "the same style stands earlier in the body", "/style"),
        refused("names_itself", "a style cannot be its own successor", "/successor"),
    ]
    with database.read() as session:
        styles = styles_by_id(session, brand_id, active_style_ids(session, brand_id))
        assert {style.code for style in styles.values()} == {"S1", "S5"}


def test_an_inactive_sku_still_belongs_to_its_style(database: Database, brand_id: int) -> None:
    with database.write() as session:
        put_style(session, brand_id, style_with("S1", "one", "two"), at=AT)
        put_style(session, brand_id, style_with("S1", "one"), at=AT)

    with database.write() as session, pytest.raises(Conflict) as raised:
        put_style(session, brand_id, style_with("S2", "new", "two"), at=AT)

    assert raised.value.refusal_code == "sku_taken"
    assert [error.pointer for error in raised.value.errors] == ["/skus/1/sku"]


def test_another_currency_than_the_brands_is_refused(database: Database, brand_id: int) -> None:
    with database.write() as session, pytest.raises(Invalid) as raised:
        put_style(session, brand_id, replace(S2, currency="USD"), at=AT)

    assert raised.value.refusal_code == "currency_mismatch"
    assert [error.pointer for error in raised.value.errors] == ["/currency"]


def test_two_brands_may_use_the_same_ids(
    database: Database, brand_id: int, other_brand_id: int
) -> None:
    with database.write() as session:
        put_style(session, brand_id, S2, at=AT)

        created = put_style(session, other_brand_id, replace(S2, name="Theirs"), at=AT)

        mine = style_by_code(session, brand_id, "S2")
        assert created
        assert mine is not None
        assert mine.name == "City S2"


def test_of_two_styles_that_take_one_sku_at_once_one_gets_it(
    database: Database, brand_id: int
) -> None:
    def take(style: str) -> str:
        try:
            with database.write() as session:
                put_style(session, brand_id, style_with(style, "wanted"), at=AT)
                time.sleep(0.05)
                return "taken"
        except Conflict as refusal:
            return refusal.refusal_code

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(take, ["A", "B"]))

    assert answers == ["sku_taken", "taken"]


def test_a_thousand_styles_are_stored_in_a_moment(
    database: Database, brand_id: int, open_again: Callable[[], Database]
) -> None:
    batch = [
        style_with(f"S{style}", *(f"S{style}-{size}" for size in range(10)))
        for style in range(1000)
    ]

    began = time.perf_counter()
    for at in (AT, LATER):
        with database.write() as session:
            put_styles(session, brand_id, batch, at=at)
    seconds = time.perf_counter() - began

    with open_again().read() as session:
        ids = active_style_ids(session, brand_id)
        assert len(ids) == 1000
        assert len(skus_of_styles(session, ids)) == 10_000
        assert len(skus_by_code(session, brand_id, [f"S{n}-0" for n in range(1000)])) == 1000
    assert seconds < 15


def test_no_styles_at_all_change_nothing(database: Database, brand_id: int) -> None:
    with database.write() as session:
        outcome = put_styles(session, brand_id, [], at=AT)

        assert outcome == []
        assert due(session) == {}


def test_skus_added_to_a_style_later_are_known_since_then_and_stay_so(
    database: Database, brand_id: int
) -> None:
    with database.write() as session:
        put_style(session, brand_id, style_with("S2", "A", "B"), at=AT)
        put_style(session, brand_id, style_with("S2", "A", "B", "C"), at=LATER)
        put_styles(
            session,
            brand_id,
            [style_with("S2", "A", "B", "C"), style_with("S3", "D")],
            at=LATER.replace(day=9),
        )

        ids = {code: ref.id for code, ref in skus_by_code(session, brand_id, list("ABCD")).items()}

        assert added_later(session, list(ids.values())) == {ids["C"]: LATER}
