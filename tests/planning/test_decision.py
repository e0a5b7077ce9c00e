from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.planning import Decision, PreviousPlan, decide
from app.planning.plans import price_plans
from app.planning.world import world_of
from tests.planning.situations import offer, one_period, poisson, situation, worlds


def best_profit(decision: Decision) -> float:
    """Return the highest profit of all plans that were priced."""
    plans = (decision.chosen, *decision.alternatives)
    return max(plan.expected_profit for plan in plans)


def best_run(decision: Decision, code: str = "small") -> int:
    """Return the quantity of an offer's best run."""
    plans = (decision.chosen, *decision.alternatives)
    return next(plan.quantity for plan in plans if plan.offer == code)


def codes(decision: Decision) -> set[str]:
    """Return the codes of a decision's reasons."""
    return {reason.code for reason in decision.reasons}


CERTAIN = np.full((1, 8, 1), 100)


def test_certain_demand_is_made_exactly() -> None:
    decision = decide(situation(CERTAIN, offer(unit_cost=10.0, setup_cost=200.0), price=30.0))

    assert decision.action == "run"
    assert decision.chosen.quantities.tolist() == [100]
    assert decision.chosen.expected_profit == pytest.approx(100 * 20.0 - 200.0)
    assert decision.chosen.total_cost == 1200.0
    assert decision.chosen.setup_cost_per_unit == 2.0
    assert decision.chosen.fill_rate == 1.0
    assert decision.expected_profit_if_nothing == 0.0
    assert decision.final


def test_a_setup_dearer_than_the_margin_is_not_paid() -> None:
    decision = decide(situation(CERTAIN, offer(unit_cost=10.0, setup_cost=2000.0), price=30.0))

    assert decision.action == "discontinue"
    assert decision.chosen.quantity == 0
    assert best_run(decision) == 100


@pytest.mark.parametrize(("moq", "action"), [(300, "run"), (301, "discontinue")])
def test_a_minimum_is_met_as_long_as_its_surplus_costs_less_than_the_margin(
    moq: int, action: str
) -> None:
    case = situation(CERTAIN, offer(unit_cost=9.99, moq_run=moq), price=30.0, salvage_value=0.0)

    decision = decide(case)

    assert decision.action == action
    assert best_run(decision) == moq


def test_a_huge_minimum_is_refused_and_said() -> None:
    decision = decide(situation(CERTAIN, offer(moq_run=100_000)))

    assert decision.action == "discontinue"
    assert "moq_too_large" in codes(decision)
    assert best_run(decision) == 100_000


def test_what_a_binding_minimum_costs_is_said() -> None:
    decision = decide(situation(CERTAIN, offer(unit_cost=10.0, moq_run=120), price=30.0))

    assert decision.chosen.quantity == 120
    [reason] = [reason for reason in decision.reasons if reason.code == "moq_binding"]
    assert reason.values == {"moq": 120, "wanted": 100, "cost": 200.0, "cost_per_unit": 10.0}


@pytest.mark.parametrize(("start", "quantity"), [(110, 110), (125, 125), (126, 100)])
def test_an_all_units_break_is_reached_for_as_long_as_it_saves_more_than_it_wastes(
    start: int, quantity: int
) -> None:
    terms = offer(price_breaks=((1, 10.0), (start, 7.99)))

    decision = decide(situation(CERTAIN, terms, price=30.0))

    assert decision.chosen.quantity == quantity


def test_incremental_breaks_price_only_the_units_above_them() -> None:
    terms = offer(price_breaks=((1, 10.0), (51, 6.0)), price_break_kind="incremental")

    decision = decide(situation(CERTAIN, terms, price=30.0))

    assert decision.chosen.total_cost == 50 * 10.0 + 50 * 6.0
    assert decision.chosen.unit_cost == 8.0


def test_more_is_ordered_where_some_of_it_fails() -> None:
    decision = decide(situation(CERTAIN, offer(yield_rate=0.8, setup_loss_units=5)))

    assert decision.chosen.quantity == 130
    assert decision.chosen.expected_lost_units == pytest.approx(0.0, abs=1e-9)


def test_packs_and_the_maximum_hold_for_the_run() -> None:
    demand = np.full((2, 4, 1), 33)

    decision = decide(situation(demand, offer(order_multiple=12, max_quantity=50)))

    assert decision.chosen.quantity == 48
    assert (decision.chosen.quantities % 12 == 0).all()


def test_capacity_limits_a_run_to_what_is_made_within_its_lead_time() -> None:
    demand = np.full((1, 4, 3), 50)

    decision = decide(situation(demand, offer(capacity_per_week=30, lead_time_days=14)))

    assert decision.chosen.quantity == 50
    tight = decide(situation(demand, offer(capacity_per_week=20, lead_time_days=14)))
    assert tight.chosen.quantity == 40
    assert "capacity_limits" in codes(tight)


