"""Words of names whose styles share a season."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from app.demand.panel import DemandPanel
from app.forecasting.forecast import forecast_styles
from app.forecasting.model import StyleForecast
from app.forecasting.past.learning import evidence_of, learn_priors
from app.forecasting.past.priors import BrandPriors
from app.forecasting.past.profiles import PROFILE_WEEKS
from app.forecasting.past.themes import learn_themes, theme_factors, theme_of, words_of
from tests.forecasting.panels import panel, style

SEPTEMBER = date(2026, 9, 7)
WEEKS = 41
"""From the last week of November on: one Christmas, and an autumn not seen yet."""

DECEMBER = np.arange(WEEKS) < 4
CHRISTMAS = np.where(DECEMBER, 90.0, np.where(np.arange(WEEKS) > 36, 15.0, 3.0))


def shop(units: np.ndarray, names: Sequence[str]) -> DemandPanel:
    """Return a shop of one SKU a style that states no categories, up to September."""
    styles = [replace(style(f"S{row}"), name=name) for row, name in enumerate(names)]
    past = panel(units.round(), style_of=range(len(units)), styles=styles)
    return replace(past, origin=SEPTEMBER)


def gift_shop() -> DemandPanel:
    random = np.random.default_rng(3)
    usual = random.poisson(20 * random.gamma(4, 0.25, (60, WEEKS)))
    seasonal = random.poisson(CHRISTMAS * random.gamma(4, 0.25, (15, WEEKS)))
    names = [f"Plain mug no {row}" for row in range(20)]
    names += [f"{('Tea', 'Garden')[row % 2]} towel {row}" for row in range(40)]
    names += [f"CHRISTMAS {('star', 'wreath', 'mug')[row % 3]} {row}" for row in range(15)]
    return shop(np.concatenate([usual, seasonal]), names)


def themes_of(past: DemandPanel) -> dict[str, tuple[float, ...]]:
    return learn_themes(past, evidence_of(past, BrandPriors()), np.ones(PROFILE_WEEKS))


def test_a_word_of_names_whose_styles_sell_at_one_time_of_the_year_is_a_theme() -> None:
    themes = themes_of(gift_shop())

    assert list(themes) == ["christmas"]


def test_in_weeks_not_seen_yet_a_theme_lies_between_those_before_and_after() -> None:
    past = gift_shop()

    themes = themes_of(past)

    autumn = theme_factors(past, themes, ahead=12)[-1, WEEKS:]
    assert (np.diff(autumn) > 0).all()
    assert 2 < autumn[-1] / autumn[0] < 7


def test_words_of_styles_that_only_scatter_are_no_themes() -> None:
    random = np.random.default_rng(5)
    units = random.poisson(8 * random.gamma(2.5, 0.4, (120, WEEKS)))
    words = ["amber", "birch", "coral", "denim", "ebony", "flint", "green", "hazel"]
    names = [" ".join(random.choice(words, 2, replace=False)) for _ in range(120)]

    assert themes_of(shop(units, names)) == {}


def test_what_one_bestseller_did_alone_makes_no_theme_of_its_words() -> None:
    units = np.random.default_rng(6).poisson(10, (60, WEEKS)).astype(float)
    units[0] = np.where(DECEMBER, 3000.0, 100.0)

    found = themes_of(shop(units, ["velvet cushion"] * 20 + ["plain stool"] * 40))

    assert found == {}


def test_a_new_style_with_the_word_is_forecast_to_rise_with_its_theme() -> None:
    priors = learn_priors(gift_shop())
    launched = SEPTEMBER - timedelta(weeks=3)

    def forecast(name: str) -> StyleForecast:
        new = replace(style("N1", launched=launched), name=name)
        seen = replace(panel([[12, 15, 14]], styles=[new]), origin=SEPTEMBER)
        return forecast_styles(seen, priors)[0]

    cracker, plain = forecast("Christmas cracker"), forecast("Paper cracker")
    assert cracker.mean[:8].sum() > 1.5 * plain.mean[:8].sum()
    assert [note["word"] for note in cracker.notes if note["code"] == "theme"] == ["christmas"]


def test_a_style_is_of_the_strongest_theme_that_its_name_has() -> None:
    one = replace(style(), name="Bunny for EASTER and Christmas")

    assert theme_of(one, {"christmas": (1.0,), "easter": (1.0,)}) == "christmas"
    assert theme_of(replace(style(), name="Plain mug"), {"christmas": (1.0,)}) is None


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("SET OF 6 Straße-Kerzen", {"strasse", "kerzen"}),
        ("", set()),
        ("T-light 50'S", {"light"}),
    ],
)
def test_words_are_of_four_letters_or_more_whatever_their_case(name: str, words: set[str]) -> None:
    assert words_of(name) == words


def test_themes_read_back_as_they_were_stored() -> None:
    priors = BrandPriors(themes={"easter": (0.5,) * 53})

    assert BrandPriors.from_json(priors.to_json()) == priors
