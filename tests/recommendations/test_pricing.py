"""What a factory's counter is worth, who is told, and what it decides."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select, update

from app.database.database import Database
from app.parties.refs import BrandRef
from app.parties.tables import Brand, Factory
from app.planning import decide
from app.recommendations.counter import Counter, CounterLine, Delivery
from app.recommendations.kept import Kept
from app.recommendations.pricing import Basis, PricedCounter, priced
from app.recommendations.tables import DecisionRow, Recommendation
from app.recommendations.terms import Rates, rates_of, total_cost
from app.recommendations.tolerance import Leeway, is_tolerated
from app.runs.tables import Run
from app.sourcing.ingest import put_offer
from tests.planning.situations import offer as terms_of_offer
from tests.recommendations.scene import Call, caller, key_for
from tests.refresh.remembered import asked, remembered, small
from tests.refresh.shop import AT, offer, open_shop, refresh, sell, standing

ORIGIN = date(2026, 3, 2)
NEED_BY = date(2026, 3, 18)
LARGE = terms_of_offer(
    "fab/large:with_material", 9.0, setup_cost=300.0, lead_time_days=42.0, mode="large_batch"
)


def brand_with(**rules: Any) -> BrandRef:
    given = {
        "id": 1,
        "code": "acme",
        "name": "Acme",
        "timezone": "UTC",
        "currency": "EUR",
        "review_period_days": 7,
        "release": "auto",
        "release_limit": None,
        "counter_tolerance": Decimal(0),
        "respond_within_hours": 48,
        "open_to_buy": None,
        "share_forecast": False,
    }
    return BrandRef(**(given | rules))


@pytest.fixture(scope="module")
def kept() -> Kept:
    return remembered(asked(small(), LARGE))


@pytest.fixture(scope="module")
def units() -> list[int]:
    """The units decided on, by the small offer's own best run."""
    decision = decide(asked(small(), LARGE))
    plans = [decision.chosen, *decision.alternatives]
    return next(plan.quantities.tolist() for plan in plans if plan.offer == "small")


MADE = (("S2-M", "BLK"), ("S2-L", "BLK"), ("S2-W", "RED"))


def asked_for(units: list[int], **changed: Any) -> Recommendation:
    quantity = sum(units)
    freight = Decimal("0.8333") * quantity + 20
    cost = quantity * Decimal("14.0003") + 75 + freight
    given = {
        "id": "rec_1",
        "factory": "fab",
        "offer": "small",
        "lines": [
            {"sku": sku, "colorway": colorway, "quantity": each}
            for (sku, colorway), each in zip(MADE, units, strict=True)
        ],
        "quantity": quantity,
        "unit_cost": Decimal("14.0003"),
        "setup_cost": Decimal(75),
        "freight_cost": freight,
        "tooling_cost": Decimal(0),
        "total_cost": cost,
        "lead_time_days": 14,
        "need_by": NEED_BY,
    }
    return Recommendation(**(given | changed))


def price_of(kept: Kept, units: list[int], terms: Counter, **rules: Any) -> PricedCounter:
    price = priced(Basis(asked_for(units), brand_with(**rules), kept, []), terms)
    assert price is not None
    return price


def test_a_dearer_price_gives_up_what_the_units_then_cost_more(
    kept: Kept, units: list[int]
) -> None:
    price = price_of(kept, units, Counter(unit_cost=Decimal("14.5003")))

    assert price.given_up == pytest.approx(0.5 * sum(units))
    assert price.shown["profit_given_up"] == f"{0.5 * sum(units):.2f}"
    assert price.shown["standard_error"] == "0.00"


def test_the_day_asked_for_gives_up_nothing_and_each_later_one_more(
    kept: Kept, units: list[int]
) -> None:
    days = [NEED_BY + timedelta(days=later) for later in (0, 3, 7, 21)]

    lost = [price_of(kept, units, Counter(need_by=day)).given_up for day in days]

    assert lost[0] == pytest.approx(0.0, abs=1e-9)
    assert lost == sorted(lost)
    assert lost[1] > 10.0


