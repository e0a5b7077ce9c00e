"""What a brand's styles teach on a day."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from app.catalog.ingest import put_styles
from app.database.database import Database
from app.demand import teachers
from app.demand.panel import DemandPanel
from app.forecasting.past.learning import learn_priors
from app.forecasting.past.priors import BrandPriors
from app.forecasting.queries import priors_of_day
from app.refresh import learn
from app.refresh.learn import priors_for
from app.sales.ingest import SalesEvent, store_sales
from tests.refresh.shop import AT, draft, open_shop, sell


def test_history_that_comes_in_on_a_brands_first_day_teaches_on_that_day(
    database: Database,
) -> None:
    brand = open_shop(database, "S2")
    before = priors_for(database, brand, AT.date())
    with database.write() as session:
        sell(session, brand, "S2", days=70)

    after = priors_for(database, brand, AT.date())

    assert (before.styles, after.styles) == (0, 1)


def test_a_catalog_without_sales_does_not_teach_that_nothing_sells(database: Database) -> None:
    brand = open_shop(database, "S2")
    with database.write() as session:
        launched = replace(draft("OLD"), launch_date=AT.date() - timedelta(weeks=30))
        put_styles(session, brand.id, [launched], at=AT)

    assert priors_for(database, brand, AT.date()) == BrandPriors()


def test_what_came_late_is_learned_from_on_the_same_day(database: Database) -> None:
    brand = open_shop(database, "S2", "S3")
    with database.write() as session:
        sell(session, brand, "S2", days=70)
    first = priors_for(database, brand, AT.date())
    with database.write() as session:
        sell(session, brand, "S3", days=70, a_day=50)

    after = priors_for(database, brand, AT.date())

    assert (first.styles, after.styles) == (1, 2)


def test_what_sells_today_changes_nothing_that_was_learned(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    brand = open_shop(database, "S2", "S3")
    with database.write() as session:
        sell(session, brand, "S2", days=70)
    first = priors_for(database, brand, AT.date())
    with database.write() as session:
        today = [SalesEvent("now", "S3-M", "sale", 400, AT - timedelta(hours=1))]
        store_sales(session, brand, today, at=AT)

    def learn_again(*_: object) -> None:
        pytest.fail("learned again without late news")

    monkeypatch.setattr(learn, "learn_priors", learn_again)
    assert priors_for(database, brand, AT.date()) == first


@pytest.mark.parametrize(("late", "styles"), [(1, 1), (3, 2)])
def test_a_large_brand_learns_anew_when_late_news_is_a_share_of_all(
    database: Database, monkeypatch: pytest.MonkeyPatch, late: int, styles: int
) -> None:
    monkeypatch.setattr(learn, "EXACT_EVENTS", 100)
    brand = open_shop(database, "S2", "S3")
    with database.write() as session:
        sell(session, brand, "S2", days=70)
    priors_for(database, brand, AT.date())
    with database.write() as session:
        events = [
            SalesEvent(f"late-{number}", "S3-M", "sale", 9, AT - timedelta(weeks=1 + 2 * number))
            for number in range(late)
        ]
        store_sales(session, brand, events, at=AT)

    assert priors_for(database, brand, AT.date()).styles == styles


def test_of_several_workers_one_learns_and_the_others_wait_for_it(
    database: Database, open_again: Callable[[], Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    brand = open_shop(database, "S2")
    with database.write() as session:
        sell(session, brand, "S2", days=70)
    learned = []

    def learn_slowly(history: DemandPanel) -> BrandPriors:
        learned.append(history)
        time.sleep(0.2)
        return learn_priors(history)

    monkeypatch.setattr(learn, "learn_priors", learn_slowly)
    workers = [open_again() for _ in range(3)]
    with ThreadPoolExecutor(3) as pool:
        found = list(pool.map(lambda one: priors_for(one, brand, AT.date()), workers))

    assert len(learned) == 1
    assert [one.styles for one in found] == [1, 1, 1]


@pytest.mark.parametrize(
    ("whole", "counts"), [(50, {"coat": 2, "tee": 2}), (1, {"coat": 1, "tee": 3})]
)
def test_beyond_a_bound_some_styles_of_every_family_teach_and_all_are_known_for_likeness(
    database: Database, monkeypatch: pytest.MonkeyPatch, whole: int, counts: dict[str, int]
) -> None:
    monkeypatch.setattr(learn, "MOST_TEACHING", 4)
    monkeypatch.setattr(teachers, "FAMILY_STYLES", whole)
    brand = open_shop(database)
    tees = [replace(draft(f"T{number}"), category="tee") for number in range(8)]
    coats = [replace(draft(f"C{number}"), category="coat") for number in range(2)]
    announced = replace(draft("NEW"), category="hat")
    with database.write() as session:
        put_styles(session, brand.id, [*tees, *coats, announced], at=AT)
        for style in (*tees, *coats):
            sell(session, brand, style.code, days=70)

    priors = priors_for(database, brand, AT.date())
    with database.read() as session:
        stored = priors_of_day(session, brand.id, AT.date())

    assert priors.styles == 4
    assert priors.rate_law.counts == counts
    assert sorted(priors.rates) == ["C0", "C1", *(f"T{number}" for number in range(8))]
    assert stored is not None
    assert stored.events == 10 * 2 * 70
