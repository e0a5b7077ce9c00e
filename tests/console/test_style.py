"""The page of a style: what was sold, what was decided and why, decided again."""

from datetime import timedelta
from decimal import Decimal

from app.catalog.queries import SkuRef, skus_of_styles
from app.console.changing import changing
from app.console.style_outlook import past_of
from app.database.database import Database
from app.sourcing.tables import Offer
from app.stock.tables import StockLevel
from tests.console.visiting import Visit, said
from tests.recommendations.scene import AT, Scene, decide, offer, run_of

PRICED = {
    "chosen": {
        "action": "run",
        "mode": "small_batch",
        "offer": "S2-small",
        "factory": "fab1",
        "quantity": 120,
        "total_cost": "1926.00",
        "expected_profit": "912.00",
        "profit_standard_error": "20.00",
        "expected_lost_units": 3.1,
        "expected_leftover_units": 9.4,
        "economics": {"break_even_quantity": 61, "value_of_waiting": "12.00"},
    },
    "alternatives": [
        {
            "action": "hold",
            "mode": None,
            "offer": None,
            "factory": None,
            "quantity": 0,
            "total_cost": "0.00",
            "expected_profit": "100.00",
            "profit_standard_error": "10.00",
            "expected_lost_units": 30.0,
            "expected_leftover_units": 0.0,
        },
    ],
    "reasons": [{"code": "size_depleting", "text": "M <lasts> 3 days.", "values": {}}],
    "suitability": {"way": "small_batch", "reasons": []},
    "test_verdict": None,
}


def stocked(database: Database, scene: Scene) -> None:
    with database.write() as session:
        for sku in scene.skus:
            for weeks, level in ((3, 40), (2, 0), (1, 30)):
                when = AT - timedelta(weeks=weeks)
                session.add(StockLevel(sku_id=sku, as_of=when, on_hand=level))


def test_a_style_without_anything_says_so(olga: Visit) -> None:
    page = olga.open("/console/b/acme/styles/S2")

    assert page.status_code == 200
    assert "Nothing was decided yet" in page.text
    assert "Nothing was sold, forecast or stocked yet" in page.text


def test_the_list_of_styles_leads_to_each(bea: Visit) -> None:
    listed = bea.open("/console/b/acme/styles").text

    assert 'href="/console/b/acme/styles/S2"' in listed


def test_a_style_shows_its_decision_its_price_and_its_reasons(
    database: Database, scene: Scene, bea: Visit
) -> None:
    decide(database, scene, run_of(scene), body=PRICED)
    stocked(database, scene)

    page = bea.open("/console/b/acme/styles/S2").text.replace("\N{NO-BREAK SPACE}", " ")

    assert "M &lt;lasts&gt; 3 days." in page
    assert "+€812" in page
    assert "Below 61 units the run would not pay its set-up; it is of 120." in page
    assert "S2: what each alternative earns above holding" in page
    assert "style=" not in page


def test_what_would_change_a_decision_is_the_next_price_break_the_least_run_and_the_day(
    database: Database, scene: Scene, bea: Visit
) -> None:
    breaks = ((1, Decimal(16)), (100, Decimal(14)), (200, Decimal("12.10")))
    offer(database, scene, price_breaks=breaks, moq_run=50, moq_colorway=20, max_quantity=120)
    decide(database, scene, run_of(scene), body=PRICED)

    page = bea.open("/console/b/acme/styles/S2").text.replace("\N{NO-BREAK SPACE}", " ")

    assert (
        "The next price break is at 200 units, 80 more: from there on every unit costs €12.10"
        " instead of €14.00." in page
    )
    assert "It could be as small as S2-small allows: 50 units, 20 a colorway." in page
    assert "S2-small makes no more than 120 units at a time." in page
    assert (
        "Ordered from fab1 after Mon 9 Mar (in 7 days), it would on average come too late" in page
    )


def test_the_last_price_break_is_said_to_be_reached_and_a_hold_speaks_of_its_best_run() -> None:
    hold = {"chosen": {"action": "hold"}, "alternatives": [PRICED["chosen"]]}
    made = Offer(
        code="S2-small",
        currency="EUR",
        price_break_kind="all_units",
        price_breaks=[
            {"min_quantity": 1, "unit_cost": "16"},
            {"min_quantity": 100, "unit_cost": "14"},
        ],
        moq_run=150,
        moq_colorway=0,
        max_quantity=None,
    )

    said = changing(hold, made, [], timezone="UTC", today=AT.date())

    assert said == [
        "The last price break of S2-small, at 100\N{NO-BREAK SPACE}units, is reached.",
        "The run is as small as S2-small allows: 150\N{NO-BREAK SPACE}units.",
    ]


def test_stock_is_carried_on_from_report_to_report_and_out_of_stock_days_are_seen(
    database: Database, scene: Scene
) -> None:
    stocked(database, scene)

    with database.read() as session:
        past = past_of(session, scene.brand, _skus(database, scene), at=AT)

    assert [units for _, units in past.stock] == [80, 0, 60]
    assert past.demand.in_stock[0].min() == 0
    assert past.on_hand == 60


def _skus(database: Database, scene: Scene) -> list[SkuRef]:
    with database.read() as session:
        return list(skus_of_styles(session, [scene.style_id]))


def test_what_another_brand_has_is_a_page_that_does_not_exist(bea: Visit) -> None:
    other = bea.open("/console/b/zeta/styles/S2")
    none = bea.open("/console/b/acme/styles/S9")

    assert other.status_code == 404
    assert none.status_code == 404


def test_a_decision_that_cannot_be_made_again_is_said_on_the_page(
    database: Database, scene: Scene, bea: Visit
) -> None:
    decide(database, scene, run_of(scene), body=PRICED)
    page = bea.open("/console/b/acme/styles/S2")

    answer = bea.submit(page, "/console/b/acme/styles/S2/replay")

    assert answer.status_code == 200
    assert said(answer) != ""
