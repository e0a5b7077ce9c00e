from dataclasses import replace
from datetime import timedelta

import numpy as np

from app.forecasting.model import HORIZON
from app.forecasting.seen.ages import ages, ages_ahead, first_sale_of, with_known_launches
from tests.forecasting.panels import panel, style, weeks_ago


def test_a_style_that_sold_when_the_data_began_has_no_known_launch() -> None:
    first = weeks_ago(20)
    styles = [
        replace(style("A", launched=first + timedelta(days=5)), launch_stated=False),
        replace(style("B", launched=first + timedelta(days=14)), launch_stated=False),
        style("C", launched=first),
    ]
    world = panel(np.ones((3, 20)), style_of=range(3), styles=styles)

    known = with_known_launches(world, first)

    assert [one.launched for one in known.styles] == [None, styles[1].launched, first]
    assert with_known_launches(world, None) is world


def test_the_first_sale_is_that_of_the_first_week_that_sold() -> None:
    assert first_sale_of(panel([[0, 0, 3, 1], [0, 0, 0, 2]], style_of=[0, 1])) == weeks_ago(2)
    assert first_sale_of(panel([[0, 0, 0]])) is None


def test_an_age_is_counted_from_the_launch_to_the_middle_of_a_period() -> None:
    world = panel(np.ones((2, 3)), style_of=[0, 1], styles=[style(launched=weeks_ago(2)), style()])

    weeks = ages(world, np.array([[0, 1, 1], [0, 0, 1]]))

    assert weeks.tolist() == [[-0.5, 0.5, 1.5], [-1.5, -0.5, 0.5]]
    ahead = ages_ahead(world, weeks)
    assert ahead[:, 0].tolist() == [2.5, 1.5]
    assert ahead.shape == (2, HORIZON)
