from collections import Counter
from dataclasses import fields
from datetime import date, timedelta
from itertools import count

import numpy as np
import pytest
from sqlalchemy import update

from app.catalog.tables import Sku
from app.clock.time import local_day
from app.database.database import Database
from app.demand.build import build_panels, whole_past
from app.demand.known import Expectation, KnownItem, store_known_demand
from app.demand.panel import DemandPanel
from app.parties.refs import BrandRef
from app.sales.ingest import SalesEvent, store_sales
from app.stock.report import ReportedLevel, store_levels
from tests.sales.shop import AT, add_style, open_brand, sale, utc

ORIGIN = date(2026, 4, 1)
_numbers = count()


@pytest.fixture
def brand(database: Database) -> BrandRef:
    with database.write() as session:
        return open_brand(session)


def style(database: Database, brand: BrandRef, code: str, *skus: str, **life: date) -> int:
    with database.write() as session:
        return add_style(session, brand, code, skus, **life)


def store(database: Database, brand: BrandRef, *events: SalesEvent) -> None:
    with database.write() as session:
        store_sales(session, brand, events, at=AT)


def sold(day: str, quantity: int = 1, sku: str = "A", kind: str = "sale") -> SalesEvent:
    return sale(f"e{next(_numbers)}", f"{day} 12:00", quantity, sku, kind=kind)


def panels(database: Database, brand: BrandRef, *styles: int, **more: int) -> list[DemandPanel]:
    with database.read() as session:
        return build_panels(session, brand, styles, origin=ORIGIN, **more)


def test_weeks_count_back_from_the_origin_whose_own_events_are_not_seen(
    database: Database, brand: BrandRef
) -> None:
    s2 = style(database, brand, "S2", "A", "B")
    store(
        database,
        brand,
        sold("2026-03-11", 1),
        sold("2026-03-17", 2),
        sold("2026-03-18", 4),
        sold("2026-03-31", 8, sku="B"),
        sold("2026-04-01", 16),
        sold("2026-03-20", 32, kind="return"),
    )

    (panel,) = panels(database, brand, s2)

    assert (panel.origin, panel.period_days) == (ORIGIN, 7)
    assert panel.sku_codes == ("A", "B")
    assert panel.demand.tolist() == [[3, 4, 0], [0, 0, 8]]
    assert panel.returned.tolist() == [[0, 32, 0], [0, 0, 0]]
    assert panel.exposure.tolist() == [[1.0, 1.0, 1.0]] * 2
    assert panel.in_stock_share.tolist() == [[1.0, 1.0, 1.0]] * 2


def test_a_panel_knows_its_styles(database: Database, brand: BrandRef) -> None:
    s2 = style(database, brand, "S2", "A", "B", end_of_life_date=date(2026, 9, 1))
    s3 = style(database, brand, "S3", "C", launch_date=date(2026, 5, 1))
    store(database, brand, sold("2026-03-11"))

    (panel,) = panels(database, brand, s3, s2)

    first, second = panel.styles
    assert (first.id, first.code, first.price, first.like) == (s2, "S2", 39.0, ("S1",))
    assert (first.category, dict(first.attributes)) == ("scooter", {"fabric": "oxford"})
    assert (first.launched, first.end_of_life) == (date(2026, 3, 11), date(2026, 9, 1))
    assert (second.launched, second.end_of_life) == (date(2026, 5, 1), None)
    assert panel.style_of.tolist() == [0, 0, 1]
    assert panel.colorways.tolist() == [0, 0, 1]
    assert panel.sizes == ("A", "B", "C")


def test_exposure_begins_with_the_launch_date(database: Database, brand: BrandRef) -> None:
    s2 = style(database, brand, "S2", "A", launch_date=date(2026, 3, 16))

    (panel,) = panels(database, brand, s2)

    # Of the week from the 11th its last two days; the clock change of the 29th takes an hour
    # from the last week, which was on sale all of it.
    assert panel.exposure.tolist() == [[2 / 7, 1.0, 1.0]]
    assert panel.demand.tolist() == [[0, 0, 0]]


def test_without_a_launch_date_it_begins_with_the_first_sale(
    database: Database, brand: BrandRef
) -> None:
    s2 = style(database, brand, "S2", "A", "B")
    store(database, brand, sold("2026-03-24"))

    (panel,) = panels(database, brand, s2)

    assert panel.exposure.tolist() == [[1 / 7, 1.0], [1 / 7, 1.0]]


def test_sales_before_the_launch_date_move_it(database: Database, brand: BrandRef) -> None:
    s2 = style(database, brand, "S2", "A", launch_date=date(2026, 6, 1))
    store(database, brand, sold("2026-03-25"))

    (panel,) = panels(database, brand, s2)

    assert panel.styles[0].launched == date(2026, 3, 25)
    assert panel.exposure.tolist() == [[1.0]]


