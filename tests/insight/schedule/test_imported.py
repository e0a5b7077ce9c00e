"""The presets of the schedule as the systems read them that they are made for."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from app.insight.schedule.model import Schedule
from app.insight.schedule.table import as_csv, table_of
from tests.insight.schedule import erpnext_site, odoo_database
from tests.insight.schedule.erpnext_site import Site
from tests.insight.schedule.floor import line, schedule, work
from tests.insight.schedule.odoo_database import OdooDatabase

TODAY = date(2026, 3, 2)
SKUS = ("S2-BLK-M", "S2-BLK-L", 'S3, "wide"|; 6')


@pytest.fixture
def floor() -> Schedule:
    """Return two runs, the first of three lines over two days, one of them half made."""
    odd = line("S3-RED-M", date(2026, 4, 1), 60, sku=SKUS[2], reference="run_2")
    return schedule(
        work(
            line("S2-BLK-L", date(2026, 3, 30), 40),
            line("S2-BLK-M", date(2026, 3, 23), 50, to_make=30, ordered=80),
            line("S2-BLK-M", date(2026, 3, 30), 20),
        ),
        work(odd),
    )


def test_erpnext_inserts_a_request_a_run_with_every_item_in_it(floor: Schedule) -> None:
    site = Site(TODAY, frozenset(SKUS))

    first, second = site.insert(as_csv(table_of(floor, "erpnext")))

    assert (first["title"], first["material_request_type"]) == ("run_1", "Manufacture")
    assert first["schedule_date"] == date(2026, 3, 23)
    assert [(i["item_code"], i["qty"], i["schedule_date"].day) for i in first["items"]] == [
        ("S2-BLK-L", 40, 30),
        ("S2-BLK-M", 80, 23),
        ("S2-BLK-M", 20, 30),
    ]
    assert [(i["item_code"], i["qty"]) for i in second["items"]] == [(SKUS[2], 60)]


def test_erpnext_takes_a_run_that_is_late(floor: Schedule) -> None:
    late = replace(floor, today=date(2026, 3, 25))

    [request, _] = Site(late.today, frozenset(SKUS)).insert(as_csv(table_of(late, "erpnext")))

    assert request["transaction_date"] == date(2026, 3, 23)


def test_odoo_makes_an_order_a_line_and_updates_it_the_next_time(floor: Schedule) -> None:
    database = OdooDatabase(SKUS)
    written = as_csv(table_of(floor, "odoo"))

    database.load(written)
    again = database.load(written)

    assert sorted((o["origin"], o["product"], o["product_qty"]) for o in again.values()) == [
        ("run_1", "S2-BLK-L", 40),
        ("run_1", "S2-BLK-M", 20),
        ("run_1", "S2-BLK-M", 80),
        ("run_2", SKUS[2], 60),
    ]
    assert {o["date_start"] for o in again.values()} == {datetime(2026, 3, 2)}  # noqa: DTZ001


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"items.qty", b"items.quantity"),
        (b"S2-BLK-L", b"S2-BLK-XL"),
        (b"Manufacture", b"Production"),
        (b"2026-03-23", b"23.3.2026"),
        (b",Nos,", b",,"),
        (b"2026-03-02", b"2026-03-24"),
    ],
)
def test_the_site_refuses_what_erpnext_would(floor: Schedule, before: bytes, after: bytes) -> None:
    written = as_csv(table_of(floor, "erpnext"))

    with pytest.raises(erpnext_site.Refused):
        Site(TODAY, frozenset(SKUS)).insert(written.replace(before, after))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"product_qty", b"quantity"),
        (b"S2-BLK-L", b"S2-BLK-XL"),
        (b"shortrun.", b""),
        (b",40,", b",0,"),
        (b"date_start", b"date_deadline"),
    ],
)
def test_the_database_refuses_what_odoo_would(floor: Schedule, before: bytes, after: bytes) -> None:
    written = as_csv(table_of(floor, "odoo"))

    with pytest.raises(odoo_database.Refused):
        OdooDatabase(SKUS).load(written.replace(before, after))
