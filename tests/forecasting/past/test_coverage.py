import numpy as np
import pytest
from scipy.stats import nbinom

from app.forecasting.past.coverage import spread_by, within


def test_how_far_a_total_lies_within_agrees_with_the_negative_binomial() -> None:
    mean, cv, noise = np.full(400, 30.0), np.full(400, 0.5), np.full(400, 60.0)
    variance = 30 + (0.5 * 30) ** 2 + 60 * 1.25
    law = nbinom(30**2 / (variance - 30), 30 / variance)
    totals = np.arange(400.0)

    held = within(mean, cv, np.zeros(400), noise, totals)

    inside = (totals > law.ppf(0.1)) & (totals < law.ppf(0.9))
    outside = (totals < law.ppf(0.1)) | (totals > law.ppf(0.9))
    assert (held[inside] == 1.0).all()
    assert (held[outside] == 0.0).all()
    assert ((held > 0.0) & (held < 1.0)).sum() == 2


def test_totals_that_come_as_the_law_says_are_held_as_it_says_however_few_they_are() -> None:
    law = nbinom(0.8, 0.8 / (0.8 + 1.5))
    totals = np.arange(60.0)
    mean, cv = np.full(60, 1.5), np.full(60, 0.8**-0.5)

    held = within(mean, cv, np.zeros(60), np.zeros(60), totals)

    assert float((held * law.pmf(totals)).sum()) == pytest.approx(0.8, abs=1e-6)


def test_a_law_that_holds_too_much_is_narrowed_never_widened_until_its_middle_is_nothing() -> None:
    totals = np.random.default_rng(8).gamma(2.0, 20.0, 500).round()
    mean, gone, noise = np.full(500, 40.0), np.zeros(500), np.zeros(500)

    wide = spread_by(lambda factor: within(mean, np.full(500, 2.0) * factor, gone, noise, totals))
    narrow = spread_by(lambda factor: within(mean, np.full(500, 0.3) * factor, gone, noise, totals))

    assert wide < 0.7
    assert narrow > 1.5