def test_a_colorway_is_made_only_if_it_earns_its_setup() -> None:
    demand = np.array([[[40]], [[3]], [[40]]])
    terms = offer(unit_cost=10.0, colorway_setup_cost=100.0)

    decision = decide(situation(demand, terms, colorways=[0, 1, 2], price=30.0))

    assert decision.chosen.quantities.tolist() == [40, 0, 40]
    assert decision.chosen.setup_cost == 200.0


def test_minimums_of_colorway_and_sku_are_both_met() -> None:
    demand = np.array([[[30]], [[4]], [[25]], [[1]]])
    terms = offer(unit_cost=10.0, moq_colorway=40, moq_sku=8)

    decision = decide(situation(demand, terms, colorways=[0, 0, 1, 1], price=60.0))

    made = decision.chosen.quantities
    assert made[:2].sum() >= 40
    assert made[2:].sum() >= 40
    assert all(units == 0 or units >= 8 for units in made)


def test_stock_that_lasts_means_waiting() -> None:
    case = situation(
        poisson(5, 10.0, periods=20),
        offer(lead_time_days=14, setup_cost=50.0),
        on_hand=600,
        end=None,
        review=7,
        holding_cost_per_unit_week=0.1,
    )

    decision = decide(case)

    assert decision.action == "hold"
    assert not decision.final


def test_with_stock_to_the_next_chance_a_run_waits_for_the_next_review() -> None:
    case = situation(
        np.full((1, 6, 30), 10),
        offer(lead_time_days=14, setup_cost=100.0),
        on_hand=35,
        end=None,
        review=7,
        holding_cost_per_unit_week=0.1,
    )

    assert decide(case).action == "hold"
    assert decide(replace(case, on_hand=np.array([15]))).action == "run"


def test_in_the_limit_of_a_steady_rate_the_run_is_the_economic_order_quantity() -> None:
    case = situation(
        np.full((1, 4, 104), 50),
        offer(setup_cost=400.0, unit_cost=10.0),
        end=None,
        review=7,
        holding_cost_per_unit_week=0.25,
    )

    decision = decide(case)

    assert decision.chosen.quantity == pytest.approx(400, abs=50)


def test_a_style_without_end_is_not_told_to_make_years_of_demand() -> None:
    case = situation(
        poisson(9, 10.0, periods=52),
        offer(lead_time_days=7, setup_cost=20.0),
        end=None,
        review=7,
        holding_cost_per_unit_week=0.1,
    )

    decision = decide(case)

    assert decision.action == "run"
    assert decision.chosen.quantity < 150


def test_nothing_is_made_for_a_style_that_ends_before_a_run_arrives() -> None:
    decision = decide(situation(poisson(1, 5.0, periods=2), offer(lead_time_days=30)))

    assert decision.action == "discontinue"
    assert decision.final
    assert codes(decision) >= {"too_late_for_any_run", "end_of_life_near"}


def test_a_style_past_its_end_is_discontinued() -> None:
    decision = decide(situation(poisson(1, 5.0), offer(), on_hand=3, end=0))

    assert decision.action == "discontinue"
    assert decision.chosen.expected_leftover_units == 3.0


def test_nothing_is_made_to_order_for_a_style_past_its_end() -> None:
    case = situation(poisson(1, 5.0), offer(made_to_order=True), end=0, backorder_share=0.5)

    assert decide(case).action == "discontinue"


def test_without_an_offer_there_is_nothing_but_waiting() -> None:
    decision = decide(situation(poisson(1, 5.0), on_hand=3, end=None))

    assert decision.action == "hold"
    assert "no_offer" in codes(decision)
    assert decision.suitability_way == "none"


@pytest.mark.parametrize("end", [1, 8])
def test_nobody_can_say_that_a_style_is_over_while_a_factory_may_offer_to_make_it(end: int) -> None:
    decision = decide(situation(poisson(1, 5.0), end=end, review=7))

    assert (decision.action, decision.final) == ("hold", False)
    assert codes(decision) >= {"no_offer"}
    assert "end_of_life_near" not in codes(decision)


def test_what_is_not_valid_yet_counts_for_the_end_as_soon_as_it_can_arrive() -> None:
    case = situation(poisson(1, 5.0), offer(lead_time_days=60), end=8, review=7)

    assert decide(case).final
    assert not decide(replace(case, upcoming_days=55.0)).final
    assert decide(replace(case, upcoming_days=56.0)).final


def test_a_style_that_costs_more_than_it_brings_is_discontinued() -> None:
    decision = decide(situation(CERTAIN, offer(unit_cost=31.0), price=30.0, end=None))

    assert decision.action == "discontinue"
    assert "cost_above_value" in codes(decision)


