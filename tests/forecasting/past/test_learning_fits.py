"""What fitted models teach of a brand's past: the pool's weights and the handing over."""

from dataclasses import replace
from datetime import timedelta

import numpy as np

from app.demand.panel import DemandPanel
from app.forecasting.past.learning import learn_priors
from app.forecasting.past.learning_fits import is_recent, learn_fits
from app.forecasting.past.priors import BrandPriors
from tests.forecasting.panels import ORIGIN, panel, style, weeks_ago


def brand_of(mean: np.ndarray, styles: int = 60) -> DemandPanel:
    """Return styles of unknown age that each sell about so much in each week."""
    units = np.random.default_rng(3).poisson(np.tile(mean, (styles, 1)))
    return panel(
        units, style_of=range(styles), styles=[style(f"S{number}") for number in range(styles)]
    )


def learned(world: DemandPanel) -> BrandPriors:
    return learn_fits(world, learn_priors(world))


def test_the_past_is_forecast_without_knowing_what_moved_all_styles_later() -> None:
    steady = np.full(40, 20.0)
    halved = np.where(np.arange(40) < 32, 20.0, 10.0)

    calm, surprised = (learned(brand_of(mean)).handover for mean in (steady, halved))

    assert calm.spread[3] < 0.8
    assert surprised.spread[3] > 1.2


def test_a_brand_without_teachers_learns_no_weights() -> None:
    world = brand_of(np.full(3, 20.0))

    assert learn_fits(world, BrandPriors()) == BrandPriors()


def test_what_was_learned_serves_for_a_week() -> None:
    assert is_recent(ORIGIN, ORIGIN)
    assert is_recent(ORIGIN - timedelta(days=6), ORIGIN)
    assert not is_recent(ORIGIN - timedelta(days=7), ORIGIN)
    assert not is_recent(ORIGIN + timedelta(days=1), ORIGIN)
    assert not is_recent(None, ORIGIN)


def test_days_of_less_than_a_week_teach_nothing() -> None:
    world = replace(panel([[5, 5, 5]], styles=[style(launched=weeks_ago(1))]), period_days=1)

    assert learn_priors(world) == BrandPriors()


def test_fits_never_take_over_all_at_once_on_the_first_day_they_can() -> None:
    """Levels that wander make fits right from the start, of styles whose launch is known."""
    random = np.random.default_rng(5)
    level = 30 * np.exp(np.cumsum(random.normal(0, 0.35, (90, 26)), axis=1))
    first = np.arange(90) % 14
    on_sale = (np.arange(26) >= first[:, None]).astype(float)
    world = panel(
        np.where(on_sale > 0, random.poisson(level), 0),
        exposure=on_sale,
        style_of=range(90),
        styles=[
            style(f"S{n}", launched=weeks_ago(26 - int(start))) for n, start in enumerate(first)
        ],
    )

    handover = learned(world).handover

    assert handover.styles[0] > 20
    assert handover.share[0] == 0.5
    assert handover.share[1] > 0.6


def test_what_is_learned_is_the_same_in_whatever_order_styles_and_skus_come() -> None:
    random = np.random.default_rng(8)
    weekly = np.exp(random.normal(1.0, 1.0, (40, 1)) + random.normal(0, 0.4, (40, 13)))
    units = random.poisson(np.repeat(weekly, 2, axis=0) * np.tile([[0.7], [0.3]], (40, 1)))
    styles = [style(f"S{n:02}", category="tops" if n % 2 else "shoes") for n in range(40)]
    of, order, skus = np.repeat(np.arange(40), 2), random.permutation(40), random.permutation(80)
    place = np.argsort(order)
    one = panel(units, style_of=of.tolist(), styles=styles, sizes=("M", "L") * 40)
    other = replace(
        panel(
            units[skus],
            style_of=place[of[skus]].tolist(),
            styles=[styles[n] for n in order],
            sizes=tuple(one.sizes[sku] for sku in skus),
        ),
        sku_codes=tuple(one.sku_codes[sku] for sku in skus),
    )

    assert learned(one) == learned(other)
