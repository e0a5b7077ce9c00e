from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.demand.panel import DemandPanel
from app.forecasting import layers
from app.forecasting.forecast import forecast_styles, only
from app.forecasting.model import StyleForecast
from app.forecasting.past.learning import learn_priors
from app.forecasting.past.priors import BrandPriors
from app.forecasting.paths import draw_paths, summarise
from tests.forecasting.panels import panel, style, weeks_ago

NO_PAST = BrandPriors()


def only_one(world: DemandPanel, priors: BrandPriors = NO_PAST) -> StyleForecast:
    forecasts = forecast_styles(world, priors)
    assert len(forecasts) == 1
    return forecasts[0]


def launched(units: list[int], **changes: object) -> DemandPanel:
    world = panel([units], styles=[style(launched=weeks_ago(len(units)))])
    return replace(world, **changes)


def test_what_has_not_sold_yet_gets_a_wide_prior() -> None:
    forecast = only_one(panel([[0, 0]], exposure=0.0))

    total = summarise(draw_paths(forecast, periods=8, seed=1)).cumulative_quantiles[:, 0, -1]
    assert forecast.layer == "prior"
    assert {"code": "prior_weight", "value": 1.0} in forecast.notes
    assert total[0] < 12
    assert total[-1] > 150


def test_a_launch_to_come_sells_nothing_before_its_day() -> None:
    world = panel([[0]], exposure=0.0, styles=[style(launched=weeks_ago(-3))])

    mean = only_one(world).mean

    assert mean[:3].tolist() == [0, 0, 0]
    assert mean[3] > 0


def test_more_sales_after_launch_mean_a_higher_forecast() -> None:
    slow, good, hit = (only_one(launched([units, units])) for units in (1, 10, 100))

    assert slow.layer == good.layer == hit.layer == "launch"
    assert slow.mean[0] < good.mean[0] < hit.mean[0]
    assert hit.mean[0] == pytest.approx(100, rel=0.4)


def test_every_week_seen_makes_the_scale_surer() -> None:
    surenesses = [only_one(launched([10] * weeks)).scale_cv for weeks in (1, 2, 4, 7)]

    assert surenesses == sorted(surenesses, reverse=True)


@pytest.mark.parametrize("weeks", [4, 20])
def test_a_week_out_of_stock_raises_a_forecast_and_never_lowers_it(weeks: int) -> None:
    units = [10] * (weeks - 1) + [0]
    in_stock = np.array([[1.0] * (weeks - 1) + [0.0]])

    face_value = only_one(launched(units))
    censored = only_one(launched(units, in_stock_share=in_stock))

    assert censored.mean[:8].sum() > 1.02 * face_value.mean[:8].sum()
    assert censored.mean[:8].mean() == pytest.approx(10, rel=0.15)
    note = next(note for note in censored.notes if note["code"] == "censored_periods")
    assert note["periods"] == 1
    assert note["sold_units"] == 0
    assert note["assumed_units"] == pytest.approx(10, rel=0.05)


@pytest.mark.parametrize("weeks", [8, 20, 60])
def test_a_style_with_a_history_is_forecast_by_statsforecast_at_its_level(weeks: int) -> None:
    units = np.random.default_rng(weeks).poisson(20, weeks).tolist()

    forecast = only_one(launched(units))

    assert forecast.layer == "statsforecast"
    assert forecast.mean[:8].mean() == pytest.approx(20, rel=0.2)


@pytest.mark.parametrize("knows_age", [True, False])
def test_a_style_does_not_jump_on_the_day_that_it_is_old_enough(knows_age: bool) -> None:
    units = np.random.default_rng(4).negative_binomial(2.5, 0.1, (60, 8))

    def said(weeks: int) -> list[StyleForecast]:
        launch = weeks_ago(weeks) if knows_age else None
        styles = [style(f"S{number}", launched=launch) for number in range(60)]
        world = panel(units[:, 8 - weeks :], style_of=range(60), styles=styles)
        return forecast_styles(world, NO_PAST)

    young, old = said(7), said(8)

    moved = [
        abs(np.log(b.mean[:8].sum() / a.mean[:8].sum())) for a, b in zip(young, old, strict=True)
    ]
    assert ({one.layer for one in young}, {one.layer for one in old}) == (
        {"launch"},
        {"statsforecast"},
    )
    assert np.mean(moved) < 0.15


def fading_brand() -> BrandPriors:
    """Two launches that faded within four months and stopped."""
    age = np.arange(14)
    units = np.zeros((2, 60), dtype=int)
    units[0, 5:19] = np.round(120 * np.exp(-age / 4))
    units[1, 12:26] = np.round(150 * np.exp(-age / 5))
    on_sale = [[0.0] * first + [1.0] * (60 - first) for first in (5, 12)]
    styles = [style("A", launched=weeks_ago(55)), style("B", launched=weeks_ago(48))]
    return learn_priors(panel(units, exposure=on_sale, style_of=[0, 1], styles=styles))


