"""Whether what is drawn follows its law: seeds are fixed, and each test failed with a mistake put
into what it tests."""

from math import inf

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import chi2, gamma, ks_1samp, norm, poisson

from app.forecasting.chance.draws import MOST_RATE, counts, stream, vary
from app.forecasting.chance.loops import log_chance, next_word, rest_count, tail_normal, uniform

UNLIKELY = 1e-4
"""A test of a right law with another seed would fail this often."""


PINNED = {
    0.4: [
        [0, 0, 0, 0, 0],
        [0, 3, 7, 7, 21],
        [5, 36, 495, 17, 1],
        [2160, 2, 6, 0, 3],
        [436579, 1535042, 2631, 91050, 774916],
    ],
    8.0: [
        [0, 0, 0, 0, 1],
        [12, 7, 10, 14, 5],
        [49, 63, 33, 42, 20],
        [480, 285, 301, 285, 588],
        [863168, 1105915, 779727, 1000052, 1000883],
    ],
}
"""Counts at five rates, five of each, by the shape of the Gamma law that the rates vary by."""


def seed(number: int) -> np.random.SeedSequence:
    return np.random.SeedSequence(number)


def drawn_at(rate: float, number: int, seeded: int = 1) -> NDArray[np.int32]:
    return counts(np.full((1, number), rate), np.ones((1, number)), stream(seed(seeded)))[0, 0]


def chance_of(came: NDArray[np.int64], share: NDArray[np.float64]) -> float:
    """Return the chance of counts as far or farther from what their shares say: chi-square."""
    expected = share * came.sum()
    assert expected.min() > 4
    return float(chi2.sf(((came - expected) ** 2 / expected).sum(), len(came) - 1))


def test_words_are_those_of_numpys_generator() -> None:
    words = stream(seed(5))

    came = [int(next_word(words)) for _ in range(1000)]

    assert came == np.random.SFC64(seed(5)).random_raw(1000).tolist()


def test_uniform_numbers_are_never_nought_or_one() -> None:
    least, most = (np.array([0, word, 0, 0], dtype=np.uint64) for word in (0, 2**64 - 1))

    assert uniform(least) == 2.0**-53
    assert uniform(most) == 1 - 2.0**-53


@pytest.mark.parametrize("rate", [0.01, 0.3, 1.0, 9.9, 10.0, 50.0, 127.99, 128.0, 300.0, 1e4])
def test_counts_at_one_rate_are_poisson(rate: float) -> None:
    drawn = drawn_at(rate, 2_000_000)

    # Single counts as far as two hundred are expected, the rest of both tails together.
    likely = np.flatnonzero(poisson.pmf(np.arange(20_000), rate) > 1e-4)
    edges = np.arange(likely[0], likely[-1] + 1)
    share = np.diff(np.concatenate([[0], poisson.cdf(edges, rate), [1]]))
    came = np.bincount(np.searchsorted(edges, drawn), minlength=len(share))
    assert chance_of(came, share) > UNLIKELY


@pytest.mark.parametrize("rate", [0.3, 9.9, 50.0, 300.0])
def test_tails_of_counts_are_as_heavy_as_they_should_be(rate: float) -> None:
    drawn = drawn_at(rate, 6_000_000, seeded=3)

    edges = np.unique(poisson.ppf([3e-6, 1e-5, 1e-4, 1 - 1e-4, 1 - 1e-5, 1 - 3e-6], rate))
    share = np.diff(np.concatenate([[0], poisson.cdf(edges, rate), [1]]))
    enough = share * len(drawn) > 4
    came = np.bincount(np.searchsorted(edges, drawn), minlength=len(share))
    assert enough.sum() > 2
    assert (
        chance_of(
            np.append(came[enough], came[~enough].sum())[: enough.sum()],
            share[enough] / share[enough].sum(),
        )
        > UNLIKELY
    )


@pytest.mark.parametrize("rate", [1e6, MOST_RATE])
def test_large_counts_are_poisson(rate: float) -> None:
    drawn = drawn_at(rate, 1_000_000)

    edges = poisson.ppf(np.concatenate([[1e-5], np.linspace(0, 1, 201)[1:-1], [1 - 1e-5]]), rate)
    share = np.diff(np.concatenate([[0], poisson.cdf(edges, rate), [1]]))
    came = np.bincount(np.searchsorted(edges, drawn), minlength=len(share))
    assert chance_of(came, share) > UNLIKELY


def test_a_rate_of_nothing_sells_nothing_and_a_tiny_one_almost_nothing() -> None:
    assert drawn_at(0.0, 1_000_000).max() == 0
    assert drawn_at(1e-12, 1_000_000).max() == 0
    assert drawn_at(1e-5, 5_000_000).sum() == pytest.approx(50, abs=4 * 50**0.5)


