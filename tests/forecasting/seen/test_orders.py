import json

import numpy as np
import pytest

from app.forecasting.seen.orders import OrderLaw, learn_orders, telling_units
from tests.forecasting.panels import panel


def test_units_bought_one_at_a_time_are_left_as_they_are() -> None:
    world = panel(np.random.default_rng(1).poisson(5, (40, 20)), style_of=range(40))

    law = learn_orders(world)

    assert law == OrderLaw()
    assert telling_units(world, law).tolist() == world.demand.tolist()


def test_an_order_of_a_hundred_counts_as_less_than_ten_usual_ones() -> None:
    law = OrderLaw(power=0.5, usual=10.0, scale=1.0, trials=900)
    one_large = panel([[100]], orders=[[1]], largest=[[100]])
    ten_usual = panel([[100]], orders=[[10]], largest=[[10]])

    assert telling_units(one_large, law)[0, 0] == pytest.approx(np.sqrt(10 * 100))
    assert telling_units(ten_usual, law)[0, 0] == pytest.approx(100, rel=0.01)


def test_a_style_whose_every_order_is_large_is_not_damped_for_long() -> None:
    law = OrderLaw(power=0.5, usual=2.0, scale=1.0, trials=900)
    new = panel([[200]], orders=[[2]], largest=[[100]])
    known = panel([[2_000] * 52], orders=[[20] * 52], largest=[[100] * 52])

    assert telling_units(new, law).sum() < 0.3 * 200
    assert telling_units(known, law).sum() == pytest.approx(52 * 2_000, rel=0.1)


def test_freak_orders_teach_a_brand_to_damp_and_even_ones_do_not() -> None:
    random = np.random.default_rng(3)
    orders = random.poisson(random.lognormal(1.5, 0.6, (150, 1)), (150, 40))
    freak = np.where(random.random(orders.shape) < 0.05, 400, 0) * (orders > 0)
    usual = orders * 3

    even = learn_orders(
        panel(usual, orders=orders, largest=np.minimum(usual, 3), style_of=range(150))
    )
    wild = learn_orders(
        panel(
            usual + freak,
            orders=orders + (freak > 0),
            largest=np.maximum(np.minimum(usual, 3), freak),
            style_of=range(150),
        )
    )

    assert even.power > 0.9
    assert wild.power < 0.75
    assert wild.usual == pytest.approx(3.0, rel=0.2)


def test_no_demand_at_all_teaches_nothing() -> None:
    assert learn_orders(panel(np.zeros((3, 30)))) == OrderLaw()
    assert learn_orders(panel(np.zeros((3, 0)))) == OrderLaw()


def test_the_law_survives_being_stored_as_json_to_the_last_bit() -> None:
    law = OrderLaw(power=0.7 + 1e-16, usual=2.9, scale=1.23, trials=17)

    assert OrderLaw.from_json(json.loads(json.dumps(law.to_json()))) == law
