import numpy as np
import pytest

from app.forecasting.accuracy.evaluate import learn_all
from app.forecasting.forecast import forecast_styles
from app.forecasting.model import StyleForecast
from app.forecasting.paths import draw_paths
from app.forecasting.seen.outliers import usual_units
from tests.forecasting.panels import panel, style


def forecast_of(first: np.ndarray) -> StyleForecast:
    """Return the forecast of a style of a brand whose other styles sell 20 a week."""
    units = np.random.default_rng(1).poisson(20, (12, len(first)))
    units[0] = first
    seen = panel(units, style_of=range(12), styles=[style(f"S{number:02}") for number in range(12)])
    return forecast_styles(seen, learn_all(seen))[0]


@pytest.mark.parametrize(("week", "most"), [(5, 30), (25, 80)])
def test_one_week_of_a_hundred_thousand_is_no_level_and_is_said(week: int, most: int) -> None:
    units = np.full(26, 20)
    units[week] = 100_000

    forecast = forecast_of(units)

    assert 15 < forecast.mean[0] < most
    paths = draw_paths(forecast, periods=1, seed=1)[0, :, 0]
    assert 10 < np.median(paths) < most
    note = next(note for note in forecast.notes if note["code"] == "outliers")
    assert (note["units"], note["counted_as"], len(note["starts"])) == (100_000, 100, 1)


def test_a_level_that_is_there_for_a_second_week_is_believed() -> None:
    units = np.full((1, 12), 20)
    units[0, -2:] = 2_000

    assert usual_units(panel(units)).tolist() == units.tolist()


def test_a_launch_may_take_off_and_a_dozen_after_ones_and_twos_is_none() -> None:
    launch, slow = [[3, 4, 5, 90]], [[1, 0, 2, 0, 1, 0, 0, 1, 12]]

    assert usual_units(panel(launch)).tolist() == launch
    assert usual_units(panel(slow)).tolist() == slow
    assert usual_units(panel([[7]])).tolist() == [[7]]
    assert usual_units(panel([[0] * 9])).tolist() == [[0] * 9]
