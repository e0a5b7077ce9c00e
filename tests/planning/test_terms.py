import numpy as np
import pytest

from app.planning import largest_run, least_run, run_cost, units_cost
from tests.planning.situations import offer

ALL_UNITS = ((1, 14.0), (200, 12.1))


@pytest.mark.parametrize(("quantity", "cost"), [(1, 14.0), (199, 2786.0), (200, 2420.0)])
def test_an_all_units_price_holds_for_the_whole_run(quantity: int, cost: float) -> None:
    terms = offer(price_breaks=ALL_UNITS)

    assert units_cost(terms, np.array([quantity]))[0] == pytest.approx(cost)


@pytest.mark.parametrize(("quantity", "cost"), [(199, 2786.0), (200, 2798.1), (210, 2919.1)])
def test_an_incremental_price_holds_from_its_break_on(quantity: int, cost: float) -> None:
    terms = offer(price_breaks=ALL_UNITS, price_break_kind="incremental")

    assert units_cost(terms, np.array([quantity]))[0] == pytest.approx(cost)


def test_the_run_of_the_contract_costs_what_the_contract_prints() -> None:
    terms = offer(
        price_breaks=ALL_UNITS, setup_cost=120.0, colorway_setup_cost=30.0, freight_per_unit=0.8
    )

    assert run_cost(terms, np.array([120]), 1).tolist() == [1926.0]


def test_the_least_run_is_the_largest_of_the_minimums_in_whole_packs() -> None:
    terms = offer(moq_run=50, moq_sku=20, price_breaks=((61, 5.0),), order_multiple=12)

    assert least_run(terms) == 72


def test_the_largest_run_is_the_maximum_or_what_the_lead_time_allows() -> None:
    assert largest_run(offer()) is None
    assert largest_run(offer(max_quantity=70, order_multiple=12)) == 60
    assert largest_run(offer(max_quantity=70, capacity_per_week=20, lead_time_days=14)) == 40
