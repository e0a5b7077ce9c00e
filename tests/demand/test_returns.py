"""Returns: rate and delay learned from what had time to come back, and the supply to come."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import count

import numpy as np
import pytest
from sqlalchemy import update

from app.catalog.queries import style_ids_by_code
from app.catalog.tables import Style
from app.database.database import Database
from app.demand.build import build_panels
from app.demand.panel import DemandPanel
from app.demand.return_law import DEFAULT_DELAY, DELAY_WEEKS, ReturnLaw, ReturnPriors
from app.demand.return_queries import return_pairs
from app.demand.returns import (
    LEARNED_WEEKS,
    in_whole_units,
    law_of_style,
    laws_of,
    learn_returns,
    returns_to_come,
)
from app.parties.refs import BrandRef
from app.sales.ingest import SalesEvent, store_sales
from tests.forecasting.panels import panel, style
from tests.sales.shop import AT, add_style, open_brand, sale

ORIGIN = date(2026, 4, 1)
ALL = np.array([True])
_numbers = count()


def delay(*shares: float) -> tuple[float, ...]:
    return shares + (0.0,) * (DELAY_WEEKS - len(shares))


def store(database: Database, brand: BrandRef, *events: SalesEvent) -> None:
    with database.write() as session:
        store_sales(session, brand, events, at=AT)


def ordered(
    order: str | None, sold_on: str, units: int, back_on: str = "", back: int = 0, sku: str = "A"
) -> list[SalesEvent]:
    """A sale, and its return if it had one."""
    events = [sale(f"s{next(_numbers)}", f"{sold_on} 12:00", units, sku, order_id=order)]
    if back:
        at = f"{back_on} 12:00"
        events.append(sale(f"r{next(_numbers)}", at, back, sku, kind="return", order_id=order))
    return events


def pairs_of(database: Database, brand: BrandRef) -> list[tuple[str, int, int, int]]:
    with database.read() as session:
        return sorted(return_pairs(session, brand.id, origin=ORIGIN, weeks=52))


def simulated(
    weeks: int, rate: float, shares: Sequence[float], units: int
) -> tuple[DemandPanel, np.ndarray]:
    """Return a style that sold evenly, what came back of it by the origin, and the pairs."""
    rng = np.random.default_rng(3)
    returned = np.zeros(weeks, dtype=np.int64)
    pairs = np.zeros((LEARNED_WEEKS, DELAY_WEEKS))
    for week in range(weeks):
        late = np.repeat(np.arange(len(shares)), rng.multinomial(rng.binomial(units, rate), shares))
        for after in late[week + late < weeks]:
            returned[week + after] += 1
            pairs[weeks - 1 - week, after] += 1
    world = panel([[units] * weeks], styles=[style(category="shirts")])
    return replace(world, returned=returned[None, :]), pairs


def test_pairs_are_counted_by_category_and_weeks_back(database: Database, brand: BrandRef) -> None:
    store(
        database,
        brand,
        *ordered("o1", "2026-03-02", 3, "2026-03-20", 2),
        *ordered("o2", "2026-03-03", 1, "2026-03-21", 1),
        *ordered("o3", "2026-03-31", 1, "2026-03-31", 1, sku="B"),
    )

    assert pairs_of(database, brand) == [("scooter", 0, 0, 1), ("scooter", 4, 1, 3)]


def test_junk_makes_no_pairs(database: Database, brand: BrandRef) -> None:
    store(
        database,
        brand,
        *ordered("twice", "2026-03-02", 2, "2026-03-20", 9),
        *ordered("before", "2026-03-20", 2, "2026-03-02", 1),
        *ordered(None, "2026-03-02", 2, "2026-03-20", 1),
        *ordered("today", "2026-03-30", 2, "2026-04-01", 1),
        *ordered("ancient", "2024-03-02", 2, "2026-03-20", 1),
        sale("alone", "2026-03-20 12:00", 5, kind="return", order_id="unheard of"),
    )
    with database.write() as session:
        other = open_brand(session, "other")
        add_style(session, other, "S2", ["A"])
    store(database, other, *ordered("twice", "2026-03-02", 2, "2026-03-20", 1))

    assert pairs_of(database, brand) == [("scooter", 4, 1, 2)]


def test_a_style_without_a_category_has_pairs_too(database: Database, brand: BrandRef) -> None:
    with database.write() as session:
        session.execute(update(Style).values(category=None))
    store(database, brand, *ordered("o1", "2026-03-02", 3, "2026-03-20", 2))

    assert pairs_of(database, brand) == [("", 4, 1, 2)]


def test_laws_are_learned_from_what_is_stored(database: Database, brand: BrandRef) -> None:
    for week in range(20):
        sold = date(2025, 11, 3) + timedelta(weeks=week)
        back = sold + timedelta(weeks=2)
        events = ordered(f"o{week}", sold.isoformat(), 20, back.isoformat(), 8)
        store(database, brand, *(event for event in events if event.occurred_at <= AT))

    with database.read() as session:
        ids = list(style_ids_by_code(session, brand.id).values())
        [history] = build_panels(session, brand, ids, origin=ORIGIN, period_days=7)
        learned = learn_returns(session, brand, history)

    law = learned.of("scooter")
    assert law.paired_units == 8 * 20
    assert law.rate == pytest.approx(0.4, abs=0.05)
    assert law.mean_delay_weeks == pytest.approx(2.0, abs=0.15)
    assert learned.of("hats") == learned.brand


def test_recent_sales_do_not_hide_a_rate_that_had_no_time_to_show() -> None:
    world, pairs = simulated(8, 0.4, [0.0, 0.1, 0.2, 0.3, 0.2, 0.1, 0.1], units=500)

    learned = laws_of(world, {"shirts": pairs})
    law = law_of_style(world, 0, learned, stated=None)

    naive = world.returned.sum() / world.demand.sum()
    assert naive == pytest.approx(0.22, abs=0.02)
    assert law.rate == pytest.approx(0.4, abs=0.03)


def test_short_delays_alone_do_not_pass_for_the_whole_law() -> None:
    shares = [0.0, 0.1, 0.2, 0.3, 0.2, 0.1, 0.1]
    world, pairs = simulated(10, 0.4, shares, units=2000)

    law = laws_of(world, {"shirts": pairs}).of("shirts")

    seen = pairs.sum(axis=0)[:7] / pairs.sum()
    assert seen @ np.arange(7) == pytest.approx(2.99, abs=0.05)
    assert law.mean_delay_weeks == pytest.approx(3.3, abs=0.1)
    assert law.delay[:7] == pytest.approx(shares, abs=0.02)


def test_without_returns_the_delay_is_the_default_and_the_rate_none() -> None:
    learned = laws_of(panel([[5] * 8]), {})

    assert learned.brand.rate == 0.0
    assert learned.brand.delay[: len(DEFAULT_DELAY)] == pytest.approx(DEFAULT_DELAY)
    assert sum(learned.brand.delay) == pytest.approx(1.0)


def test_a_young_style_has_its_categorys_rate_and_an_old_one_its_own() -> None:
    priors = ReturnPriors(categories={"shirts": ReturnLaw(rate=0.3, delay=delay(1.0))})
    young = panel([[2]], styles=[style(category="shirts")])
    old = replace(
        panel([[100] * 20], styles=[style(category="shirts")]), returned=np.full((1, 20), 10)
    )

    rates = [law_of_style(world, 0, priors, stated=None).rate for world in (young, old)]

    assert rates == pytest.approx([0.3 * 50 / 52, (200 + 15) / 2050])


def test_a_stated_rate_overrides_the_learned_one_and_keeps_the_delay() -> None:
    priors = ReturnPriors(brand=ReturnLaw(rate=0.3, delay=delay(0.0, 1.0)))

    stated, everything = (
        law_of_style(panel([[100] * 20]), 0, priors, stated=rate) for rate in (0.5, 1.0)
    )

    assert (stated.rate, stated.delay) == (0.5, delay(0.0, 1.0))
    assert everything.rate == 1.0


def test_more_returns_than_sales_are_no_rate_above_one() -> None:
    junk = replace(panel([[1] * 8]), returned=np.full((1, 8), 1000))

    learned = laws_of(junk, {})
    law = law_of_style(junk, 0, learned, stated=None)

    assert learned.brand.rate <= 0.99
    assert law.rate <= 0.99


def test_one_styles_junk_says_little_about_the_brand() -> None:
    junk = panel([[1] * 8, [1000] * 8], style_of=[0, 1])
    flooded = replace(junk, returned=np.array([[1000] * 8, [0] * 8]))

    assert laws_of(flooded, {}).brand.rate < 0.002


def test_what_was_sold_comes_back_when_its_delay_is_over() -> None:
    world = panel([[0, 10, 100]])
    law = ReturnLaw(rate=0.5, delay=delay(0.2, 0.5, 0.3))

    coming = returns_to_come(world, ALL, law, periods=4)

    assert coming[0].tolist() == pytest.approx([0.5 * (50 + 3), 0.5 * 30, 0.0, 0.0])


def test_in_days_a_weeks_returns_are_spread_over_it() -> None:
    world = panel([[0] * 7 + [10] * 7], period_days=1)
    law = ReturnLaw(rate=0.5, delay=delay(0.2, 0.5, 0.3))

    coming = returns_to_come(world, ALL, law, periods=15)[0]

    assert coming.tolist() == pytest.approx([2.5] * 7 + [1.5] * 7 + [0.0])


def test_beyond_the_longest_delay_nothing_comes_back() -> None:
    world = panel([[10] * 60])

    coming = returns_to_come(world, ALL, ReturnLaw(rate=0.5), periods=104)

    assert coming.shape == (1, 104)
    assert coming[0, DELAY_WEEKS:].sum() == 0
    assert coming.sum() == pytest.approx(0.5 * 10 * ReturnLaw().mean_delay_weeks)


def test_whole_units_add_up_to_the_rounded_total() -> None:
    units = in_whole_units(np.array([[0.4, 0.4, 0.4, 0.4], [0.1, 0.1, 0.1, 0.1], [2.5, 0, 0, 0]]))

    assert units.tolist() == [[0, 1, 0, 1], [0, 0, 0, 0], [3, 0, 0, 0]]


def test_laws_read_back_are_the_same() -> None:
    priors = ReturnPriors(
        brand=ReturnLaw(rate=1 / 3, paired_units=7), categories={"a": ReturnLaw(rate=0.1)}
    )

    assert ReturnPriors.from_json(priors.to_json()) == priors
    assert ReturnPriors.from_json({}) == ReturnPriors()
