from dataclasses import replace

import numpy as np
import pytest

from app.demand.panel import DemandPanel
from app.forecasting.launch.following import Following, follow
from app.forecasting.past.learning import evidence_of, learn_priors
from app.forecasting.past.powers import DEFAULT_LAW
from app.forecasting.past.priors import BrandPriors
from app.forecasting.past.ways import DEFAULT_WAYS, ways_of
from tests.forecasting.panels import panel, style, weeks_ago

WEEKS = 48


def humped(age: np.ndarray) -> np.ndarray:
    return 0.2 + 2.5 * np.exp(-(((age - 8) / 3) ** 2))


def fading(age: np.ndarray) -> np.ndarray:
    return 2.5 * np.exp(-age / 6) + 0.1


def brand(
    tempos: np.ndarray, *, families: tuple[str, str] = ("bell", "fade"), strays: int = 1000
) -> DemandPanel:
    """Styles of two families by turns, launched one after the other, each at its tempo.

    Two of so many follow the other family's shape.
    """
    random = np.random.default_rng(6)
    count = len(tempos)
    first = np.arange(count) * 24 // count
    age = np.arange(WEEKS) - first[:, None] + 0.5
    own = age / tempos[:, None]
    humps = (np.arange(count) % 2 == 0) ^ (np.arange(count) % strays >= strays - 2)
    shape = np.where(humps[:, None], humped(own), fading(own))
    return panel(
        np.where(age > 0, random.poisson(30 * shape), 0),
        exposure=(age > 0).astype(float),
        style_of=range(count),
        styles=[
            style(f"S{index}", category=families[index % 2], launched=weeks_ago(WEEKS - int(start)))
            for index, start in enumerate(first)
        ],
    )


def launched(units: np.ndarray) -> DemandPanel:
    launch = style("NEW", category="bell", launched=weeks_ago(len(units)))
    return panel(np.round(units)[None], styles=[launch])


def follow_all(world: DemandPanel, priors: BrandPriors) -> Following:
    return follow(world, evidence_of(world, priors), priors)


def ahead(units: np.ndarray, priors: BrandPriors) -> float:
    """Demand of the next 8 weeks over that of the last 4, as age lets expect it."""
    world = launched(units)
    following = follow_all(world, priors)
    return float(following.ahead[0, :8].sum() / following.past[0, -4:].sum())


@pytest.fixture(scope="module")
def by_tempo() -> BrandPriors:
    tempos = np.array([0.64, 0.64, 1.0, 1.0, 1.57, 1.57])
    return learn_priors(brand(np.tile(tempos, 18), strays=12))


def test_a_style_at_another_pace_than_its_family_is_forecast_at_its_own(
    by_tempo: BrandPriors,
) -> None:
    age = np.arange(8) + 0.5

    slow, quick = (ahead(30 * humped(age / tempo), by_tempo) for tempo in (1.57, 0.64))

    assert slow > 3.0  # 7.1 in truth: its peak is to come
    assert quick == pytest.approx(0.23, abs=0.1)
    assert ahead(30 * humped(age / 1.57), replace(by_tempo, ways=())) < 1.5


def test_a_style_that_sells_as_another_family_is_forecast_as_one(by_tempo: BrandPriors) -> None:
    fading_style = 60 * fading(np.arange(8) + 0.5)

    assert ahead(fading_style, by_tempo) == pytest.approx(0.9, abs=0.4)
    assert ahead(fading_style, replace(by_tempo, ways=())) > 1.5


def test_a_style_is_followed_to_the_bit_as_in_any_batch(by_tempo: BrandPriors) -> None:
    families = ("bell", "fade", "flat", "late")
    profiles = dict.fromkeys(families, by_tempo.profile)
    priors = replace(by_tempo, profiles=profiles)
    styles = [style(f"S{place}", category=name) for place, name in enumerate([*families, ""])]
    units = np.random.default_rng(2).poisson(9, (5, 8))

    together = follow_all(panel(units, style_of=range(5), styles=styles), priors)
    alone = [
        follow_all(panel(row[None], styles=[one]), priors)
        for row, one in zip(units, styles, strict=True)
    ]

    for name in ("past", "ahead", "cv"):
        whole = getattr(together, name)
        assert (whole == np.concatenate([getattr(one, name) for one in alone])).all(), name


def test_a_brand_whose_styles_all_keep_its_pace_teaches_no_other() -> None:
    ways = ways_of(learn_priors(brand(np.ones(72))), "bell")

    at_its_pace = np.array(ways.kinds) < len(DEFAULT_LAW)
    assert ways.chances[at_its_pace].sum() > 0.8


def test_a_brand_without_families_follows_powers_alone() -> None:
    tempos = np.tile([0.64, 0.64, 1.57, 1.57], 20)

    assert learn_priors(brand(tempos, families=("", ""))).ways == ()


def test_ways_are_powers_of_the_own_profile_until_a_past_speaks_for_others() -> None:
    ways = ways_of(BrandPriors(), "bell")

    assert ways.tempos.tolist() == [1.0] * 7
    assert ways.chances.tolist() == list(DEFAULT_LAW)


def test_other_families_share_the_chance_of_not_following_the_own() -> None:
    flat = (1.0,) * 52
    priors = BrandPriors(profiles=dict.fromkeys("abc", flat), ways=tuple(DEFAULT_WAYS.tolist()))

    ways = ways_of(priors, "a")

    assert len(ways.chances) == 7 + 6 + 2 * 3
    assert ways.chances.sum() == pytest.approx(1.0)
    assert ways.chances[13:].sum() == pytest.approx(0.1)


def test_stored_priors_keep_their_ways_and_older_ones_have_none(by_tempo: BrandPriors) -> None:
    stored = by_tempo.to_json()
    older = {name: value for name, value in stored.items() if name != "ways"}

    assert BrandPriors.from_json(stored) == by_tempo
    assert BrandPriors.from_json(older).ways == ()
