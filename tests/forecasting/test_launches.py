"""Forecasts of real launches; the data set is not shipped, and without it there is no test."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from app.forecasting.accuracy.scoring import covered, wape
from app.forecasting.past.learning import learn_priors
from tests.benchmarks.ours import Totals, our_totals
from tests.benchmarks.retail import FIRST_DAY, read

FILE = Path(__file__).parents[3] / "shared" / "data" / "online_retail.parquet"
LEARNED = (date(2011, 4, 30) - FIRST_DAY).days


@pytest.mark.skipif(not FILE.exists(), reason=f"{FILE} is not here")
def test_launches_of_a_gift_shop_are_forecast_better_than_by_their_run_rate() -> None:
    """Codes two weeks old in the four weeks from a day, by what was sold before it."""
    shop = read(FILE, until=date(2011, 7, 9))
    ages = LEARNED - shop.first
    launches = np.flatnonzero((ages > -14) & (ages <= 14))
    launches = launches[np.argsort(shop.first[launches], kind="stable")]
    origins = shop.first[launches] + 14
    priors = learn_priors(shop.panel(LEARNED))

    ours = Totals.joined(
        [
            our_totals(shop.panel(int(day), launches[origins == day]), priors, 6)
            for day in np.unique(origins)
        ]
    )

    actual = shop.sold(launches, origins, 6).astype(float)
    run_rate = shop.sold(launches, shop.first[launches], 2) * 3.0
    assert len(launches) == 138
    assert wape(actual, ours.mean, launches).value < 0.8 * wape(actual, run_rate, launches).value
    assert 0.65 < covered(actual, ours.paths).mean() < 0.95
