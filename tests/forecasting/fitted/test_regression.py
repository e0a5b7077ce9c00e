import numpy as np
import pytest

from app.forecasting.fitted.asks import Ask
from app.forecasting.fitted.regression import (
    LEAST_HISTORIES,
    POOLED,
    basis,
    learn_regression,
    level,
    regress,
)
from app.forecasting.model import Floats

Brand = list[Floats]


def wandering(styles: int = 400) -> Brand:
    """Levels that keep every step they take."""
    random = np.random.default_rng(1)
    levels = np.exp(np.cumsum(random.normal(0, 0.4, (styles, 13)), axis=1))
    return list(random.poisson(50 * levels).astype(float))


def steady(styles: int = 400) -> Brand:
    """Levels that stay where they are, under noise of the same size."""
    random = np.random.default_rng(2)
    return list(random.poisson(50 * random.lognormal(-0.08, 0.4, (styles, 13))).astype(float))


def ending(styles: int = 400) -> Brand:
    """Steady styles, every other one of which is all but over from some week on."""
    histories = np.array(steady(styles))
    for style in range(0, styles, 2):
        histories[style, 6 + style % 7 :] *= 0.01
    return list(histories.round())


def learned(brand: Brand) -> Floats:
    return np.array(learn_regression(brand))


def test_the_basis_is_the_logs_of_the_last_weeks_over_the_mean_by_volume_and_roughness() -> None:
    offset, features = basis(np.array([[8.0, 12.0, 10.0, 6.0, 4.0]]))

    mean, volume, rough = 8.2, np.log10(0.82), np.log(np.sqrt(40 / 4 / 2 + 0.04) / 8.2)
    lately = np.array([1.0, *np.log(np.array([4.2, 5.2, 8.2]) / mean)])
    np.testing.assert_allclose(offset, [np.log(mean)])
    np.testing.assert_allclose(
        features, [np.concatenate([lately, volume * lately, rough * lately])]
    )


def test_a_rise_stays_where_levels_wander_and_falls_back_where_they_are_steady() -> None:
    risen = np.array([*[50.0] * 12, 100.0])

    assert level(risen, learned(wandering())) > 80
    assert level(risen, learned(steady())) < 65


def test_a_style_that_collapsed_is_believed_where_others_stayed_down() -> None:
    collapsed = np.array([*[50.0] * 11, 0.0, 1.0])

    after_ends, without = (level(collapsed, learned(brand)) for brand in (ending(), steady()))

    assert after_ends < 18 < collapsed[-4:].mean()
    assert without > 40


def test_what_is_forecast_adds_up_to_what_came_though_few_orders_make_half_of_it() -> None:
    brand, random = np.array(steady()), np.random.default_rng(5)
    brand *= np.where(random.random(brand.shape) < 0.1, 8.0, 1.0)
    found = learned(list(brand))

    forecast = sum(level(history[:8], found) for history in brand)

    assert forecast == pytest.approx(brand[:, 8:].mean(axis=1).sum(), rel=0.05)


def test_one_order_of_a_million_units_moves_no_other_style() -> None:
    brand = steady()
    freak = brand[0].copy()
    freak[-1] = 1e6

    with_freak = level(brand[1], learned([freak, *brand[1:]]))

    assert with_freak == pytest.approx(level(brand[1], learned(brand)), rel=0.02)


def test_orders_that_nothing_foretold_teach_no_other_style_to_rise() -> None:
    ordered, risen = np.array(steady()), np.array([*[50.0] * 12, 100.0])
    ordered[::20, 8:] = [110.0, 900.0, 800.0, 900.0, 1000.0]

    assert level(risen, learned(list(ordered))) < 65


def test_a_level_is_told_by_the_last_thirteen_weeks() -> None:
    history, found = wandering()[0], learned(wandering())

    assert level(np.array([*[900.0] * 40, *history]), found) == level(history, found)


def test_a_brand_of_few_histories_has_none() -> None:
    assert learn_regression(steady(LEAST_HISTORIES - 1)) == ()


def test_histories_of_many_lengths_teach_together_and_too_short_ones_nothing() -> None:
    short = [history[-5:] for history in steady(200)]
    mixed = [*short, *steady(200), *(np.tile(history, 4) for history in steady(100))]

    assert np.isfinite(learned(mixed)).all()
    assert learn_regression([history[-5:] for history in steady()]) == ()


def test_a_history_of_nothing_but_zeros_and_one_of_billions_have_a_finite_level() -> None:
    found = learned(wandering())

    assert 0 <= level(np.zeros(13), found) < 1
    assert level(np.full(13, 1e9), found) == pytest.approx(1e9, rel=0.5)


def test_it_answers_at_earlier_origins_from_what_lay_before_and_not_where_it_was_not_learned() -> (
    None
):
    history, found = wandering()[0], learn_regression(wandering())

    said = regress(Ask(POOLED, history, 3, (9, 10), 2, {"coefficients": found}))
    unknown = regress(Ask(POOLED, history, 3, (9, 10), 2))

    now, before = level(history, np.array(found)), level(history[:9], np.array(found))
    assert said.mean.tolist() == [now] * 3
    assert said.tried.shape == (2, 2)
    assert said.tried[0].tolist() == [before] * 2
    assert unknown.failure == "not learned"
    assert np.isnan(unknown.mean).all()
