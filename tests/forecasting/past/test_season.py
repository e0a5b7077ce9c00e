from datetime import date, timedelta

import numpy as np
import pytest

from app.forecasting.model import Floats
from app.forecasting.past.learning import evidence_of
from app.forecasting.past.priors import BrandPriors
from app.forecasting.past.season import NO_SEASON, learn_season, season_at
from tests.forecasting.panels import ORIGIN, panel, style, weeks_ago


def learned(demand: Floats, *, launched: list[int] | None = None) -> Floats:
    """Learn from styles of one SKU each; `launched` in weeks before the origin."""
    styles, weeks = demand.shape
    since = launched or [weeks] * styles
    on_sale = np.arange(weeks) >= weeks - np.array(since)[:, None]
    seen = panel(
        np.where(on_sale, demand, 0).round(),
        exposure=on_sale,
        style_of=range(styles),
        styles=[
            style(f"S{index}", launched=weeks_ago(age) if launched else None)
            for index, age in enumerate(since)
        ],
    )
    return np.array(learn_season(seen, evidence_of(seen, BrandPriors())))


def test_a_month_that_sells_double_every_year_is_found_and_expected_again() -> None:
    weeks = 104
    busy = np.isin(np.arange(weeks) % 52, [10, 11, 12, 13])

    season = learned(np.full((40, weeks), 50.0) * np.where(busy, 2, 1))

    back = season_at(season, ORIGIN, 7, back=52)
    ahead = season_at(season, ORIGIN, 7, ahead=52)
    assert back[10:14] / np.median(back) == pytest.approx([2.0] * 4, rel=0.08)
    assert ahead[10:14] / np.median(ahead) == pytest.approx([1.43, 1.57, 1.57, 1.43], rel=0.08)


def test_a_yearly_wave_is_found_although_levels_drift() -> None:
    weeks = 156
    wave = 1 + 0.5 * np.sin(2 * np.pi * np.arange(weeks) / 52.18)

    season = learned(np.full((100, weeks), 100.0) * wave * np.exp(0.005 * np.arange(weeks)))

    back = season_at(season, ORIGIN, 7, back=52)
    assert np.abs(back / back.mean() - wave[-52:] / wave[-52:].mean()).max() < 0.15


def test_holidays_of_a_quarter_are_no_level_of_the_weeks_after_them() -> None:
    holidays = np.where(np.isin(np.arange(13), [6, 7, 8, 9]), 1.5, 1.0)

    season = learned(np.full((50, 13), 40.0) * holidays)

    back = season_at(season, ORIGIN, 7, back=13)
    ahead = season_at(season, ORIGIN, 7, ahead=20)
    assert back[6:10] / back[0] == pytest.approx([1.5] * 4, rel=0.1)
    assert ahead / back[-1] == pytest.approx([1.0] * 20, rel=0.05)


def test_fading_with_age_is_no_season_where_styles_launch_one_after_the_other() -> None:
    since = list(range(90, 18, -3))
    age = np.arange(104) - (104 - np.array(since)[:, None])
    fading = 200 * 0.95 ** np.maximum(age, 0)

    season = learned(fading, launched=since)

    assert np.abs(season_at(season, ORIGIN, 7, back=60) - 1).max() < 0.25
    assert np.abs(season_at(season, ORIGIN, 7, ahead=26) - 1).max() < 0.1


@pytest.mark.parametrize("named", [True, False])
def test_fading_of_a_brand_that_launched_all_at_once_is_its_age_and_no_season(named: bool) -> None:
    fading = np.random.default_rng(3).poisson(200 * np.exp(-np.arange(40) / 8), (40, 40))

    season = learned(fading.astype(float), launched=[40] * 40 if named else None)

    back = season_at(season, ORIGIN, 7, back=40)
    ahead = season_at(season, ORIGIN, 7, ahead=26)
    assert np.abs(back[1:25] - 1).max() < 0.15
    assert np.abs(ahead - 1).max() < 0.1


def test_a_week_that_styles_are_in_because_of_their_first_sale_is_not_a_strong_one() -> None:
    random = np.random.default_rng(3)
    units = random.poisson(0.8, (900, 13)).astype(float)
    units[:, 0] = np.maximum(units[:, 0], 1)

    season = learned(units, launched=[13] * 900)

    back = season_at(season, ORIGIN, 7, back=13)
    assert back[0] / np.median(back) == pytest.approx(1.0, abs=0.1)


def test_one_style_teaches_no_season_and_a_few_weeks_teach_none() -> None:
    spike = np.where(np.arange(60) == 30, 400.0, 40.0)

    assert max(learned(spike[None, :])) < 1.5
    assert learned(np.full((50, 7), 40.0)).tolist() == list(NO_SEASON)


def test_factors_average_one_and_none_is_out_of_bounds() -> None:
    random = np.random.default_rng(1)

    season = learned(random.poisson(20, (30, 80)) * random.choice([0.01, 1, 100], 80))

    assert np.mean(season) == pytest.approx(1.0)
    assert min(season) > 0


def test_each_period_gets_the_factor_of_the_week_of_the_year_around_its_middle() -> None:
    season = np.arange(1.0, 54.0)
    origin = date(2026, 1, 5)

    assert season_at(season, origin, 7, back=2).tolist() == [52.0, 1.0]
    assert season_at(season, origin, 7, ahead=2).tolist() == pytest.approx([2.115, 2.024], abs=1e-3)
    assert season_at(season, date(2026, 1, 8), 1, back=8).tolist() == [53.0, *[1.0] * 7]


def test_the_same_week_has_the_same_factor_whatever_the_origin() -> None:
    season = np.linspace(0.5, 1.5, 53)
    later = ORIGIN + timedelta(weeks=3)

    earlier_back = season_at(season, ORIGIN, 7, back=10)
    later_back = season_at(season, later, 7, back=13)

    assert later_back[:10].tolist() == earlier_back.tolist()