@pytest.mark.parametrize("rate", [1e-12, 1e-5, 0.003, 0.999 / 64])
def test_what_is_left_of_a_rate_is_inverted_exactly(rate: float) -> None:
    for count in range(3):
        above = poisson.sf(count, rate)
        if above < 1e-15:
            break
        assert rest_count(above * (1 - 1e-9), rate) == count + 1
        assert rest_count(above * (1 + 1e-9), rate) == count


def test_no_word_is_looked_for_without_end() -> None:
    most = max(rest_count(0.0, rate) for rate in np.linspace(0, 1 / 64, 1001).tolist())

    assert most == 8


@pytest.mark.parametrize("rate", [128.0, 3000.0, 1e9])
def test_chances_of_large_counts_are_known_to_many_digits(rate: float) -> None:
    for count in (rate - 5 * rate**0.5, rate, rate + 5 * rate**0.5):
        exact = poisson.logpmf(round(count), rate)
        assert log_chance(round(count), rate) == pytest.approx(exact, abs=1e-14 * rate + 1e-11)


def test_each_number_has_the_rate_of_its_own_period_path_and_sku() -> None:
    random = np.random.default_rng(4)
    rates, split = random.gamma(2, 20, (3000, 8)), random.dirichlet([1, 1, 1], 8).T.copy()

    drawn = counts(rates, split, stream(seed(4)))

    expected = rates[:, None] * split
    off = (drawn - expected) / np.sqrt(expected)
    assert off.mean(axis=0) == pytest.approx(0, abs=4.5 / 3000**0.5)
    assert (off**2).mean(axis=0) == pytest.approx(1, abs=0.25)
    assert (off**2).mean() == pytest.approx(1, abs=0.02)


def test_numbers_that_follow_each_other_know_nothing_of_each_other() -> None:
    drawn = drawn_at(0.7, 4_000_000).astype(np.float64)

    for apart in (1, 2, 3, 4, 512):
        linked = np.corrcoef(drawn[:-apart], drawn[apart:])[0, 1]
        assert abs(linked) < 4.5 / 2000


@pytest.mark.parametrize("shape", [0.05, 0.3, 0.99, 1.0, 2.0, 8.0, 1e4])
def test_rates_vary_by_a_gamma_law_of_mean_one(shape: float) -> None:
    rates = np.full((1000, 4000), 3.0)

    vary(rates, shape, stream(seed(7)))

    assert ks_1samp(rates[:100].ravel() * shape / 3, gamma(shape).cdf).pvalue > UNLIKELY
    # The tails, where the normal numbers come from the ziggurat's lowest layer.
    low = np.array([3e-6, 1e-5, 1e-4, 2e-4])
    levels = np.concatenate([low, np.linspace(0, 1, 101)[1:-1], 1 - low[::-1]])
    share = np.diff(np.concatenate([[0], levels, [1]]))
    edges = gamma.ppf(levels, shape)
    came = np.bincount(np.searchsorted(edges, rates.ravel() * shape / 3), minlength=len(share))
    assert chance_of(came, share) > UNLIKELY


def test_normal_numbers_of_the_tail_are_as_far_out_as_they_should_be() -> None:
    pairs = np.random.default_rng(6).random((100_000, 2)).tolist()

    tried = np.array([tail_normal(3.5, u, v) for u, v in pairs])

    drawn = tried[tried > 0]
    assert len(drawn) > 80_000
    assert ks_1samp(drawn, lambda x: 1 - norm.sf(x) / norm.sf(3.5)).pvalue > UNLIKELY


def test_rates_go_on_with_the_same_numbers() -> None:
    short, long = np.ones((5, 100)), np.ones((50, 100))

    vary(short, 0.7, stream(seed(1)))
    vary(long, 0.7, stream(seed(1)))

    np.testing.assert_array_equal(long[:5], short)


def test_what_is_drawn_never_changes_without_another_law() -> None:
    """See `tests/refresh/test_law.py` where it does."""
    first = {}
    for shape in (0.4, 8.0):
        rates = np.repeat([[0.3], [9.9], [50.0], [300.0], [1e6]], 5, axis=1)
        vary(rates, shape, stream(seed(2)))
        first[shape] = counts(rates, np.ones((1, 5)), stream(seed(3)))[:, 0].tolist()

    assert first == PINNED


@pytest.mark.parametrize("wrong", [-1.0, np.nan])
def test_rates_that_are_none_are_refused(wrong: float) -> None:
    right, wrongly = np.ones((2, 3)), np.ones((2, 3))
    wrongly[1, 2] = wrong

    with pytest.raises(ValueError, match="negative or not a number"):
        counts(wrongly, right, stream(seed(1)))
    with pytest.raises(ValueError, match="negative or not a number"):
        counts(right, wrongly, stream(seed(1)))


def test_rates_beyond_any_shop_are_cut() -> None:
    assert drawn_at(inf, 1000) == pytest.approx(MOST_RATE, rel=1e-3)
