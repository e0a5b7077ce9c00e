from datetime import date

import pytest

from app.database.database import Database
from app.demand.teachers import teachers_of
from app.sales.ingest import store_sales
from tests.sales.shop import AT, add_style, open_brand, sale

ORIGIN = date(2026, 4, 1)
LAUNCHED = date(2026, 1, 5)


@pytest.mark.parametrize(
    ("most", "teaching", "others"),
    [
        (5, ["S1", "S2", "S3", "S4", "S5"], []),
        (2, ["S2", "S3"], ["S1"]),
        (3, ["S1", "S2", "S3"], []),
    ],
)
def test_all_styles_teach_up_to_a_number_and_beyond_it_of_those_on_sale(
    database: Database, most: int, teaching: list[str], others: list[str]
) -> None:
    with database.write() as session:
        brand = open_brand(session)
        ids = {
            add_style(session, brand, "S1", ["A"], launch_date=LAUNCHED): "S1",
            add_style(session, brand, "S2", ["B"]): "S2",
            add_style(session, brand, "S3", ["C"], launch_date=LAUNCHED): "S3",
            add_style(session, brand, "S4", ["D"], launch_date=ORIGIN): "S4",
            add_style(session, brand, "S5", [], launch_date=LAUNCHED): "S5",
        }
        store_sales(session, brand, [sale("e1", "2026-03-04 12:00", 1, "B")], at=AT)

    with database.read() as session:
        chosen = teachers_of(session, brand, origin=ORIGIN, most=most)

    assert [ids[one] for one in chosen.teaching] == teaching
    assert [ids[one] for one in chosen.others] == others


def test_which_styles_teach_depends_on_their_codes_alone(database: Database) -> None:
    codes = [f"S{number}" for number in range(12)]
    with database.write() as session:
        brand = open_brand(session)
        ids = {
            add_style(session, brand, code, [code], launch_date=LAUNCHED): code for code in codes
        }
        before = teachers_of(session, brand, origin=ORIGIN, most=5)
        store_sales(session, brand, [sale("e1", "2026-03-04 12:00", 900, "S0")], at=AT)

        after = teachers_of(session, brand, origin=ORIGIN, most=5)

    assert before == after
    assert len(after.others) == 7
    assert sorted(ids[one] for one in after.teaching) == ["S11", "S2", "S3", "S6", "S7"]
