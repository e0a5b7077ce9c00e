import json
from dataclasses import asdict, replace
from math import inf, pi

import numpy as np

from app.forecasting.model import StyleForecast
from tests.forecasting.panels import forecast


def test_a_forecast_survives_being_stored_as_json_to_the_last_bit() -> None:
    original = replace(forecast(mean=pi, scale_cv=1 / 3), dispersion=2 / 7)

    restored = StyleForecast.from_json(json.loads(json.dumps(original.to_json())))

    np.testing.assert_equal(asdict(restored), asdict(original))


def test_poisson_noise_survives_json_which_has_no_infinity() -> None:
    stored = json.dumps(forecast(dispersion=inf).to_json(), allow_nan=False)

    assert StyleForecast.from_json(json.loads(stored)).dispersion == inf
