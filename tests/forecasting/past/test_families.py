from dataclasses import replace
from datetime import date

import numpy as np

from app.forecasting.model import Floats
from app.forecasting.past.families import learn_family_seasons
from app.forecasting.past.learning import evidence_of
from app.forecasting.past.priors import BrandPriors
from app.forecasting.past.season import learn_season, season_at
from tests.forecasting.panels import ORIGIN, panel, style

WEEKS = 104
SUMMER = np.isin(np.arange(WEEKS) % 52, range(10, 22))


def strayed(
    demand: Floats, families: list[str], *, back: int = 52, ahead: int = 0
) -> dict[str, Floats]:
    """Return each family's factors of the weeks before and after the origin over the brand's."""
    seen = panel(
        demand.round(),
        style_of=range(len(demand)),
        styles=[style(f"S{index}", category=family) for index, family in enumerate(families)],
    )
    evidence = evidence_of(seen, BrandPriors())
    brand = learn_season(seen, evidence)
    usual = season_at(np.array(brand), ORIGIN, 7, back=back, ahead=ahead)
    return {
        family: season_at(np.array(season), ORIGIN, 7, back=back, ahead=ahead) / usual
        for family, season in learn_family_seasons(seen, evidence, brand).items()
    }


def test_coats_and_swimwear_of_one_brand_have_seasons_of_their_own() -> None:
    swim = np.where(SUMMER, 3.0, 1.0) * np.full((30, 1), 40.0)
    coats = np.where(SUMMER, 1.0, 3.0) * np.full((30, 1), 40.0)

    found = strayed(np.concatenate([swim, coats]), ["swim"] * 30 + ["coats"] * 30)

    ratio = found["swim"] / found["coats"]
    busy = SUMMER[-52:]
    assert 5 < np.median(ratio[busy]) / np.median(ratio[~busy]) < 9


def test_families_that_only_scatter_keep_the_season_of_their_brand() -> None:
    random = np.random.default_rng(4)
    demand = random.poisson(8 * random.gamma(2.5, 0.4, (60, WEEKS))).astype(float)

    found = strayed(demand, ["a"] * 20 + ["b"] * 20 + ["c"] * 20)

    assert np.abs(np.stack(list(found.values())) - 1).max() < 0.05


def test_what_one_large_style_did_alone_is_no_season_of_its_family() -> None:
    demand = np.random.default_rng(5).poisson(20, (60, WEEKS)).astype(float)
    demand[0] = np.where(SUMMER, 2000.0, 400.0)

    found = strayed(demand, ["a"] * 30 + ["b"] * 30)

    assert np.abs(found["a"] - 1).max() < 0.15


def test_a_family_that_fell_in_a_first_year_stays_down_in_weeks_not_seen_yet() -> None:
    fell = np.where(np.arange(20) >= 16, 0.5, 1.0) * np.full((200, 1), 60.0)
    steady = np.full((200, 20), 60.0)

    found = strayed(
        np.concatenate([fell, steady]), ["fell"] * 200 + ["steady"] * 200, back=20, ahead=20
    )

    ratio = found["fell"] / found["steady"]
    fall = ratio / np.median(ratio[:16])
    assert 0.5 < np.median(fall[16:20]) < 0.6
    assert 0.55 < np.median(fall[25:]) < 0.65


def test_what_a_family_sells_before_christmas_is_not_carried_into_january() -> None:
    origin = date(2025, 12, 15)
    gifts = np.arange(13) >= 9
    toys = np.where(gifts, 120, 60) * np.ones((100, 1))
    seen = panel(
        np.concatenate([toys, np.full((100, 13), 60.0)]),
        style_of=range(200),
        styles=[style(f"S{n:03}", category="toys" if n < 100 else "tools") for n in range(200)],
    )
    seen = replace(seen, origin=origin)
    evidence = evidence_of(seen, BrandPriors())

    found = learn_family_seasons(seen, evidence, learn_season(seen, evidence))

    season = np.array(found["toys"])
    back = season_at(season, origin, 7, back=13)
    ahead = season_at(season, origin, 7, ahead=20)
    assert np.median(back[gifts]) / back[0] > 1.6
    assert np.median(ahead) / back[0] < 1.15


def test_a_family_that_sells_in_bursts_has_a_factor_of_every_week() -> None:
    bursts = np.where(np.arange(20) % 3 == 1, 0.0, 60.0) * np.ones((60, 1))
    steady = np.full((120, 20), 60.0)

    found = strayed(
        np.concatenate([bursts, steady]), ["bursts"] * 60 + ["steady"] * 120, back=20, ahead=20
    )

    assert (found["bursts"] > 0).all()


def test_few_styles_no_families_and_a_few_weeks_teach_none() -> None:
    demand = np.full((40, WEEKS), 40.0)

    assert strayed(demand, ["only"] * 40) == {}
    assert strayed(demand, [""] * 40) == {}
    assert set(strayed(demand, ["a"] * 36 + ["b"] * 4)) == {"a"}
    assert strayed(demand[:, :7], ["a"] * 20 + ["b"] * 20) == {}
