"""What a brand's styles teach on a day."""

from datetime import timedelta

from app.database.database import Database
from app.refresh.learn import priors_for
from app.stock.report import ReportedLevel, store_levels
from tests.refresh.shop import AT, open_shop, sell


def test_history_that_comes_in_on_a_brands_first_day_teaches_on_that_day(
    database: Database,
) -> None:
    brand = open_shop(database, "S2")
    before = priors_for(database, brand, AT.date())
    with database.write() as session:
        sell(session, brand, "S2", days=70)

    after = priors_for(database, brand, AT.date())

    assert (before.styles, after.styles) == (0, 1)


def test_what_was_learned_on_a_day_stays_for_that_day(database: Database) -> None:
    brand = open_shop(database, "S2", "S3")
    with database.write() as session:
        sell(session, brand, "S2", days=70)
    first = priors_for(database, brand, AT.date())
    with database.write() as session:
        sell(session, brand, "S3", days=70, a_day=50)

    assert priors_for(database, brand, AT.date()) == first


def test_a_past_that_teaches_nothing_is_gone_through_once_a_day(database: Database) -> None:
    brand = open_shop(database, "S2", "S3")
    with database.write() as session:
        sell(session, brand, "S2", days=40)
        gone = [ReportedLevel(f"S2-{size}", 0, AT - timedelta(days=39, hours=12)) for size in "ML"]
        store_levels(session, brand, gone, at=AT)
    first = priors_for(database, brand, AT.date())
    with database.write() as session:
        sell(session, brand, "S3", days=70)

    again = priors_for(database, brand, AT.date())

    assert first.styles == 0
    assert again == first