def test_where_stock_lasts_longer_a_day_counts_as_it_is(kept: Kept, units: list[int]) -> None:
    lasting = Basis(asked_for(units, need_by=NEED_BY + timedelta(days=30)), brand_with(), kept, [])

    late = priced(lasting, Counter(need_by=NEED_BY + timedelta(days=21)))

    assert late is not None
    assert (
        late.given_up
        == price_of(kept, units, Counter(need_by=NEED_BY + timedelta(days=21))).given_up
    )


def test_fewer_units_give_up_what_they_would_have_earned(kept: Kept, units: list[int]) -> None:
    lines = (CounterLine("S2-M", units[0] // 2),)

    price = price_of(kept, units, Counter(lines=lines))

    assert price.given_up > 2 * price.standard_error > 0.0


def test_a_second_delivery_later_gives_up_less_than_everything_later(
    kept: Kept, units: list[int]
) -> None:
    later = NEED_BY + timedelta(days=28)
    first = tuple(CounterLine(s, u - u // 3) for s, u in zip(SKUS, units, strict=True))
    rest = tuple(CounterLine(s, u // 3) for s, u in zip(SKUS, units, strict=True))

    split = price_of(
        kept, units, Counter(deliveries=(Delivery(NEED_BY, first), Delivery(later, rest)))
    )
    whole = price_of(kept, units, Counter(need_by=later))

    assert 0.0 < split.given_up < whole.given_up


SKUS = ("S2-M", "S2-L", "S2-W")


def test_it_is_shown_beside_hold_and_every_other_offer(kept: Kept, units: list[int]) -> None:
    price = price_of(kept, units, Counter(need_by=NEED_BY + timedelta(days=7)))

    others = {(one["action"], one["offer"]) for one in price.shown["alternatives"]}
    assert others == {("run", "large"), ("hold", None)}
    assert set(price.shown["alternatives"][0]) == {
        "action",
        "mode",
        "offer",
        "factory",
        "quantity",
        "expected_profit",
        "profit_given_up",
        "standard_error",
    }


def test_what_is_asked_of_another_factory_beside_it_counts(kept: Kept, units: list[int]) -> None:
    beside = asked_for([400, 400, 400], id="rec_2", offer="large", lead_time_days=42)
    fewer = Counter(lines=(CounterLine("S2-M", units[0] // 2),))

    alone = price_of(kept, units, fewer)
    both = priced(Basis(asked_for(units), brand_with(), kept, [beside]), fewer)

    assert both is not None
    assert abs(both.given_up - alone.given_up) > 1.0


@pytest.mark.parametrize(
    "broken", [{"numbers": None}, {"inputs": {}}, {"inputs": {"law": 0}}, {"inputs": {"seed": 7}}]
)
def test_what_cannot_be_decided_again_has_no_price(
    kept: Kept, units: list[int], broken: dict[str, Any]
) -> None:
    basis = Basis(asked_for(units), brand_with(), replace(kept, **broken), [])

    assert priced(basis, Counter(need_by=NEED_BY)) is None
    assert priced(None, Counter(need_by=NEED_BY)) is None


def test_a_style_with_too_many_paths_is_not_priced_while_a_factory_waits(
    kept: Kept, units: list[int]
) -> None:
    many = replace(kept, inputs={**kept.inputs, "paths": 100_000})

    assert priced(Basis(asked_for(units), brand_with(), many, []), LATER) is None


def test_an_offer_that_was_not_decided_on_has_no_price(kept: Kept, units: list[int]) -> None:
    basis = Basis(asked_for(units, offer="other"), brand_with(), kept, [])

    assert priced(basis, Counter(need_by=NEED_BY)) is None


LATER = Counter(need_by=NEED_BY + timedelta(days=7))
MORE = Counter(lines=(CounterLine("S2-M", 500),))


def worth(terms: Counter, given_up: float, error: float, cost: str, **about: Any) -> PricedCounter:
    named = {"recommendation_id": "rec_1", "has_budget": False} | about
    return PricedCounter(
        terms=terms,
        given_up=given_up,
        standard_error=error,
        total_cost=Decimal(cost),
        shown={},
        **named,
    )


def whole(brand: BrandRef) -> Leeway:
    """What a factory may get without review that got nothing lately."""
    return Leeway(brand.counter_tolerance, 3)


@pytest.mark.parametrize(
    ("given_up", "error", "tolerance", "tolerated"),
    [
        (40.0, 5.0, "50", True),
        (40.0, 5.01, "50", False),
        (-10.0, 5.0, "0", True),
        (-10.0, 5.01, "0", False),
        (0.004, 0.0, "0", True),
        (0.005, 0.0, "0", False),
    ],
)
def test_what_is_given_up_must_be_tolerable_beyond_the_noise(
    given_up: float, error: float, tolerance: str, tolerated: bool
) -> None:
    row = asked_for([10, 10, 10])
    price = worth(LATER, given_up, error, "100")

    brand = brand_with(counter_tolerance=Decimal(tolerance))

    assert is_tolerated(row, LATER, brand, price, whole(brand)) is tolerated


def test_a_price_is_of_the_terms_and_the_recommendation_it_was_made_for() -> None:
    row, brand = asked_for([10, 10, 10]), brand_with()

    assert not is_tolerated(row, LATER, brand, None, whole(brand))
    assert not is_tolerated(row, LATER, brand, worth(MORE, -50.0, 0.0, "100"), whole(brand))
    other = worth(LATER, -50.0, 0.0, "100", recommendation_id="rec_2")
    assert not is_tolerated(row, LATER, brand, other, whole(brand))


@pytest.mark.parametrize(
    ("rules", "about", "tolerated"),
    [
        ({}, {}, True),
        ({}, {"has_budget": True}, False),
        ({"release": "manual"}, {}, False),
        ({"release_limit": Decimal(8000)}, {}, True),
        ({"release_limit": Decimal(7999)}, {}, False),
        ({"release": "manual", "counter_tolerance": Decimal(7900)}, {}, True),
    ],
)
def test_more_money_than_the_brand_lets_out_waits_for_it_however_good_it_is(
    rules: dict[str, Any], about: dict[str, Any], tolerated: bool
) -> None:
    row = asked_for([10, 10, 10])
    price = worth(MORE, -500.0, 1.0, "8000", **about)
    brand = brand_with(**rules)

    assert is_tolerated(row, MORE, brand, price, whole(brand)) is tolerated


def test_freight_is_paid_for_each_unit_and_once(kept: Kept) -> None:
    row = asked_for([50, 30, 20])

    freight = rates_of(kept.inputs, row)

    assert freight == Rates(Decimal("0.8333"), Decimal(20), Decimal("12.5"))
    halved = Counter(lines=(CounterLine("S2-M", 0),))
    assert total_cost(row, halved, freight) == 50 * Decimal("14.8336") + 75 + 20
    assert total_cost(row, halved, None) == 50 * Decimal("14.8336") + 75 + 10
    assert total_cost(row, Counter(need_by=NEED_BY), None) == row.total_cost


def test_a_counter_that_leaves_a_colorway_out_does_not_pay_its_setup(kept: Kept) -> None:
    row = asked_for([50, 30, 20])
    rates = rates_of(kept.inputs, row)
    units = 80 * Decimal("14.0003") + 80 * Decimal("0.8333") + 20

    without = Counter(lines=(CounterLine("S2-W", 0),))
    moved = Counter(lines=(CounterLine("S2-W", 0), CounterLine("S2-L", 50)))

    assert total_cost(row, without, rates) == units + 75 - Decimal("12.5")
    assert total_cost(row, moved, rates) == row.total_cost - Decimal("12.5")
    assert total_cost(row, Counter(lines=(CounterLine("S2-L", 0),)), rates) == (
        70 * Decimal("14.0003") + 70 * Decimal("0.8333") + 20 + 75
    )


def test_freight_that_was_not_kept_or_does_not_fit_is_not_known(kept: Kept) -> None:
    assert rates_of({}, asked_for([50, 30, 20])) is None
    assert rates_of(kept.inputs, asked_for([50, 30, 20], freight_cost=Decimal(1))) is None


@pytest.fixture
def shop(database: Database) -> BrandRef:
    """A brand that was recommended a run with freight of both kinds."""
    brand = open_shop(database, "S2")
    with database.write() as session:
        fab = session.scalars(select(Factory.id)).one()
        shipped = replace(offer(), freight_per_unit=Decimal("0.50"), freight_per_run=Decimal(30))
        put_offer(session, fab, shipped, at=AT)
        sell(session, brand, "S2", a_day=20)
    refresh(database)
    return brand


def calls(database: Database, brand: BrandRef) -> tuple[Call, str, str, Recommendation]:
    """Return a caller, the brand's and the factory's key, and what was recommended."""
    with database.read() as session:
        [row] = standing(session)
    factory = key_for(database, "factory", factory_id=row.factory_id)
    return caller(database, AT), key_for(database, "brand", brand_id=brand.id), factory, row


def test_the_brand_alone_is_told_what_a_counter_is_worth(
    database: Database, shop: BrandRef
) -> None:
    send, brand, factory, row = calls(database, shop)
    path = f"/v1/recommendations/{row.id}"
    late = (row.need_by + timedelta(days=10)).isoformat()

    answer = send(factory, "POST", f"{path}/response", {"decision": "counter", "need_by": late})

    told = send(brand, "GET", path).json()
    assert answer.json()["status"] == "countered"
    assert Decimal(told["counter_economics"]["profit_given_up"]) > 0
    assert told["counter_economics"]["alternatives"][0]["action"] == "hold"
    assert told["economics"] == row.economics
    seen = [
        answer.text,
        send(factory, "GET", path).text,
        send(factory, "GET", "/v1/factories/fab/recommendations").text,
        send(factory, "GET", "/v1/factories/fab/feed").text,
    ]
    for text in seen:
        assert "given_up" not in text
        assert told["counter_economics"]["expected_profit"] not in text
    send(brand, "POST", f"{path}/counter-review", {"decision": "decline"})
    assert send(brand, "GET", path).json()["counter_economics"] is None


def test_a_later_day_is_accepted_at_once_within_what_the_brand_tolerates(
    database: Database, shop: BrandRef
) -> None:
    with database.write() as session:
        session.execute(update(Brand).values(counter_tolerance=Decimal(100_000)))
    send, brand, factory, row = calls(database, shop)
    first = row.lines[0]
    body = {
        "decision": "counter",
        "need_by": (row.need_by + timedelta(days=2)).isoformat(),
        "lines": [{"sku": first["sku"], "quantity": first["quantity"] - 5}],
    }

    answer = send(factory, "POST", f"/v1/recommendations/{row.id}/response", body)

    assert answer.json()["status"] == "accepted"
    with database.read() as session:
        run = session.scalars(select(Run)).one()
    assert run.total_cost == (row.quantity - 5) * Decimal("14.50") + 50 + 30
    told = send(brand, "GET", f"/v1/recommendations/{row.id}").json()
    assert Decimal(told["counter_economics"]["profit_given_up"]) < 100_000


def test_without_what_was_kept_a_later_day_waits_for_the_brand(
    database: Database, shop: BrandRef
) -> None:
    with database.write() as session:
        session.execute(update(Brand).values(counter_tolerance=Decimal(100_000)))
        session.execute(update(DecisionRow).values(forecast_id=None))
    send, brand, factory, row = calls(database, shop)
    path = f"/v1/recommendations/{row.id}"
    late = (row.need_by + timedelta(days=10)).isoformat()

    answer = send(factory, "POST", f"{path}/response", {"decision": "counter", "need_by": late})

    assert answer.json()["status"] == "countered"
    assert send(brand, "GET", path).json()["counter_economics"] is None