def test_a_style_not_yet_launched_has_one_empty_week(database: Database, brand: BrandRef) -> None:
    s2 = style(database, brand, "S2", "A")

    (panel,) = panels(database, brand, s2)

    assert panel.styles[0].launched is None
    assert panel.exposure.tolist() == [[0.0]]
    assert panel.in_stock_share.tolist() == [[1.0]]
    assert panel.demand.tolist() == [[0]]


def test_inactive_skus_are_left_out_but_their_first_sale_launched_the_style(
    database: Database, brand: BrandRef
) -> None:
    s2 = style(database, brand, "S2", "A", "B")
    s3 = style(database, brand, "S3", "C")
    store(database, brand, sold("2026-03-18", 5, sku="B"), sold("2026-03-30"))
    with database.write() as session:
        session.execute(update(Sku).where(Sku.code.in_(["B", "C"])).values(active=False))

    (panel,) = panels(database, brand, s2, s3)

    assert panel.sku_codes == ("A",)
    assert [one.code for one in panel.styles] == ["S2"]
    assert panel.exposure.tolist() == [[1.0, 1.0]]
    assert panel.demand.tolist() == [[0, 1]]


def test_the_in_stock_share_is_of_the_time_on_sale(database: Database, brand: BrandRef) -> None:
    s2 = style(database, brand, "S2", "A", "B", launch_date=date(2026, 3, 16))
    with database.write() as session:
        levels = [
            ReportedLevel("A", 0, utc("2026-03-10 00:00")),
            ReportedLevel("A", 9, utc("2026-03-16 23:00")),
            ReportedLevel("B", 0, utc("2026-03-31 10:00")),
        ]
        store_levels(session, brand, levels, at=AT)

    (panel,) = panels(database, brand, s2)

    assert panel.in_stock_share[0].tolist() == [0.5, 1.0, 1.0]
    assert panel.in_stock_share[1].tolist() == pytest.approx([1.0, 1.0, 1 - 12 / 167])


def test_a_cancellation_made_on_the_origin_day_is_not_known_yet(
    database: Database, brand: BrandRef
) -> None:
    s2 = style(database, brand, "S2", "A")
    store(
        database,
        brand,
        sale("s", "2026-03-30 12:00", 5, order_id="o1"),
        sale("c1", "2026-03-31 12:00", 1, kind="cancellation", order_id="o1"),
        sale("c2", "2026-04-01 06:00", 2, kind="cancellation", order_id="o1"),
    )

    (panel,) = panels(database, brand, s2)

    assert panel.demand.tolist() == [[4]]


def test_a_dense_style_near_its_end_is_seen_in_days_and_the_rest_in_weeks(
    database: Database, brand: BrandRef
) -> None:
    near, far = date(2026, 6, 30), date(2026, 7, 2)
    dense = style(database, brand, "dense", "A", "B", end_of_life_date=near)
    slow = style(database, brand, "slow", "C", end_of_life_date=near)
    lumpy = style(database, brand, "lumpy", "D", end_of_life_date=near)
    lasting = style(database, brand, "lasting", "E", end_of_life_date=far)
    for day in range(10, 32):
        on = f"2026-03-{day}"
        store(database, brand, sold(on, 7), sold(on, 6, sku="C"), sold(on, 99, sku="E"))
    store(database, brand, sold("2026-03-10", 500, sku="D"))

    daily, weekly = panels(database, brand, dense, slow, lumpy, lasting)

    assert (daily.period_days, weekly.period_days) == (1, 7)
    assert [one.code for one in daily.styles] == ["dense"]
    assert [one.code for one in weekly.styles] == ["slow", "lumpy", "lasting"]
    assert daily.demand.tolist() == [[0] * 6 + [7] * 22, [0] * 28]
    assert daily.exposure[0].tolist() == [0.0] * 6 + [1.0] * 22
    assert weekly.style_of.tolist() == [0, 1, 2]


def test_one_frequency_can_be_asked_for_all(database: Database, brand: BrandRef) -> None:
    dense = style(database, brand, "dense", "A", end_of_life_date=date(2026, 4, 30))
    store(database, brand, *(sold(f"2026-03-{day}", 20) for day in range(10, 32)))

    (weekly,) = panels(database, brand, dense, period_days=7)
    (daily,) = panels(database, brand, dense, period_days=1)
    (chosen,) = panels(database, brand, dense)

    assert weekly.demand.tolist() == [[20, 140, 140, 140]]
    assert daily.demand.sum() == 440
    assert chosen.period_days == 1


def test_history_is_no_longer_than_asked(database: Database, brand: BrandRef) -> None:
    s2 = style(database, brand, "S2", "A")
    store(database, brand, sold("2024-01-01", 5), sold("2026-03-20", 2), sold("2026-03-30", 3))

    (panel,) = panels(database, brand, s2, history_periods=2)

    assert panel.demand.tolist() == [[2, 3]]
    assert panel.styles[0].launched == date(2024, 1, 1)