def test_a_style_that_costs_too_much_today_waits_for_an_offer_that_is_coming() -> None:
    case = situation(CERTAIN, offer(unit_cost=31.0), price=30.0, end=None)

    assert decide(replace(case, upcoming_days=40.0)).action == "hold"


def test_a_run_that_pays_on_average_is_made_however_unsure() -> None:
    demand = one_period([0] * 60 + [1000] * 4)

    decision = decide(situation(demand, offer(unit_cost=10.0, moq_run=1000), price=170.0))

    assert decision.chosen.quantity == 1000
    assert decision.chosen.expected_profit == 4 / 64 * 170_000 - 10_000
    assert 2 * decision.chosen.profit_standard_error > decision.chosen.expected_profit


def test_the_standing_plan_stays_unless_another_is_better_by_what_matters() -> None:
    case = situation(CERTAIN, offer(), price=12.0)

    near = decide(replace(case, previous=PreviousPlan("small", np.array([99]))))
    far = decide(replace(case, previous=PreviousPlan("small", np.array([60]))))

    assert near.chosen.quantity == 99
    assert "kept_previous" in codes(near)
    assert far.chosen.quantity == 100


def test_a_standing_plan_that_is_the_best_run_is_no_alternative_to_itself() -> None:
    case = situation(CERTAIN, offer(), price=12.0)

    decision = decide(replace(case, previous=PreviousPlan("small", np.array([100]))))

    assert decision.chosen.quantity == 100
    assert [plan.action for plan in decision.alternatives] == ["hold"]


def test_a_standing_plan_the_offer_no_longer_takes_is_replaced() -> None:
    case = situation(CERTAIN, offer(moq_run=100), previous=PreviousPlan("small", np.array([99])))

    assert decide(case).chosen.quantity == 100


def test_made_to_order_serves_the_customers_who_wait() -> None:
    demand = np.full((1, 10, 1), 100)
    terms = offer(unit_cost=30.0, made_to_order=True, mode="on_demand", lead_time_days=5)

    decision = decide(situation(demand, terms, price=60.0, backorder_share=0.8, review=7))

    assert decision.action == "run"
    assert decision.chosen.quantity == 80
    assert decision.chosen.expected_profit == pytest.approx(2400.0)
    assert decision.chosen.expected_lost_units == pytest.approx(20.0)


@pytest.mark.parametrize(("moq", "made"), [(80, 80), (81, 0)])
def test_made_to_order_takes_no_fewer_orders_than_its_minimum(moq: int, made: int) -> None:
    demand = np.full((1, 10, 4), 100)
    terms = offer(
        unit_cost=30.0, made_to_order=True, mode="on_demand", lead_time_days=5, moq_run=moq
    )

    decision = decide(situation(demand, terms, price=60.0, backorder_share=0.8, review=7, end=None))

    assert decision.chosen.quantity == made


def test_a_large_batch_for_later_is_not_put_off_by_a_small_one_for_now() -> None:
    fast = offer("fast", 17.0, mode="on_demand", lead_time_days=7, max_quantity=60)
    slow = offer("slow", 9.0, mode="large_batch", lead_time_days=56, setup_cost=300.0, moq_run=300)
    case = situation(poisson(2, 15.0, 15.0, periods=26), fast, slow, on_hand=15, review=7)

    decision = decide(case)

    assert decision.chosen.offer == "slow"
    assert decision.beside is not None
    assert decision.beside.offer == "fast"


def test_large_batches_are_kept_where_they_are_better() -> None:
    small = offer("small", 20.0, lead_time_days=28)
    large = offer("large", 10.0, mode="large_batch", lead_time_days=28, setup_cost=100.0)

    decision = decide(situation(poisson(2, 30.0, periods=10), small, large))

    assert decision.suitability_way == "large_batch"
    found = {reason.code for reason in decision.suitability_reasons}
    assert {"stay_with_large_batches", "ask_for_shorter_lead_time"} <= found
    assert decision.chosen.penalty_per_unit_vs_large == 0.0


def test_arrays_that_do_not_fit_are_refused() -> None:
    case = replace(situation(CERTAIN, offer()), on_hand=np.array([1, 2]))

    with pytest.raises(ValueError, match="on_hand"):
        decide(case)


@given(world=worlds(), more=st.integers(1, 20))
def test_more_stock_never_makes_the_run_larger(world: dict, more: int) -> None:
    case = replace(situation(**world), offers=(offer(unit_cost=8.0, lead_time_days=7.0),))

    richer = replace(case, on_hand=case.on_hand + more)

    assert run_or_none(decide(richer)) <= run_or_none(decide(case))


