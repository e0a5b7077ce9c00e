import numpy as np
import pytest
from scipy.stats import gamma

from app.forecasting.launch.posterior import gamma_of, posterior, still_prior


def posterior_of(
    seen: list[float],
    seen_base: list[float],
    blind: list[float] | None = None,
    blind_base: list[float] | None = None,
    size: float = 1e9,
    begun: list[bool] | None = None,
) -> tuple[float, float]:
    none = [0.0] * len(seen)
    log_rate, weight = posterior(
        np.array([1.0]),
        np.array([3.0]),
        seen_units=np.array([seen]),
        seen_base=np.array([seen_base]),
        blind_units=np.array([blind or none]),
        blind_base=np.array([blind_base or none]),
        begun=np.array([begun or [False] * len(seen)]),
        size=size,
    )
    mean, shape = gamma_of(log_rate, weight)
    return float(mean[0]), float(shape[0])


def test_with_a_flat_prior_and_poisson_noise_the_rate_is_that_of_gamma_and_poisson() -> None:
    # A normal prior of the log as wide as this is nearly 1/rate, whose posterior given n units
    # in t weeks is Gamma(n, t).
    rate, _ = posterior_of([18, 22, 20], [1, 1, 1])

    assert rate == pytest.approx(60 / 3, rel=0.01)


def test_half_a_week_in_stock_says_twice_the_rate() -> None:
    rate, _ = posterior_of([20, 20], [0.5, 0.5])

    assert rate == pytest.approx(40, rel=0.02)


def test_units_sold_while_out_of_stock_only_ever_raise_the_rate() -> None:
    alone, _ = posterior_of([10, 0], [1, 0])
    many, _ = posterior_of([10, 0], [1, 0], blind=[0, 15], blind_base=[0, 1])
    none, _ = posterior_of([10, 0], [1, 0], blind=[0, 0], blind_base=[0, 1])

    assert many > 1.05 * alone
    assert none == pytest.approx(alone)


def test_a_noisy_week_leaves_the_scale_less_sure_than_a_poisson_one() -> None:
    _, surely = posterior_of([100], [1])
    _, noisily = posterior_of([100], [1], size=1.0)

    assert surely == pytest.approx(100, rel=0.05)
    assert 0.5 < noisily < 2


def test_the_gamma_has_the_posteriors_mean_and_mean_log() -> None:
    log_rate = np.linspace(-12, 6, 4001)[None]
    weight = gamma.pdf(np.exp(log_rate), 2.5, scale=4.0) * np.exp(log_rate)

    mean, shape = gamma_of(log_rate, weight / weight.sum())

    assert mean[0] == pytest.approx(10.0, rel=1e-3)
    assert shape[0] == pytest.approx(2.5, rel=1e-3)


def test_a_first_week_that_counts_only_because_it_sold_says_little_of_a_slow_style() -> None:
    plain, _ = posterior_of([1, 0], [1, 1], size=2.0)
    begun, _ = posterior_of([1, 0], [1, 1], size=2.0, begun=[True, False])
    fast, _ = posterior_of([50, 50], [1, 1], size=2.0)
    fast_begun, _ = posterior_of([50, 50], [1, 1], size=2.0, begun=[True, False])

    assert begun < 0.6 * plain
    assert fast_begun == pytest.approx(fast, rel=0.02)


def among_alike(days: int, units: float, log_sd: float) -> tuple[float, float]:
    """Return units a day, and what is still prior, among styles that sell five a day."""
    log_mean, spread = np.array([np.log(5.0)]), np.array([log_sd])
    log_rate, weight = posterior(
        log_mean,
        spread,
        seen_units=np.full((1, days), units),
        seen_base=np.ones((1, days)),
        blind_units=np.zeros((1, days)),
        blind_base=np.zeros((1, days)),
        begun=np.zeros((1, days), dtype=np.bool_),
        size=5.0,
    )
    return float(gamma_of(log_rate, weight)[0][0]), float(
        still_prior(log_rate, weight, log_mean, spread)[0]
    )


@pytest.mark.parametrize("log_sd", [0.1, 0.35, 0.75])
def test_a_style_that_does_not_sell_is_given_up_however_alike_its_siblings_are(
    log_sd: float,
) -> None:
    rate, left = among_alike(12, 0.0, log_sd)

    assert rate < 0.15
    assert left < 0.35


@pytest.mark.parametrize("log_sd", [0.1, 0.75])
def test_a_style_that_sells_like_its_siblings_is_as_sure_as_they_make_it(log_sd: float) -> None:
    rate, _ = among_alike(12, 5.0, log_sd)

    assert rate == pytest.approx(5.0, rel=0.05)


def test_what_is_expected_before_the_first_sale_is_what_the_family_sells() -> None:
    rate, left = among_alike(0, 0.0, 0.35)

    assert rate == pytest.approx(5 * np.exp(0.35**2 / 2), rel=0.02)
    assert left == pytest.approx(1.0, abs=0.05)
