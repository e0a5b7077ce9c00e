import json
from dataclasses import asdict, replace

import numpy as np
import pytest

from app.demand.panel import PanelStyle
from app.forecasting.past.rates import DEFAULT_LOG_SD, RateLaw, RatePrior, learn_rates, with_likes
from tests.forecasting.panels import style


def dressed(code: str, fabric: str, price: float, *, like: tuple[str, ...] = ()) -> PanelStyle:
    return replace(style(code, like=like), attributes={"fabric": fabric}, price=price)


def test_attributes_and_price_say_what_the_family_does_not() -> None:
    random = np.random.default_rng(5)
    fabrics = ["linen" if index % 2 else "denim" for index in range(60)]
    prices = random.uniform(20, 80, 60)
    log_rates = (
        3.0
        + np.where(np.array(fabrics) == "linen", 0.7, -0.7)
        - 1.0 * np.log(prices / 45)
        + random.normal(0, 0.2, 60)
    )
    styles = [
        dressed(f"S{i}", fabric, price)
        for i, (fabric, price) in enumerate(zip(fabrics, prices, strict=True))
    ]

    law = learn_rates(styles, log_rates)

    linen, denim = law.of(dressed("N", "linen", 45.0)), law.of(dressed("N", "denim", 45.0))
    assert linen.log_mean == pytest.approx(3.7, abs=0.2)
    assert denim.log_mean == pytest.approx(2.3, abs=0.2)
    assert law.of(dressed("N", "linen", 90.0)).log_mean == pytest.approx(3.7 - np.log(2), abs=0.25)
    assert linen.log_sd < 0.6
    assert law.brand.log_sd > 0.8


def test_attributes_that_say_nothing_are_believed_to_say_nothing() -> None:
    random = np.random.default_rng(6)
    styles = [dressed(f"S{i}", f"f{i % 12}", 39.0) for i in range(60)]

    law = learn_rates(styles, random.normal(2.0, 1.0, 60))

    effects = [law.effects.get(f"fabric=f{i}", 0.0) for i in range(12)]
    assert np.abs(effects).max() < 0.5


def test_a_single_style_hardly_moves_the_wide_default() -> None:
    law = learn_rates([style("S1")], np.array([np.log(500.0)]))

    assert law.of(style("N")).log_sd > 0.9 * DEFAULT_LOG_SD
    assert law.of(style("N")).styles == 1


def test_a_style_of_no_price_has_no_price_effect() -> None:
    law = learn_rates(
        [dressed(f"S{i}", "linen", 10.0 * (i + 1)) for i in range(20)], -np.arange(20.0) / 4
    )

    assert np.isfinite(law.of(dressed("N", "linen", 0.0)).log_mean)


def test_likeness_that_told_the_truth_is_believed_more() -> None:
    random = np.random.default_rng(7)
    own = random.normal(2.0, 1.5, 40)
    olds = [style(f"A{i}") for i in range(40)]
    twins = [style(f"B{i}", like=(f"A{i}",)) for i in range(40)]
    strangers = [style(f"B{i}", like=(f"A{(i * 7 + 3) % 40}",)) for i in range(40)]
    rates = np.concatenate([own, own + random.normal(0, 0.1, 40)])

    truthful = learn_rates([*olds, *twins], rates).like_weight
    misleading = learn_rates([*olds, *strangers], rates).like_weight

    assert truthful > 0.9
    assert misleading < 0.4


def test_without_a_known_likeness_the_law_is_as_it_was() -> None:
    law = RatePrior(1.0, 1.2, 3)

    assert with_likes(law, [], 0.7) is law
    assert with_likes(law, [2.0], 0.5).log_mean == pytest.approx(1.5)
    assert with_likes(law, [2.0], 0.5).log_sd < 1.2


def test_the_law_survives_being_stored_as_json_to_the_last_bit() -> None:
    law = learn_rates([dressed(f"S{i}", "linen", 20.0 + i) for i in range(9)], np.arange(9.0) / 7)

    assert RateLaw.from_json(json.loads(json.dumps(asdict(law)))) == law


def test_a_style_is_the_same_in_whatever_order_its_attributes_were_stored() -> None:
    law = RateLaw(RatePrior(0.0), effects={"a=x": 0.1, "b=x": 0.2, "c=x": 0.3})
    one = replace(style(), attributes=dict.fromkeys("abc", "x"), price=0.0)
    other = replace(style(), attributes=dict.fromkeys("cba", "x"), price=0.0)

    assert law.of(one) == law.of(other)


def test_a_price_beyond_all_seen_is_not_extrapolated() -> None:
    prices = np.linspace(20, 80, 40)
    styles = [dressed(f"S{i}", "linen", price) for i, price in enumerate(prices)]
    law = learn_rates(styles, 3.0 - np.log(prices / 45))

    dear, unheard_of = (law.of(dressed("N", "linen", price)) for price in (80.0, 800.0))

    assert unheard_of == dear
    assert dear.log_mean < law.of(dressed("N", "linen", 20.0)).log_mean - 1.0


def test_two_freaks_among_twenty_do_not_make_every_new_style_one() -> None:
    usual = np.random.default_rng(9).normal(3.7, 0.4, 20)
    styles = [style(f"S{index}") for index in range(22)]

    law = learn_rates(styles, np.concatenate([usual, [13.8, 13.8]]))

    new = law.of(style("N"))
    assert np.exp(new.log_mean + new.log_sd**2 / 2) < 200
