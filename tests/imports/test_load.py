from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.catalog.ingest import put_style
from app.catalog.queries import skus_by_code, style_by_code
from app.catalog.tables import Sku, Style
from app.database.database import Database
from app.errors import SetupError
from app.imports.catalog import _as_draft
from app.imports.economics import StyleDefaults
from app.imports.load import UNPRICED
from app.imports.report import KindUnits, SkuUnits
from app.imports.rows import RowError, Tally
from app.jobs.tables import DueWork
from app.parties.queries import brand_named
from app.sales.tables import SalesRow
from tests.imports.files import ACME, AT, WriteRetail, WriteText, take_in

NOON = "2011-03-01T12:00"
ROWS = [
    ("536365", "85123A", "WHITE HANGING HEART", 6, NOON, 2.55),
    ("536365", "85123B", "WHITE  HANGING\x07HEART", 2, NOON, 2.55),
    ("536365", "85123A", "WHITE HANGING HEART", 6, NOON, 2.55),
    ("536366", "85123A", "wrongly described", 4, "2011-07-01T00:30", 2.95),
    ("C536367", "85123A", "WHITE HANGING HEART", -3, NOON, 9.99),
    ("536368", "22139", "TEA SET", 1, NOON, 4.25),
    ("536368", "POST", "POSTAGE", 1, NOON, 18.0),
]
HEADER = "event_id,sku,kind,quantity,occurred_at"


def style(database: Database, code: str) -> Style:
    with database.read() as session:
        found = style_by_code(session, 1, code)
    assert found is not None
    return found


def count(database: Database, table: type) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_file_becomes_a_brand_its_styles_and_its_events(
    database: Database, retail: WriteRetail
) -> None:
    report = take_in(database, retail(ROWS), preset="online-retail")

    assert (report.rows_read, report.events_stored, report.events_already_there) == (7, 6, 0)
    assert (report.styles, report.skus) == (2, 3)
    assert (report.units_sold, report.units_returned) == (19, 3)
    assert report.left_out == {"not a product: postage": Tally(1, 1)}
    assert report.repeats_found == Tally(1, 6)
    assert report.reconciliation[1] == SkuUnits("85123A", KindUnits(16, 0, 3), KindUnits(16, 0, 3))
    assert report.differing == ()
    with database.read() as session:
        brand = brand_named(session, "acme")
    assert brand is not None
    assert (brand.name, brand.timezone, brand.currency) == ("Acme Gifts", "Europe/London", "GBP")


def test_a_style_costs_what_was_paid_in_the_middle_and_is_called_what_most_rows_say(
    database: Database, retail: WriteRetail
) -> None:
    economics = StyleDefaults(
        salvage_share=Decimal("0.1"), holding_cost_share_per_week=Decimal("0.01")
    )

    take_in(database, retail(ROWS), preset="online-retail", economics=economics)

    heart = style(database, "85123")
    assert heart.name == "WHITE HANGING HEART"
    assert (heart.price, heart.salvage_value) == (Decimal("2.55"), Decimal("0.255"))
    assert heart.holding_cost_per_unit_week == Decimal("0.0255")
    assert (heart.planning, heart.category, heart.return_rate) == ("active", None, None)


def test_an_event_counts_on_the_shops_calendar_day(database: Database, retail: WriteRetail) -> None:
    take_in(database, retail(ROWS), preset="online-retail")

    with database.read() as session:
        row = session.scalars(select(SalesRow).where(SalesRow.order_id == "536366")).one()
    assert row.occurred_at == datetime(2011, 6, 30, 23, 30, tzinfo=UTC)
    assert row.day == date(2011, 7, 1)


def test_importing_again_changes_nothing(database: Database, retail: WriteRetail) -> None:
    path = retail(ROWS)
    take_in(database, path, preset="online-retail")
    with database.write() as session:
        session.query(DueWork).delete()

    again = take_in(database, path, preset="online-retail", at=AT + timedelta(days=1))

    assert (again.events_stored, again.events_already_there) == (0, 6)
    assert (again.units_sold, again.units_returned) == (19, 3)
    assert (count(database, SalesRow), count(database, Sku)) == (6, 3)
    assert count(database, DueWork) == 0
    assert style(database, "85123").updated_at == AT


