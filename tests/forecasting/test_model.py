import json
from dataclasses import asdict, replace
from math import inf, pi

import numpy as np

from app.forecasting.model import ColorwaySplit, KnownUnits, StyleForecast
from tests.forecasting.panels import forecast


def test_a_forecast_survives_being_stored_as_json_to_the_last_bit() -> None:
    original = replace(
        forecast(mean=pi, scale_cv=1 / 3),
        dispersion=2 / 7,
        known=(KnownUnits(1, "PRE-1", 3, 40, 1 / 3), KnownUnits(0, "B", 4, 1, 0.5, consumes=0.25)),
        facts={"sold_units": 12},
        fit_state={"level": 1 / 7},
        colorways=ColorwaySplit(of_sku=(0, 1, 1), units=7 / 3, within=(20.0, 100 / 3)),
    )

    restored = StyleForecast.from_json(json.loads(json.dumps(original.to_json())))

    np.testing.assert_equal(asdict(restored), asdict(original))


def test_poisson_noise_survives_json_which_has_no_infinity() -> None:
    stored = json.dumps(forecast(dispersion=inf).to_json(), allow_nan=False)

    assert StyleForecast.from_json(json.loads(stored)).dispersion == inf


def test_a_forecast_stored_before_known_demand_was_read_has_none() -> None:
    stored = forecast().to_json()
    for name in ("known", "facts", "fit_state", "colorways"):
        del stored[name]

    old = StyleForecast.from_json(stored)

    assert (old.known, old.facts, old.fit_state, old.colorways) == ((), {}, None, None)
