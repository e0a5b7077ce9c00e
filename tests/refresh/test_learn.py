"""What a brand's styles teach on a day."""

from app.database.database import Database
from app.refresh.learn import priors_for
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
