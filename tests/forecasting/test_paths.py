import subprocess
import sys
import tracemalloc
from dataclasses import replace
from math import inf

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import chi2, nbinom

from app.forecasting.model import ColorwaySplit
from app.forecasting.paths import draw_paths, seed_of, summarise
from tests.forecasting.panels import ORIGIN, forecast

SEED_OF_ACME_S2 = 8_839_650_578_637_921_982


@given(
    mean=st.floats(0, 1e6),
    scale_cv=st.floats(0, 3),
    dispersion=st.one_of(st.just(inf), st.floats(0.05, 1e4)),
    shares=st.lists(st.floats(1e-3, 300), min_size=1, max_size=6),
    seed=st.integers(0, 2**63 - 1),
)
def test_paths_are_counts_and_the_same_for_the_same_seed(
    mean: float, scale_cv: float, dispersion: float, shares: list[float], seed: int
) -> None:
    known = forecast(mean=mean, scale_cv=scale_cv, dispersion=dispersion, shares=shares)

    drawn = draw_paths(known, periods=5, paths=16, seed=seed)

    assert drawn.shape == (len(shares), 16, 5)
    assert drawn.dtype.kind == "i"
    assert drawn.min() >= 0
    np.testing.assert_array_equal(drawn, draw_paths(known, periods=5, paths=16, seed=seed))


def test_more_periods_go_on_with_the_same_paths() -> None:
    short = draw_paths(forecast(), periods=13, seed=1)

    np.testing.assert_array_equal(draw_paths(forecast(), periods=104, seed=1)[:, :, :13], short)


def test_drawing_a_style_of_many_skus_takes_little_more_memory_than_its_paths() -> None:
    known = forecast(shares=[1.0] * 200)
    tracemalloc.start()

    drawn = draw_paths(known, periods=104, paths=128, seed=1)

    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 1.5 * drawn.nbytes


def test_another_seed_draws_other_paths() -> None:
    first = draw_paths(forecast(), periods=26, seed=1)

    assert (first != draw_paths(forecast(), periods=26, seed=2)).any()


def test_draws_average_to_the_mean_and_split_by_the_shares() -> None:
    drawn = draw_paths(forecast(mean=10.0), periods=26, paths=4096, seed=7)

    per_sku = drawn.mean(axis=(1, 2))
    assert per_sku.sum() == pytest.approx(10.0, rel=0.02)
    assert per_sku == pytest.approx([5.0, 2.5, 2.5], rel=0.03)


def test_a_wide_law_of_the_scale_has_its_mean_within_two_percent_at_512_paths() -> None:
    wide = forecast(mean=1000.0, scale_cv=1.5, dispersion=inf, shares=[10.0])

    assert draw_paths(wide, periods=1, seed=3).mean() == pytest.approx(1000.0, rel=0.02)


def test_noise_of_a_period_is_that_of_the_negative_binomial() -> None:
    known_scale = forecast(mean=10.0, scale_cv=0.0, dispersion=2.0, shares=[10.0])

    drawn = draw_paths(known_scale, periods=100, paths=2000, seed=5)

    assert drawn.var() == pytest.approx(10 + 10**2 / 2, rel=0.03)


def chance_of(units: NDArray[np.integer], mean: float, dispersion: float) -> float:
    """Return the chance of units as far or farther from negative binomial: chi-square."""
    law = nbinom(dispersion, dispersion / (dispersion + mean))
    edges = np.arange(law.ppf(1 - 40 / units.size))
    share = np.diff(np.concatenate([[0], law.cdf(edges), [1]]))
    came = np.bincount(np.searchsorted(edges, units.ravel()), minlength=len(share))
    off = (came - share * units.size) ** 2 / (share * units.size)
    return float(chi2.sf(off.sum(), len(share) - 1))


@pytest.mark.parametrize("dispersion", [0.4, 1.0, 8.0])
def test_a_period_of_a_style_and_of_each_sku_is_negative_binomial(dispersion: float) -> None:
    sure = forecast(mean=12.0, scale_cv=0.0, dispersion=dispersion, shares=[5e9, 3e9, 2e9])

    drawn = draw_paths(sure, periods=100, paths=4096, seed=11)

    assert chance_of(drawn.sum(axis=0), 12.0, dispersion) > 1e-4
    assert chance_of(drawn[0], 6.0, dispersion) > 1e-4
    assert chance_of(drawn[2], 2.4, dispersion) > 1e-4


def test_first_numbers_of_many_seeds_are_negative_binomial_too() -> None:
    sure = forecast(mean=5.0, scale_cv=0.0, dispersion=1.0, shares=[1.0])

    drawn = [draw_paths(sure, periods=1, paths=1, seed=seed) for seed in range(6000)]

    assert chance_of(np.concatenate(drawn), 5.0, 1.0) > 1e-4