def test_an_interrupted_import_is_finished_by_starting_it_again(
    database: Database, retail: WriteRetail, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = retail(ROWS)
    monkeypatch.setattr("app.imports.online_retail.CHUNK_ROWS", 2)

    def stop(done: int, total: int) -> None:
        if done == 11:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        take_in(database, path, preset="online-retail", progress=stop)
    assert count(database, SalesRow) == 4

    report = take_in(database, path, preset="online-retail")

    assert (report.events_stored, report.events_already_there) == (2, 4)
    assert report.units_sold == 19


def test_repeats_can_be_dropped(database: Database, retail: WriteRetail) -> None:
    report = take_in(database, retail(ROWS), preset="online-retail", repeats="drop")

    assert report.repeats_dropped == Tally(1, 6)
    assert report.units_sold == 13
    assert count(database, SalesRow) == 5


def test_new_economics_reach_the_styles_and_what_was_set_by_hand_stays(
    database: Database, retail: WriteRetail
) -> None:
    path = retail(ROWS)
    take_in(database, path, preset="online-retail")
    with database.write() as session:
        known = _as_draft(style(database, "85123"), skus_by_code(session, 1, ["85123A"]).values())
        by_hand = replace(known, category="hearts", end_of_life_date=date(2012, 1, 1))
        put_style(session, 1, by_hand, at=AT)

    economics = StyleDefaults(salvage_share=Decimal(0), return_rate=0.1)
    take_in(database, path, preset="online-retail", economics=economics)

    heart = style(database, "85123")
    assert (heart.salvage_value, heart.return_rate) == (Decimal(0), 0.1)
    assert (heart.category, heart.end_of_life_date) == ("hearts", date(2012, 1, 1))
    with database.read() as session:
        assert skus_by_code(session, 1, ["85123B"])["85123B"].active


def test_skus_that_another_file_does_not_mention_stay_active(
    database: Database, retail: WriteRetail
) -> None:
    take_in(database, retail(ROWS), preset="online-retail")

    take_in(database, retail([ROWS[1]]), preset="online-retail")

    with database.read() as session:
        assert skus_by_code(session, 1, ["85123A"])["85123A"].active


@pytest.mark.parametrize(
    ("other", "message"),
    [
        (replace(ACME, currency="EUR"), "the currency of brand acme is GBP, not EUR"),
        (replace(ACME, timezone="UTC"), "the timezone of brand acme is Europe/London, not UTC"),
        (replace(ACME, code="a b"), "a brand's code is 1 to 64 letters, digits"),
        (replace(ACME, code="new", timezone="Mars"), "brand new: timezone must be a time zone"),
        (replace(ACME, code="new", currency="XXX"), "brand new: currency must be a currency"),
    ],
)
def test_a_brand_that_does_not_fit_is_refused_and_nothing_is_stored(
    database: Database, text_file: WriteText, retail: WriteRetail, other: object, message: str
) -> None:
    take_in(database, retail(ROWS[:1]), preset="online-retail")

    with pytest.raises(SetupError, match=message):
        take_in(database, text_file(HEADER, "e1,85123A,sale,1,2026-03-01T10:00:00Z"), brand=other)

    assert count(database, SalesRow) == 1


def test_an_unknown_preset_is_refused(database: Database, tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="there is no preset shopify; there is: online-retail"):
        take_in(database, tmp_path / "any.parquet", preset="shopify")


def test_rows_of_the_contracts_file_find_the_skus_that_exist(
    database: Database, retail: WriteRetail, text_file: WriteText
) -> None:
    take_in(database, retail(ROWS[:1]), preset="online-retail")
    path = text_file(
        HEADER,
        "e1,85123A,sale,1,2026-03-01T10:00:00Z",
        "e2,NEVER,sale,4,2026-03-01T10:00:00Z",
        "e1,85123A,sale,2,2026-03-01T10:00:00Z",
        "e4,85123A,sale,8,2026-03-04T10:00:00Z",
    )

    report = take_in(database, path)

    assert report.events_stored == 1
    assert report.left_out == {
        "in_future": Tally(1, 8),
        "unknown_sku": Tally(1, 4),
        "event_conflict": Tally(1, 2),
    }
    assert report.errors == (
        RowError(3, "sku", "unknown_sku", "the brand has no such SKU"),
        RowError(
            4, "event_id", "event_conflict", "the event_id is taken by an event with other content"
        ),
        RowError(5, "occurred_at", "in_future", "is more than a day ahead"),
    )
    assert report.differing == (SkuUnits("85123A", KindUnits(1, 0, 0), KindUnits(7, 0, 0)),)


def test_a_style_column_makes_the_catalog(database: Database, text_file: WriteText) -> None:
    path = text_file(
        f"{HEADER},unit_price,style,colorway,size",
        "e1,S2-BLK-M,sale,1,2026-03-01T10:00:00Z,39.00,S2,BLK,M",
        "e2,S2-BLK-L,sale,1,2026-03-01T10:00:00Z,,S2,BLK,L",
        "e3,S3,sale,1,2026-03-01T10:00:00Z,,S3,,",
    )

    report = take_in(database, path)

    city = style(database, "S2")
    assert (city.name, city.price, report.events_stored) == ("S2", Decimal(39), 2)
    assert report.left_out == {"unknown_sku": Tally(1, 1)}
    assert report.errors == (RowError(4, "unit_price", "unknown_sku", UNPRICED),)


def test_a_style_without_a_price_in_the_file_has_that_of_the_terms(
    database: Database, text_file: WriteText
) -> None:
    path = text_file(f"{HEADER},style", "e1,S3,sale,1,2026-03-01T10:00:00Z,S3")

    report = take_in(database, path, economics=StyleDefaults(price=Decimal(20)))

    shirt = style(database, "S3")
    assert (shirt.price, shirt.salvage_value) == (Decimal(20), Decimal(4))
    assert (report.events_stored, report.left_out) == (1, {})


def test_a_sku_of_another_style_stops_the_import_before_anything_is_stored(
    database: Database, text_file: WriteText
) -> None:
    header = f"{HEADER},unit_price,style"
    take_in(database, text_file(header, "e1,A,sale,1,2026-03-01T10:00:00Z,1,S1"))

    with pytest.raises(SetupError, match="style S2: SKU 0 belongs to another style"):
        take_in(database, text_file(header, "e2,A,sale,1,2026-03-01T10:00:00Z,1,S2"))

    assert (count(database, Style), count(database, SalesRow)) == (1, 1)


def test_progress_ends_at_its_total(database: Database, retail: WriteRetail) -> None:
    told: list[tuple[int, int]] = []

    take_in(
        database, retail(ROWS), preset="online-retail",
        progress=lambda done, total: told.append((done, total)),
    )  # fmt: skip

    assert told == [(7, 14), (14, 14)]
