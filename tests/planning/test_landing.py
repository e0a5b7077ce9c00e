"""Random lead times and yields: each path has its own, and is worth what playing it says."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.planning import Floats, Situation, arrive, decide, landing_of, marginal_values
from app.planning.earning import value_on_paths
from app.planning.landing import Landing, landed_share
from app.planning.world import World, outlook_from, world_of
from tests.planning.situations import offer, poisson, situation, worlds


def played(case: Situation, units: int, landing: Landing) -> float:
    """Return mean profit of a run of `units` good units a SKU, cost not taken off, path by path.

    A run lands at the start of a period; a path's yield stretches it.
    """
    money, total = case.economics, 0.0
    skus, paths, periods = case.demand.shape
    days = np.broadcast_to(landing.days, paths)
    factor = np.ones(paths) if landing.yield_factor is None else landing.yield_factor
    for path, sku in np.ndindex(paths, skus):
        stock = float(case.on_hand[sku])
        for period in range(periods):
            stock += case.inbound[sku, period]
            stock += units * factor[path] if period == days[path] // 7 else 0.0
            wanted = float(case.demand[sku, path, period])
            sold = min(stock, wanted)
            stock -= sold
            total += money.price * sold - money.lost_sale_cost * (wanted - sold)
            total -= money.holding_cost_per_unit_week * stock
        late = days[path] >= 7 * periods
        total += money.salvage_value * (stock + (units * factor[path] if late else 0.0))
    return total / paths


def worth_of(world: World, landing: Landing, units: int) -> tuple[float, Floats]:
    """Return the mean profit of `units` of each SKU by the curve's own account.

    And the values of each SKU's first 400 units.
    """
    outlook = outlook_from(world, 0.0)
    arrival = arrive(
        world.baseline,
        outlook.worth,
        landing,
        period_days=7,
        holding=world.margins.holding,
        end_value=world.end_value,
        waiting_share=0.0,
    )
    skus = world.situation.on_hand.size
    value, _ = value_on_paths(arrival, np.full(skus, float(units)))
    marginal = marginal_values(arrival)
    unsold = np.full((skus, 400 - marginal.shape[1]), arrival.unsold_mean)
    return float((world.nothing + value).mean()), np.concatenate([marginal, unsold], axis=1)


@given(world=worlds(), units=st.integers(0, 30), seed=st.integers(0, 1000))
def test_a_run_whose_lead_time_and_yield_differ_by_path_is_worth_what_playing_it_says(
    world: dict, units: int, seed: int
) -> None:
    case = situation(**world)
    random, paths = np.random.default_rng(seed), case.demand.shape[1]
    periods = case.demand.shape[2]
    days = 7.0 * random.integers(0, periods + 1, size=paths)
    days[0] = 0.0
    landing = Landing(days, random.uniform(0.5, 1.5, size=paths))

    worth, _ = worth_of(world_of(case), landing, units)

    assert worth == pytest.approx(played(case, units, landing), abs=1e-9, rel=1e-9)


@given(world=worlds(), seed=st.integers(0, 1000))
def test_the_marginal_units_add_up_to_the_run_whatever_the_lead_times_and_yields(
    world: dict, seed: int
) -> None:
    case = situation(**world)
    random, paths = np.random.default_rng(seed), case.demand.shape[1]
    landing = Landing(random.uniform(0, 40, size=paths), random.uniform(0.2, 1.8, size=paths))
    base = world_of(case)
    nothing, marginal = worth_of(base, landing, 0)

    for units in (1, 2, 17, 100):
        worth, _ = worth_of(base, landing, units)

        gained = marginal[:, :units].sum()
        assert worth - nothing == pytest.approx(gained, abs=1e-8, rel=1e-9)


def test_lead_times_have_the_mean_and_the_deviation_that_the_offer_states() -> None:
    terms = offer(lead_time_days=21.0, lead_time_sd_days=6.0)

    landing = landing_of(terms, 7.0, 512)

    assert landing.days.mean() == pytest.approx(28.0)
    assert landing.days.std() == pytest.approx(6.0, rel=0.02)
    assert landing.days.min() > 7.0
    assert landing.yield_factor is None


def test_yields_have_the_mean_and_the_deviation_that_the_offer_states() -> None:
    terms = offer(yield_rate=0.9, yield_sd=0.08)

    landing = landing_of(terms, 0.0, 512)

    assert landing.yield_factor is not None
    good = landing.yield_factor * 0.9
    assert good.mean() == pytest.approx(0.9)
    assert good.std() == pytest.approx(0.08, rel=0.03)
    assert 0 < good.min() < good.max() <= 1.001


def test_lead_times_and_yields_are_unrelated() -> None:
    terms = offer(lead_time_days=21.0, lead_time_sd_days=6.0, yield_rate=0.9, yield_sd=0.08)

    landing = landing_of(terms, 0.0, 512)

    assert landing.yield_factor is not None
    assert abs(np.corrcoef(landing.days, landing.yield_factor)[0, 1]) < 0.03


def test_as_many_runs_have_landed_by_a_day_as_paths_say() -> None:
    terms = offer(lead_time_days=21.0, lead_time_sd_days=7.0)
    days = np.array([-7.0, 0.0, 14.0, 21.0, 35.0])

    share = landed_share(terms, days)

    landed = landing_of(terms, 0.0, 4000).days
    assert share[:2].tolist() == [0.0, 0.0]
    assert share == pytest.approx([np.mean(landed <= day) for day in days], abs=2e-3)


def test_a_lead_time_that_is_sure_lands_on_one_day() -> None:
    landing = landing_of(offer(lead_time_days=21.0), 7.0, 512)

    assert landing.days.tolist() == [28.0]


def test_a_lead_time_less_sure_is_worth_less_where_coming_late_loses_sales() -> None:
    sure = offer(lead_time_days=14.0)
    case = situation(poisson(5, 20.0, periods=4), sure, on_hand=40, price=20.0)
    unsure = replace(sure, lead_time_sd_days=7.0)

    better, worse = decide(case), decide(replace(case, offers=(unsure,)))

    assert worse.chosen.expected_profit < better.chosen.expected_profit
    assert worse.chosen.expected_lost_units > better.chosen.expected_lost_units


def test_a_yield_less_sure_is_worth_less() -> None:
    sure = offer(yield_rate=0.8)
    case = situation(np.full((1, 400, 1), 100), sure, price=20.0)
    unsure = replace(sure, yield_sd=0.1)

    better, worse = decide(case), decide(replace(case, offers=(unsure,)))

    assert better.chosen.quantity == 125
    assert worse.chosen.quantity > 100
    assert worse.chosen.expected_profit < better.chosen.expected_profit


def test_of_the_first_units_of_a_run_the_defects_are_made_up_for() -> None:
    settling = offer(early_run_units=20, early_run_yield=0.5)
    case = situation(np.full((1, 8, 1), 100), settling, price=30.0)

    decision = decide(case)

    assert decision.chosen.quantity == 110
    assert decision.chosen.expected_lost_units == pytest.approx(0.0)


def test_a_run_within_its_early_units_comes_out_at_the_early_yield() -> None:
    settling = offer(early_run_units=50, early_run_yield=0.5, max_quantity=40)
    case = situation(np.full((1, 8, 1), 100), settling, price=30.0)

    decision = decide(case)

    assert decision.chosen.quantity == 40
    assert decision.chosen.expected_lost_units == pytest.approx(80.0)


@pytest.mark.parametrize(
    ("rate", "sd"), [(0.8, 0.3), (0.5, 0.5), (0.9, 1e-9), (0.01, 0.5), (0.999, 0.4)]
)
def test_a_yield_however_unsure_is_decided_in_little_memory(rate: float, sd: float) -> None:
    terms = offer(yield_rate=rate, yield_sd=sd, unit_cost=0.01)
    case = situation(poisson(8, 40.0, paths=512, periods=8), terms)

    decision = decide(case)

    assert np.isfinite(decision.chosen.expected_profit)
    assert decision.chosen.quantity > 0


@pytest.mark.parametrize(("mean", "sd"), [(1.0, 1000.0), (1.0, 365.0), (21.0, 1e-9), (0.0, 5.0)])
def test_a_lead_time_however_unsure_keeps_its_mean(mean: float, sd: float) -> None:
    landing = landing_of(offer(lead_time_days=mean, lead_time_sd_days=sd), 0.0, 512)

    assert landing.days.mean() == pytest.approx(mean)


@pytest.mark.parametrize(
    ("lead_days", "wanted"), [(14.0, 6), (15.0, 4), (16.5, 1), (17.0, 0), (20.0, 0)]
)
def test_of_a_last_period_cut_short_only_the_days_of_life_are_served(
    lead_days: float, wanted: int
) -> None:
    # Two a day: 17 days of life are two weeks and three days, of which the run meets the rest.
    weeks = np.array([[[14, 14, 6]]]).repeat(8, axis=1)
    case = replace(situation(weeks, offer(lead_time_days=lead_days), review=7), last_period_days=3)

    decision = decide(case)

    assert decision.chosen.quantity == wanted
    assert decision.final
    [near] = [one for one in decision.reasons if one.code == "end_of_life_near"]
    assert near.values["days_to_end"] == 17