def test_skus_of_a_style_vary_together_by_its_scale_and_its_noise() -> None:
    both = forecast(mean=40.0, scale_cv=0.4, dispersion=4.0, shares=[3e9, 1e9])

    drawn = draw_paths(both, periods=50, paths=8192, seed=3).reshape(2, -1)

    # Var(rate) over its squared mean: of a product of a scale and a noise of mean 1.
    together = 1.16 * 1.25 - 1
    expected = [[30 + 900 * together, 300 * together], [300 * together, 10 + 100 * together]]
    assert np.cov(drawn) == pytest.approx(np.array(expected), rel=0.03)


def test_periods_of_a_path_share_its_scale() -> None:
    uncertain = forecast(mean=50.0, scale_cv=0.5, dispersion=inf, shares=[10.0])

    drawn = draw_paths(uncertain, periods=26, paths=4096, seed=5)[0]

    total = drawn.sum(axis=1)
    assert total.std() / total.mean() == pytest.approx(0.5, rel=0.05)
    assert np.corrcoef(drawn[:, 0], drawn[:, 25])[0, 1] > 0.8


def test_sizes_of_a_path_keep_their_split_over_its_periods() -> None:
    unsure = forecast(mean=500.0, scale_cv=0.0, dispersion=inf, shares=[1.0, 1.0])

    drawn = draw_paths(unsure, periods=2, paths=2048, seed=5)

    assert np.corrcoef(drawn[0, :, 0], drawn[0, :, 1])[0, 1] > 0.9
    assert np.corrcoef(drawn[0, :, 0], drawn[1, :, 0])[0, 1] < -0.9


def test_colorways_vary_by_themselves_and_sizes_within_them_by_theirs() -> None:
    steady = forecast(mean=1e5, scale_cv=0.0, dispersion=inf, shares=[10.0, 20.0, 10.0, 20.0, 30.0])
    split = ColorwaySplit(of_sku=(0, 1, 0, 1, 1), units=8.0, within=(19.0, 99.0))

    drawn = draw_paths(replace(steady, colorways=split), periods=1, paths=8192, seed=5)[:, :, 0]

    share = drawn / drawn.sum(axis=0)
    first = share[[0, 2]].sum(axis=0)
    size, other = share[0] / first, share[1] / (1 - first)
    assert share.mean(axis=1).tolist() == pytest.approx(
        [1 / 9, 2 / 9, 1 / 9, 2 / 9, 3 / 9], abs=0.01
    )
    # Beta: mean times its complement, over the sum of the concentrations and one.
    assert first.var() == pytest.approx(2 / 9 * 7 / 9 / 9, rel=0.06)
    assert size.var() == pytest.approx(1 / 4 / 20, rel=0.1)
    assert other.var() == pytest.approx(2 / 7 * 5 / 7 / 100, rel=0.1)


def test_a_style_without_skus_has_no_paths_but_their_shape() -> None:
    assert draw_paths(forecast(shares=[]), periods=3, paths=4, seed=1).shape == (0, 4, 3)


def test_a_mean_beyond_any_shop_still_fits_the_integers() -> None:
    absurd = replace(forecast(), mean=np.full(104, 1e18))

    assert draw_paths(absurd, periods=2, paths=8, seed=1).min() >= 0


@pytest.mark.parametrize(("periods", "paths"), [(0, 8), (105, 8), (1, 0)])
def test_sizes_that_cannot_be_drawn_are_refused(periods: int, paths: int) -> None:
    with pytest.raises(ValueError, match="cannot draw"):
        draw_paths(forecast(), periods=periods, paths=paths, seed=1)


def test_the_seed_is_of_brand_style_and_day_and_never_changes() -> None:
    assert seed_of("acme", "S2", ORIGIN) == SEED_OF_ACME_S2
    assert seed_of("acme", "S3", ORIGIN) != SEED_OF_ACME_S2
    assert seed_of("acm", "eS2", ORIGIN) != SEED_OF_ACME_S2
    assert 0 <= SEED_OF_ACME_S2 < 2**63


def test_a_summary_reads_the_least_count_that_enough_paths_stay_within() -> None:
    paths = np.array([[[4, 0], [1, 9], [2, 0], [3, 1]]])

    summary = summarise(paths, levels=(0.25, 0.5, 0.75, 0.76, 1.0))

    assert summary.mean.tolist() == [[2.5, 2.5]]
    assert summary.quantiles[:, 0, 0].tolist() == [1, 2, 3, 4, 4]
    assert summary.cumulative_mean.tolist() == [[2.5, 5.0]]
    assert summary.cumulative_quantiles[:, 0, 1].tolist() == [2, 4, 4, 10, 10]


def test_drawing_needs_neither_statsforecast_nor_pandas() -> None:
    names = ["model", "paths", "past.priors", "seen.evidence", "launch.posterior", "fitted.series"]
    modules = ", ".join(f"app.forecasting.{name}" for name in names)
    code = f"import {modules}, sys; print(sorted({{'statsforecast', 'pandas'}} & set(sys.modules)))"

    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert run.stdout.strip() == "[]"
