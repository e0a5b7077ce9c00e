"""In which ways an offer can be had, by what there is of the material."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import insert

from app.catalog.ingest import put_styles
from app.database.database import Database
from app.parties.queries import factory_with_id
from app.parties.tables import BrandFactory
from app.planning import OfferTerms
from app.sourcing.ingest import OfferDraft, put_offer
from app.sourcing.material_queries import offers_by_style
from app.sourcing.materials import Arrival, MaterialDraft, put_material, reserve
from app.sourcing.tables import MaterialUse
from app.sourcing.terms import named, terms_of
from tests.sourcing.conftest import style

AT = datetime(2026, 3, 2, 10, 15, tzinfo=UTC)
DAY = date(2026, 3, 2)
OFFER = OfferDraft(
    code="small",
    brand="acme",
    mode="small_batch",
    currency="EUR",
    price_breaks=((1, Decimal(14)),),
    lead_time_days_mean=21,
    lead_time_days_sd=3,
    material_lead_time_days_mean=9,
    material_lead_time_days_sd=1,
)
PLAIN = replace(OFFER, material_lead_time_days_mean=None, material_lead_time_days_sd=None)
OXFORD = MaterialDraft(code="oxford", name="Oxford", unit="m", on_hand=Decimal(140))
PRICED: dict[str, Any] = {
    "currency": "EUR",
    "unit_cost": Decimal("3.20"),
    "scrap_value": Decimal("0.20"),
}

Way = tuple[str, float, float, int | None, str | None, bool]


@pytest.fixture
def made(market: Database) -> Database:
    """S2 of acme takes 1.4 m of oxford a unit."""
    made_of(market, ("oxford", 1.4))
    return market


def made_of(database: Database, *uses: tuple[str, float]) -> None:
    materials = [{"material": material, "per_unit": each} for material, each in uses]
    with database.write() as session:
        put_styles(session, 1, [replace(style("S2"), materials=materials)], at=AT)


def offer(database: Database, draft: OfferDraft = OFFER) -> None:
    with database.write() as session:
        put_offer(session, 1, draft, at=AT)


def report(database: Database, draft: MaterialDraft, *, at: datetime = AT) -> None:
    with database.write() as session:
        factory = factory_with_id(session, 1)
        assert factory is not None
        put_material(session, factory, draft, at=at)


def keep(database: Database, brand: str, quantity: str, until: date) -> None:
    with database.write() as session:
        session.execute(insert(BrandFactory), [{"brand_id": 2, "factory_id": 1}])
        factory = factory_with_id(session, 1)
        assert factory is not None
        reserve(
            session,
            factory,
            "oxford",
            brand,
            quantity=Decimal(quantity),
            until=until,
            as_of=None,
            reserved_by="factory",
            at=AT,
        )


def accept(database: Database, run: str, quantity: str, cut_at: datetime, brand: int = 1) -> None:
    row: dict[str, Any] = {
        "run": run,
        "material": "oxford",
        "factory_id": 1,
        "brand_id": brand,
        "quantity": Decimal(quantity),
        "cut_at": cut_at,
    }
    with database.write() as session:
        session.execute(insert(MaterialUse), [row])


def ways(database: Database, *, day: date = DAY) -> list[Way]:
    """Return name, lead time with its deviation, limit, material and whether it is the last."""
    with database.read() as session:
        offers = offers_by_style(session, 1, ["S2"], day=day)["S2"]
        terms = [terms_of(one, name=name) for name, one in named(offers).items()]
        return [
            (
                one.code,
                one.lead_time_days,
                one.lead_time_sd_days,
                one.material_limit,
                one.material,
                one.last_buy,
            )
            for one in terms
        ]


def terms(database: Database) -> list[OfferTerms]:
    with database.read() as session:
        offers = offers_by_style(session, 1, ["S2"], day=DAY)["S2"]
        return [terms_of(one, name=name) for name, one in named(offers).items()]


USUAL: Way = ("small", 21.0, 3.0, None, None, False)


def test_with_the_material_at_hand_up_to_what_it_allows_and_else_in_the_usual_time(
    made: Database,
) -> None:
    offer(made)
    report(made, OXFORD)

    assert ways(made) == [("small:with_material", 9.0, 1.0, 100, "oxford", False), USUAL]


def test_a_material_that_is_not_reported_counts_as_not_at_hand_and_limits_nothing(
    made: Database,
) -> None:
    offer(made)
    made_of(made, ("oxford", 1.4), ("lining", 0.5))
    report(made, OXFORD)

    assert ways(made) == [USUAL]


def test_a_style_of_no_material_has_the_usual_time(market: Database) -> None:
    offer(market)
    report(market, OXFORD)

    assert ways(market) == [USUAL]


def test_what_returns_limits_nothing_where_the_offer_has_one_lead_time(made: Database) -> None:
    offer(made, PLAIN)
    report(made, OXFORD)

    assert ways(made) == [USUAL]


def test_beyond_what_is_at_hand_it_takes_no_less_than_buying_it_and_making_it_up(
    made: Database,
) -> None:
    offer(made)
    report(made, replace(OXFORD, replenishment_lead_time_days=28.0))

    assert ways(made)[1] == ("small", 37.0, 3.0, None, None, False)


def test_what_does_not_return_is_the_most_that_can_ever_be_made(made: Database) -> None:
    offer(made, PLAIN)
    report(made, replace(OXFORD, returns=False))

    assert ways(made) == [("small", 21.0, 3.0, 100, "oxford", True)]


def test_what_comes_by_the_day_it_is_needed_counts_for_the_usual_time(made: Database) -> None:
    offer(made)
    arriving = [
        Arrival(Decimal(14), DAY + timedelta(days=12)),
        Arrival(Decimal(7), DAY + timedelta(days=13)),
    ]
    report(made, replace(OXFORD, returns=False, arriving=arriving))

    assert ways(made) == [
        ("small:with_material", 9.0, 1.0, 100, "oxford", False),
        ("small", 21.0, 3.0, 110, "oxford", False),
    ]


def test_what_was_due_by_today_is_at_hand(made: Database) -> None:
    offer(made)
    report(made, replace(OXFORD, arriving=[Arrival(Decimal(14), DAY + timedelta(days=5))]))

    limits = [ways(made, day=DAY + timedelta(days=days))[0][3] for days in (4, 5)]

    assert limits == [100, 110]


def test_the_scarcest_of_its_materials_limits(made: Database) -> None:
    offer(made)
    made_of(made, ("oxford", 1.4), ("lining", 0.1))
    report(made, OXFORD)
    report(made, replace(OXFORD, code="lining", on_hand=Decimal("0.3"), returns=False))

    assert ways(made) == [("small:with_material", 9.0, 1.0, 3, "lining", True)]


def test_what_is_kept_for_others_is_not_there_until_its_last_day_is_over(made: Database) -> None:
    offer(made)
    report(made, OXFORD)
    keep(made, "other", "70", DAY + timedelta(days=3))

    limits = [ways(made, day=DAY + timedelta(days=days))[0][3] for days in (0, 3, 4)]

    assert limits == [50, 50, 100]


def test_what_is_kept_for_the_brand_is_there_for_it(made: Database) -> None:
    offer(made)
    report(made, OXFORD)
    keep(made, "acme", "140", DAY)

    assert ways(made)[0][3] == 100


def test_an_accepted_run_takes_until_a_report_counts_the_shelf_after_it_was_cut(
    made: Database,
) -> None:
    offer(made)
    accept(made, "run_1", "70", cut_at=AT + timedelta(days=7))
    report(made, OXFORD)
    accept(made, "run_2", "14", cut_at=AT + timedelta(days=9))
    taken = ways(made)[0][3]

    report(made, replace(OXFORD, on_hand=Decimal(70)), at=AT + timedelta(days=7))

    assert taken == 40
    assert ways(made)[0][3] == 40


def test_runs_of_a_brand_take_from_what_is_kept_for_it_first(made: Database) -> None:
    offer(made)
    report(made, OXFORD)
    keep(made, "other", "70", DAY)

    accept(made, "run_1", "56", cut_at=AT + timedelta(days=7), brand=2)
    within = ways(made)[0][3]
    accept(made, "run_2", "28", cut_at=AT + timedelta(days=7), brand=2)

    assert within == 50
    assert ways(made)[0][3] == 40


def test_what_was_cut_since_a_reservation_was_counted_is_no_longer_kept(made: Database) -> None:
    offer(made)
    report(made, OXFORD)
    keep(made, "other", "70", DAY)
    accept(made, "run_1", "56", cut_at=AT + timedelta(hours=1), brand=2)

    report(made, replace(OXFORD, on_hand=Decimal(84)), at=AT + timedelta(hours=2))

    assert ways(made)[0][3] == 50


def test_more_accepted_than_there_is_leaves_nothing(made: Database) -> None:
    offer(made)
    report(made, replace(OXFORD, returns=False))

    accept(made, "run_1", "150", cut_at=AT + timedelta(days=7))

    assert ways(made) == [("small", 21.0, 3.0, 0, "oxford", True)]


def test_made_to_order_ends_with_the_last_of_the_material(made: Database) -> None:
    offer(made, replace(PLAIN, made_to_order=True))
    report(made, replace(OXFORD, returns=False))
    before = ways(made)

    report(made, replace(OXFORD, returns=False, on_hand=Decimal("1.3")))

    assert before == [("small", 21.0, 3.0, 100, "oxford", True)]
    assert ways(made) == []


@pytest.mark.parametrize(
    ("on_hand", "each", "most"),
    [("0.3", 0.1, 3), ("4.2", 1.4, 3), ("4.1999", 1.4, 2), ("10000000000", 0.0001, 10**14)],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_decimals_are_divided_exactly(
    market: Database, on_hand: str, each: float, most: int
) -> None:
    made_of(market, ("oxford", each))
    offer(market)
    report(market, replace(OXFORD, on_hand=Decimal(on_hand)))

    assert ways(market)[0][3] == most


def test_a_trace_of_a_material_a_unit_breaks_no_division(made: Database) -> None:
    offer(made)
    made_of(made, ("oxford", 1e-300))
    report(made, OXFORD)

    limits = [way[3] for way in ways(made)]

    assert limits == [int(OXFORD.on_hand * 10_000), None]


def test_material_is_of_use_to_the_end_of_its_season(made: Database) -> None:
    offer(made)
    report(made, replace(OXFORD, season_end=date(2026, 3, 16)))

    at_hand, bought = terms(made)

    assert (at_hand.material_limit, at_hand.last_release_days) == (100, 14)
    assert (bought.material_limit, bought.last_release_days) == (None, 2)


def test_after_its_season_nothing_is_made_of_a_material(made: Database) -> None:
    offer(made)
    report(made, replace(OXFORD, season_end=date(2026, 3, 1)))

    [only] = terms(made)

    assert (only.material, only.material_limit) == ("oxford", 0)


def test_what_is_bought_for_a_run_is_a_minimum_of_it(made: Database) -> None:
    offer(made)
    report(made, replace(OXFORD, minimum_buy=Decimal(300)))

    at_hand, bought = terms(made)

    assert (at_hand.material_limit, at_hand.moq_run) == (100, 0)
    assert (bought.material_limit, bought.moq_run) == (None, 215)


def test_a_run_smaller_than_the_purchase_is_made_of_what_is_there(made: Database) -> None:
    offer(made, PLAIN)
    report(made, replace(OXFORD, minimum_buy=Decimal(300)))

    at_hand, bought = terms(made)

    assert (at_hand.lead_time_days, at_hand.lead_time_sd_days) == (21, 3)
    assert (at_hand.material_limit, bought.moq_run) == (100, 215)


def test_what_does_not_return_is_not_bought(made: Database) -> None:
    offer(made, PLAIN)
    report(made, replace(OXFORD, minimum_buy=Decimal(300), returns=False))

    [only] = terms(made)

    assert (only.material_limit, only.moq_run) == (100, 0)


def test_what_is_kept_for_a_brand_to_the_seasons_end_costs_it_no_more_than_scrap(
    made: Database,
) -> None:
    end = date(2026, 6, 30)
    offer(made)
    report(made, replace(OXFORD, season_end=end, returns=False, **PRICED))
    keep(made, "acme", "84", end)

    [only] = terms(made)

    assert (only.kept_units, only.kept_value) == (60, pytest.approx(4.2))


@pytest.mark.parametrize("until", [date(2026, 5, 1), None])
def test_what_is_not_kept_to_the_seasons_end_is_no_loss_of_the_brand(
    made: Database, until: date | None
) -> None:
    offer(made)
    report(made, replace(OXFORD, season_end=date(2026, 6, 30), returns=False, **PRICED))
    if until is not None:
        keep(made, "acme", "84", until)

    [only] = terms(made)

    assert only.kept_units == 0