def run_or_none(decision: Decision) -> int:
    """Return the quantity that pays even without the noise rule, 0 if none does."""
    plans = (decision.chosen, *decision.alternatives)
    hold = next(plan for plan in plans if plan.action == "hold")
    runs = [plan for plan in plans if plan.action == "run"]
    return max(
        (p.quantity for p in runs if p.expected_profit > hold.expected_profit + 1e-6), default=0
    )


@given(world=worlds(), more=st.integers(1, 20))
def test_a_higher_price_never_makes_the_run_smaller(world: dict, more: int) -> None:
    case = replace(situation(**world), offers=(offer(unit_cost=8.0, setup_cost=9.0),))
    dearer = replace(case, economics=replace(case.economics, price=case.economics.price + more))

    assert run_or_none(decide(dearer)) >= run_or_none(decide(case))


@given(world=worlds(), more=st.integers(1, 50))
def test_a_dearer_setup_or_unit_or_minimum_never_earns_more(world: dict, more: int) -> None:
    case = situation(**world)
    plain = offer(unit_cost=8.0, setup_cost=9.0)

    profit = best_profit(decide(replace(case, offers=(plain,))))

    for worse in (
        replace(plain, setup_cost=9.0 + more),
        replace(plain, price_breaks=((1, 8.0 + more),)),
        replace(plain, moq_run=more),
        replace(plain, max_quantity=more),
        replace(plain, order_multiple=1 + more),
    ):
        assert best_profit(decide(replace(case, offers=(worse,)))) <= profit + 1e-6


@given(world=worlds(), cost=st.integers(1, 40), lead=st.integers(0, 20))
def test_an_extra_offer_never_hurts(world: dict, cost: int, lead: int) -> None:
    case = situation(**world)
    first = offer("first", 8.0, setup_cost=10.0, lead_time_days=7.0)
    second = offer("second", float(cost), lead_time_days=lead)

    alone = best_profit(decide(replace(case, offers=(first,))))
    both = best_profit(decide(replace(case, offers=(first, second))))

    assert both >= alone - 1e-6


@given(world=worlds(), factor=st.sampled_from([0.25, 2.0, 64.0]))
def test_money_in_another_unit_changes_no_quantity(world: dict, factor: float) -> None:
    case = replace(situation(**world, review=7), offers=(offer(unit_cost=8.0, setup_cost=10.0),))
    money = case.economics
    scaled = replace(
        case,
        economics=replace(
            money,
            price=money.price * factor,
            salvage_value=money.salvage_value * factor,
            holding_cost_per_unit_week=money.holding_cost_per_unit_week * factor,
            lost_sale_cost=money.lost_sale_cost * factor,
        ),
        offers=(offer(unit_cost=8.0 * factor, setup_cost=10.0 * factor),),
    )

    one, other = decide(case), decide(scaled)

    assert one.chosen.quantities.tolist() == other.chosen.quantities.tolist()
    assert other.chosen.expected_profit == pytest.approx(one.chosen.expected_profit * factor)


@given(world=worlds())
def test_the_order_of_the_skus_changes_no_money(world: dict) -> None:
    case = replace(
        situation(**world, review=7),
        offers=(offer(unit_cost=8.0, setup_cost=10.0, colorway_setup_cost=5.0, moq_colorway=6),),
    )
    turned = replace(
        case,
        demand=case.demand[::-1],
        on_hand=case.on_hand[::-1],
        inbound=case.inbound[::-1],
        colorways=case.colorways[::-1],
    )

    one, other = decide(case), decide(turned)

    assert other.chosen.quantity == one.chosen.quantity
    assert other.chosen.expected_profit == pytest.approx(one.chosen.expected_profit)


@given(world=worlds(), more=st.sampled_from([{"order_multiple": 3}, {"setup_loss_units": 2}]))
def test_the_run_priced_is_the_run_sized(world: dict, more: dict) -> None:
    terms = offer(unit_cost=8.0, setup_cost=10.0, yield_rate=0.9, **more)
    case = replace(situation(**world), offers=(terms,))

    plans = price_plans(world_of(case))

    gain = plans.runs[0].expected_profit - plans.hold.expected_profit
    assert gain == pytest.approx(plans.sized["small"].gain, abs=1e-8)


@given(world=worlds())
def test_the_same_situation_decides_the_same_to_the_bit(world: dict) -> None:
    case = replace(situation(**world, review=7), offers=(offer(unit_cost=8.0, setup_cost=9.0),))

    one, other = decide(case), decide(case)

    assert one.chosen.expected_profit == other.chosen.expected_profit
    assert one.chosen.quantities.tobytes() == other.chosen.quantities.tobytes()
    assert one.reasons == other.reasons
