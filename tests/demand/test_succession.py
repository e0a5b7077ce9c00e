"""Which styles follow which, as a panel shows it."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import update

from app.catalog.tables import Style
from app.database.database import Database
from app.demand.build import build_panels
from app.demand.panel import PanelStyle
from app.parties.refs import BrandRef
from app.sales.ingest import store_sales
from tests.sales.shop import AT, add_style, open_brand, sale

ORIGIN = date(2026, 4, 1)


def followed_by(database: Database, code: str, successor: str, brand_id: int) -> None:
    with database.write() as session:
        session.execute(
            update(Style)
            .where(Style.code == code, Style.brand_id == brand_id)
            .values(successor=successor)
        )


def styles_of(database: Database, brand: BrandRef, ids: Sequence[int]) -> list[PanelStyle]:
    with database.read() as session:
        panels = build_panels(session, brand, ids, origin=ORIGIN, period_days=7)
    return [style for panel in panels for style in panel.styles]


def test_a_style_knows_its_successor_and_when_that_is_launched(
    database: Database, brand: BrandRef
) -> None:
    with database.write() as session:
        s3 = add_style(session, brand, "S3", ["C"], launch_date=date(2026, 5, 1))
        s4 = add_style(session, brand, "S4", ["D"])
        s5 = add_style(session, brand, "S5", ["E"])
        store_sales(session, brand, [sale("d1", "2026-03-20 12:00", 1, "D")], at=AT)
    followed_by(database, "S4", "S3", brand.id)
    followed_by(database, "S5", "S4", brand.id)
    followed_by(database, "S3", "nobody", brand.id)

    three, four, five = styles_of(database, brand, [s3, s4, s5])

    assert (four.successor, four.successor_launch) == ("S3", date(2026, 5, 1))
    assert (five.successor, five.successor_launch) == ("S4", date(2026, 3, 20))
    assert (three.successor, three.successor_launch) == (None, None)


def test_a_first_sale_on_the_origin_day_or_later_launched_nothing_yet(
    database: Database, brand: BrandRef
) -> None:
    with database.write() as session:
        s3 = add_style(session, brand, "S3", ["C"])
        add_style(session, brand, "S4", ["D"])
        store_sales(session, brand, [sale("d1", "2026-04-01 06:00", 1, "D")], at=AT)
    followed_by(database, "S3", "S4", brand.id)

    [three] = styles_of(database, brand, [s3])

    assert (three.successor, three.successor_launch) == ("S4", None)


def test_predecessors_are_named_oldest_first(database: Database, brand: BrandRef) -> None:
    with database.write() as session:
        new = add_style(session, brand, "NEW", ["N"])
        add_style(session, brand, "UNSOLD", ["U"])
        add_style(session, brand, "YOUNG", ["Y"], launch_date=date(2025, 9, 1))
        add_style(session, brand, "OLD", ["O"], launch_date=date(2025, 3, 1))
    for code in ("UNSOLD", "YOUNG", "OLD", "NEW"):
        followed_by(database, code, "NEW", brand.id)

    [style] = styles_of(database, brand, [new])

    assert style.predecessors == ("OLD", "YOUNG", "UNSOLD")
    assert style.successor is None


def test_another_brands_styles_precede_and_succeed_nothing(
    database: Database, brand: BrandRef
) -> None:
    with database.write() as session:
        other = open_brand(session, "other")
        ours = add_style(session, brand, "S3", ["C"])
        add_style(session, other, "S3", ["C"], launch_date=date(2026, 1, 1))
        add_style(session, other, "S9", ["X"], launch_date=date(2026, 1, 1))
    followed_by(database, "S9", "S3", other.id)
    followed_by(database, "S3", "S9", brand.id)

    [style] = styles_of(database, brand, [ours])

    assert (style.predecessors, style.successor) == ((), None)