def test_another_brands_styles_have_no_panel(database: Database, brand: BrandRef) -> None:
    s2 = style(database, brand, "S2", "A")
    with database.write() as session:
        other = open_brand(session, "other")

    assert panels(database, other, s2) == []


def test_a_panel_equals_a_naive_recount_of_the_events(database: Database, brand: BrandRef) -> None:
    rng = np.random.default_rng(7)
    skus = [f"N{number}" for number in range(12)]
    s2 = style(database, brand, "S2", *skus)
    start = utc("2026-01-01 00:00")
    events = [
        SalesEvent(
            f"n{number}",
            str(rng.choice(skus)),
            rng.choice(["sale", "sale", "sale", "cancellation", "return"]).item(),
            int(rng.integers(1, 6)),
            start + timedelta(minutes=int(rng.integers(0, 60 * 24 * 91))),
            order_id=f"o{rng.integers(0, 150)}",
        )
        for number in range(1500)
    ]
    store(database, brand, *events)

    (panel,) = panels(database, brand, s2)

    assert panel.demand.sum() > 1000
    assert dict(np.ndenumerate(panel.demand)) == recount(events, panel)


def recount(events: list[SalesEvent], panel: DemandPanel) -> dict[tuple[int, ...], int]:
    """Count one event at a time, in the plainest way."""
    zone = "Europe/Paris"
    by_order: dict[tuple[str, str | None], date] = {}
    net: Counter[tuple[str, date]] = Counter()
    for event in sorted(events, key=lambda one: one.occurred_at):
        if event.kind == "sale":
            day = local_day(event.occurred_at, zone)
            by_order.setdefault((event.sku, event.order_id), day)
            net[event.sku, day] += event.quantity
    for event in events:
        own = local_day(event.occurred_at, zone)
        if event.kind == "cancellation" and own < ORIGIN:
            net[event.sku, by_order.get((event.sku, event.order_id), own)] -= event.quantity
    periods = panel.demand.shape[1]
    counted = dict.fromkeys(np.ndindex(panel.demand.shape), 0)
    for (sku, day), units in net.items():
        back = -((day - ORIGIN).days // 7)
        if 1 <= back <= periods and units > 0:
            counted[panel.sku_codes.index(sku), periods - back] += units
    return counted


def test_a_sku_added_to_its_style_later_was_on_sale_since_then_only(
    database: Database, brand: BrandRef
) -> None:
    s2 = style(database, brand, "S2", "A", "B", "C", launch_date=date(2026, 3, 4))
    with database.write() as session:
        later = {"B": utc("2026-03-24 23:00"), "C": utc("2026-03-24 23:00")}
        for code, at in later.items():
            session.execute(update(Sku).where(Sku.code == code).values(added_at=at))
    # C sold before: its catalog entry came after its sales.
    store(database, brand, sold("2026-03-04", 5), sold("2026-03-11", 1, sku="C"))

    [panel] = panels(database, brand, s2)

    assert panel.exposure.round(2).tolist() == [[1, 1, 1, 1], [0, 0, 0, 1], [0, 1, 1, 1]]


def test_a_brands_whole_past_is_the_same_however_many_styles_are_read_at_once(
    database: Database, brand: BrandRef
) -> None:
    style(database, brand, "S2", "A", "B")
    style(database, brand, "S3", "C", launch_date=date(2026, 4, 20))
    style(database, brand, "S4", "D", "E")
    store(database, brand, sold("2026-01-02", 5), sold("2026-03-11", 3, sku="D"))
    store(
        database,
        brand,
        sold("2026-03-20", 1, sku="E"),
        sold("2026-03-21", 1, sku="D", kind="return"),
    )
    items = [KnownItem("r", sku, Expectation(9, date(2026, 4, 9), 0.5)) for sku in "AE"]
    with database.write() as session:
        store_known_demand(session, brand, items, at=AT)

    with database.read() as session:
        at_once = whole_past(session, brand, origin=ORIGIN)
        one_by_one = whole_past(session, brand, origin=ORIGIN, together=1)
    assert at_once is not None
    assert one_by_one is not None
    [built] = panels(database, brand, *(one.id for one in at_once.styles), period_days=7)

    assert built.demand.shape == (5, 13)
    for field in fields(DemandPanel):
        expected = getattr(built, field.name)
        np.testing.assert_equal(getattr(at_once, field.name), expected)
        np.testing.assert_equal(getattr(one_by_one, field.name), expected)


def test_a_brand_without_a_sku_has_no_past(database: Database, brand: BrandRef) -> None:
    with database.read() as session:
        past = whole_past(session, brand, origin=ORIGIN)

    assert past is None