@pytest.mark.parametrize("launched_weeks_ago", [40, None])
def test_a_steady_style_does_not_fade_like_its_brands_launches(
    launched_weeks_ago: int | None,
) -> None:
    units = np.random.default_rng(7).integers(75, 81, 40)
    known = None if launched_weeks_ago is None else weeks_ago(launched_weeks_ago)

    forecast = only_one(panel([units], styles=[style(launched=known)]), fading_brand())

    assert forecast.mean[:16].sum() == pytest.approx(16 * units.mean(), rel=0.05)
    assert forecast.mean[15] == pytest.approx(units.mean(), rel=0.1)


@pytest.mark.parametrize("age", [20, 40])
def test_a_steady_style_stands_against_a_brand_full_of_fading_ones(age: int) -> None:
    faded = np.round(150 * np.exp(-np.arange(60) / 8)).astype(int)
    styles = [style(f"S{index}", launched=weeks_ago(60)) for index in range(40)]
    brand = learn_priors(panel(np.tile(faded, (40, 1)), style_of=range(40), styles=styles))

    forecast = only_one(launched([78, 75, 80, 77] * (age // 4)), brand)

    assert forecast.mean[:16].sum() == pytest.approx(16 * 77.5, rel=0.1)


def test_a_style_that_fades_with_its_brand_is_forecast_to_fade_on() -> None:
    fading = 200 * np.exp(-np.arange(60) / 8)
    random = np.random.default_rng(3)
    styles = [style(f"S{index}", launched=weeks_ago(60)) for index in range(40)]
    brand = learn_priors(panel(random.poisson(fading, (40, 60)), style_of=range(40), styles=styles))

    for age in (6, 12, 20):
        forecast = only_one(launched(random.poisson(fading[:age]).tolist()), brand)
        assert forecast.mean[:12].sum() == pytest.approx(fading[age : age + 12].sum(), rel=0.25)


def test_two_launches_that_faded_do_not_make_a_third_one_surely_fade() -> None:
    forecast = only_one(launched([60, 58, 63, 61]), fading_brand())

    total = summarise(draw_paths(forecast, periods=16, seed=1), (0.1, 0.9))
    low, high = total.cumulative_quantiles[:, 0, -1]
    assert low < 8 * 60 / 2
    assert high > 16 * 60
    assert forecast.mean[15] > 15


def test_days_of_the_week_are_told_apart_in_a_daily_forecast() -> None:
    saturdays = np.tile([10] * 5 + [40, 10], 10)

    forecast = only_one(panel([saturdays], period_days=1))

    assert forecast.mean[5] > 2.5 * forecast.mean[4]
    assert forecast.mean[:70].sum() == pytest.approx(saturdays.sum(), rel=0.1)


def test_a_forecast_is_the_same_whatever_else_is_in_the_batch() -> None:
    random = np.random.default_rng(2)
    worlds = [panel([random.poisson(5, 60)], styles=[style(f"S{i}")]) for i in range(6)]
    whole = panel(
        np.concatenate([np.zeros((6, 9)), np.concatenate([w.demand for w in worlds])], axis=1),
        exposure=np.concatenate([np.zeros((6, 9)), np.ones((6, 60))], axis=1),
        style_of=range(6),
        styles=[world.styles[0] for world in worlds],
    )

    together = forecast_styles(whole, NO_PAST)

    for world, beside in zip(worlds, together, strict=True):
        alone = replace(only_one(world), sku_codes=beside.sku_codes)
        assert alone.to_json() == beside.to_json()
        drawn = draw_paths(alone, periods=26, seed=9)
        np.testing.assert_array_equal(drawn, draw_paths(beside, periods=26, seed=9))


@pytest.mark.parametrize("period_days", [1, 7])
def test_no_bit_of_a_forecast_hangs_on_the_stock_outs_and_lengths_of_other_styles(
    period_days: int,
) -> None:
    random = np.random.default_rng(5)
    rate = random.lognormal(1.5, 1.0, (24, 1, 1))
    units = random.negative_binomial(2.5, 2.5 / (2.5 + rate / 4), (24, 4, 90))
    on_sale = np.arange(90) >= random.integers(0, 85, (24, 1, 1))
    world = panel(
        np.where(on_sale, units, 0).reshape(96, 90),
        in_stock=(random.random((96, 90)) > 0.1).astype(float),
        exposure=np.broadcast_to(on_sale, units.shape).reshape(96, 90),
        style_of=np.repeat(range(24), 4).tolist(),
        period_days=period_days,
    )

    together = forecast_styles(world, NO_PAST)

    alone = [forecast_styles(only(world, index), NO_PAST)[0] for index in range(24)]
    assert [one.to_json() for one in alone] == [one.to_json() for one in together]


POISON = {
    "all zeros": [0] * 60,
    "one event, 400 zeros, a million": [1] + [0] * 400 + [1_000_000],
    "a single sale": [0] * 30 + [1],
    "the largest count": [2**40] * 30,
    "alternating": [0, 1_000_000] * 20,
}


@pytest.mark.parametrize("units", POISON.values(), ids=POISON)
def test_any_history_gets_a_forecast_that_paths_can_be_drawn_from(units: list[int]) -> None:
    forecast = only_one(panel([units]))

    assert np.isfinite(forecast.mean).all()
    assert forecast.mean.min() >= 0
    assert np.isfinite(forecast.scale_cv)
    assert draw_paths(forecast, periods=26, seed=1).min() >= 0


@pytest.mark.parametrize("days", [1, 7])
def test_nothing_in_nothing_out(days: int) -> None:
    nothing = panel(np.zeros((0, 5)), styles=[], period_days=days)
    no_periods = panel(np.zeros((1, 0)), period_days=days)
    no_skus = replace(nothing, styles=(style(),))

    assert forecast_styles(nothing, NO_PAST) == []
    assert only_one(no_periods).layer == "prior"
    assert only_one(no_skus).sku_codes == ()


def test_returns_alone_are_no_demand() -> None:
    world = replace(panel([[0] * 12]), returned=np.full((1, 12), 9))

    assert only_one(world).mean[0] < 1


def test_shares_that_are_not_numbers_stop_nothing() -> None:
    gaps = np.full((1, 20), np.nan)

    world = launched([7] * 20, in_stock_share=gaps, exposure=gaps)

    assert only_one(world).mean[0] == pytest.approx(7, rel=0.1)


def test_a_style_whose_models_fail_steps_down_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        layers, "fit_histories", lambda histories, *_, **__: [None] * len(histories)
    )

    forecast = only_one(launched([10] * 20))

    assert forecast.layer == "fallback"
    assert {"code": "model_failed", "instead": "launch posterior"} in forecast.notes
    assert forecast.mean[0] == pytest.approx(10, rel=0.2)


def test_a_style_that_breaks_everything_leaves_the_others_served(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    gather = layers.gather

    def moody(world: DemandPanel, *rest: object) -> layers.Evidence:
        if any(one.code == "CURSED" for one in world.styles):
            raise ZeroDivisionError("cursed")
        return gather(world, *rest)

    monkeypatch.setattr(layers, "gather", moody)
    world = panel(
        [[5] * 5, [5] * 5, [5] * 5],
        style_of=[0, 1, 2],
        styles=[style("A"), style("CURSED"), style("C")],
    )

    forecasts = forecast_styles(world, NO_PAST)

    assert [one.layer for one in forecasts] == ["launch", "fallback", "launch"]
    assert forecasts[1].notes == (
        {"code": "forecast_failed", "error": "ZeroDivisionError: cursed"},
    )
    assert draw_paths(forecasts[1], periods=5, seed=1).shape == (1, 512, 5)


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_the_sizes_of_a_path_are_counts_that_add_up_to_a_forecast_style(
    data: st.DataObject,
) -> None:
    skus = data.draw(st.integers(1, 4))
    periods = data.draw(st.sampled_from([1, 5, 8, 30]))
    shape = (skus, periods)
    random = np.random.default_rng(data.draw(st.integers(0, 999)))
    world = panel(
        random.poisson(data.draw(st.sampled_from([0.1, 3, 200])), shape),
        in_stock=random.choice([0, 0.01, 0.5, 1], shape),
        exposure=random.choice([0, 0.5, 1], shape),
        period_days=data.draw(st.sampled_from([1, 7])),
    )

    forecast = only_one(world)
    drawn = draw_paths(forecast, periods=13, paths=64, seed=1)

    assert forecast.layer in {"prior", "launch", "statsforecast"}
    assert drawn.shape == (skus, 64, 13)
    assert drawn.min() >= 0
    assert forecast.shares.min() > 0


@pytest.mark.parametrize("age", [1, 3, 8, 30])
def test_eighty_percent_intervals_hold_about_eighty_percent_of_what_then_happens(age: int) -> None:
    random = np.random.default_rng(age)
    count, ahead = 200, 8

    def world(weeks: int) -> np.ndarray:
        mean = random.lognormal(1.6, 1.0, (count, 1)) * np.exp(-np.arange(weeks) / 20) * 1.4
        return random.negative_binomial(2.5, 2.5 / (2.5 + mean))

    def as_panel(units: np.ndarray) -> DemandPanel:
        day = weeks_ago(units.shape[1])
        styles = [style(f"S{index}", launched=day) for index in range(count)]
        return panel(units, style_of=range(count), styles=styles)

    priors = learn_priors(as_panel(world(40)))
    units = world(age + ahead)

    forecasts = forecast_styles(as_panel(units[:, :age]), priors)

    inside = []
    for one, then in zip(forecasts, units[:, age:].sum(axis=1), strict=True):
        paths = draw_paths(one, periods=ahead, seed=1)
        low, high = summarise(paths, (0.1, 0.9)).cumulative_quantiles[:, 0, -1]
        inside.append(low <= then <= high)
    assert 0.70 < np.mean(inside) < 0.90
