"""Sharing out what is scarce, against trying everything."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from app.planning.lots import parts_of
from app.planning.rationing import fill_up, repair, share_out
from app.planning.scarcity import Choices, RunCurve, choices_of
from app.planning.shadow_prices import shadow_prices

CLOSE = 1e-4
"""What the solver's own tolerances may move a bound by, as a share."""


def curve(
    style: str,
    margins: list[float],
    *,
    offer: str = "small",
    least: int = 1,
    setup: float = 0.0,
    unit: float = 1.0,
    run: float = 0.0,
    of: str = "weeks",
) -> RunCurve:
    """Return runs from `least` units on, each further unit worth its margin."""
    values = np.cumsum(margins) - setup
    sizes = np.arange(1, len(margins) + 1)
    kept = sizes >= least
    return RunCurve(style, offer, sizes[kept], values[kept], {of: unit}, {of: run})


@st.composite
def problems(draw: st.DrawFn) -> tuple[list[RunCurve], dict[str, float]]:
    """Draw up to four styles with up to two offers, set-ups, packs, and up to three limits."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    names = [f"r{index}" for index in range(rng.integers(1, 4))]
    curves = []
    for style in range(rng.integers(1, 5)):
        for offer in range(rng.integers(1, 3)):
            pack, count = int(rng.choice([1, 1, 5])), int(rng.integers(1, 6))
            sizes = pack * (int(rng.integers(1, 6)) + np.arange(count))
            margins = np.sort(rng.uniform(0, 10, size=count))[::-1] * pack
            values = np.cumsum(margins) + 5 * float(sizes[0]) - rng.uniform(0, 30)
            unit = {name: float(rng.uniform(0, 2)) for name in names}
            run = {name: float(rng.choice([0, rng.uniform(0, 5)])) for name in names}
            curves.append(RunCurve(f"s{style}", f"o{offer}", sizes, values, unit, run))
    free = choices_of(curves, dict.fromkeys(names, 1e9))
    wanted = free.used(free.best(np.zeros(len(names))))
    limits = {
        name: float(used * rng.uniform(0.1, 1.2))
        for name, used in zip(free.resources, wanted, strict=True)
    }
    return curves, limits


def best_of_all(choices: Choices) -> float:
    """Return the best value by trying every choice of every style with every other."""
    ends = [*choices.starts[1:], choices.value.size]
    ranges = [range(start, end) for start, end in zip(choices.starts, ends, strict=True)]
    picks = np.array(list(product(*ranges)))
    used = choices.use[:, picks].sum(axis=2)
    fits = (used <= (choices.limits + choices.slack)[:, None]).all(axis=0)
    return float(choices.value[picks].sum(axis=1)[fits].max())


@examples(max_examples=60)
@given(problems())
def test_no_plan_is_worth_more_than_the_bound_and_every_plan_fits(
    problem: tuple[list[RunCurve], dict[str, float]],
) -> None:
    curves, limits = problem
    choices = choices_of(curves, limits)

    found = share_out(curves, limits)

    best = best_of_all(choices)
    assert found.value <= best * (1 + 1e-9) + 1e-9
    assert found.bound >= best * (1 - CLOSE)
    assert used_by(curves, found.shares, limits) == []


def used_by(curves: list[RunCurve], shares: object, limits: dict[str, float]) -> list[str]:
    """Return the names of what the shares take too much of."""
    taken = dict.fromkeys(limits, 0.0)
    for share in shares:  # type: ignore[attr-defined]  # a tuple of Share
        if share.offer is not None:
            mine = next(c for c in curves if (c.style, c.offer) == (share.style, share.offer))
            for name in limits:
                taken[name] += mine.run_use[name] + mine.unit_use[name] * share.quantity
    return [name for name, used in taken.items() if used > limits[name] + 1e-6]


@examples(max_examples=60)
@given(problems())
def test_the_search_never_makes_the_greedy_plan_worse(
    problem: tuple[list[RunCurve], dict[str, float]],
) -> None:
    greedy = share_out(*problem, node_limit=0)

    found = share_out(*problem)

    assert found.value >= greedy.value - 1e-9
    assert found.bound <= greedy.bound + 1e-9


@examples(max_examples=40)
@given(problems(), st.randoms(use_true_random=False))
def test_the_order_of_the_styles_changes_nothing(
    problem: tuple[list[RunCurve], dict[str, float]], random: object
) -> None:
    curves, limits = problem
    shuffled = list(curves)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # a Random

    found, again = share_out(curves, limits), share_out(shuffled, limits)

    assert (found.shares, found.prices, found.bound) == (again.shares, again.prices, again.bound)


@examples(max_examples=40)
@given(problems(), st.floats(1.0, 3.0))
def test_more_of_everything_is_never_worth_less_beyond_the_gap(
    problem: tuple[list[RunCurve], dict[str, float]], factor: float
) -> None:
    curves, limits = problem
    more = {name: left * factor for name, left in limits.items()}

    found, richer = share_out(curves, limits), share_out(curves, more)

    assert richer.bound >= found.value * (1 - CLOSE)
    assert richer.value >= found.value - (richer.bound - richer.value) - CLOSE * found.value


def test_what_does_not_bind_costs_nothing_and_changes_nobody() -> None:
    curves = [curve("a", [5, 4, 3]), curve("b", [6, 2])]

    found = share_out(curves, {"weeks": 5.0})

    assert [(share.style, share.quantity) for share in found.shares] == [("a", 3), ("b", 2)]
    assert (found.prices, found.changed, found.gap) == ({"weeks": 0.0}, frozenset(), 0.0)


def test_units_go_to_who_makes_the_most_of_them_at_the_value_of_the_next_one() -> None:
    curves = [curve("a", [5, 4, 3]), curve("b", [6, 2])]

    found = share_out(curves, {"weeks": 3.0})

    assert [(share.style, share.quantity) for share in found.shares] == [("a", 2), ("b", 1)]
    assert found.value == 15.0
    assert found.prices["weeks"] == pytest.approx(3.0)
    assert found.changed == {"a", "b"}


def test_a_set_up_is_paid_by_one_style_rather_than_by_two() -> None:
    curves = [curve("a", [5] * 6, setup=12), curve("b", [4.9] * 6, setup=12)]

    found = share_out(curves, {"weeks": 6.0})

    assert [(share.style, share.quantity) for share in found.shares] == [("a", 6), ("b", 0)]
    assert found.value == 18.0


def test_a_style_moves_to_the_offer_that_takes_less_of_what_is_scarce() -> None:
    curves = [curve("a", [5, 5]), curve("a", [4, 4], offer="other", unit=0.0)]

    found = share_out([*curves, curve("b", [9, 9])], {"weeks": 2.0})

    chosen = [(share.style, share.offer, share.quantity) for share in found.shares]
    assert chosen == [("a", "other", 2), ("b", "small", 2)]


def test_of_equal_offers_the_first_by_name_is_taken_in_whatever_order_they_come() -> None:
    curves = [curve("a", [5, 4], offer="right"), curve("a", [5, 4], offer="left")]

    found = [share_out(listed, {"weeks": 1.0}) for listed in (curves, curves[::-1])]

    assert [one.shares[0].offer for one in found] == ["left", "left"]


def test_a_minimum_that_no_longer_fits_leaves_its_share_to_others() -> None:
    curves = [curve("a", [9] * 5, least=5), curve("b", [1] * 4)]

    found = share_out(curves, {"weeks": 4.0})

    assert [(share.style, share.quantity) for share in found.shares] == [("a", 0), ("b", 4)]


def test_nothing_left_is_nothing_for_all() -> None:
    found = share_out([curve("a", [5, 4])], {"weeks": -1.0})

    assert (found.shares[0].offer, found.shares[0].quantity, found.value) == (None, 0, 0.0)


def test_without_styles_there_is_nothing_to_share() -> None:
    found = share_out([], {"weeks": 1.0})

    assert (found.shares, found.prices, found.gap) == ((), {"weeks": 0.0}, 0.0)


def test_styles_that_share_nothing_scarce_are_apart() -> None:
    curves = [curve("a", [5, 4]), curve("b", [5, 4]), curve("c", [5, 4], of="cloth")]

    parts = parts_of(choices_of(curves, {"weeks": 3.0, "cloth": 2.0}))

    assert [(styles.tolist(), is_short) for styles, is_short in parts] == [
        ([0, 1], True),
        ([2], False),
    ]


def test_what_is_given_back_are_the_least_valuable_packs() -> None:
    choices = choices_of([curve("a", [9, 5, 1]), curve("b", [8, 4, 2])], {"weeks": 4.0})

    kept = repair(choices, choices.best(np.zeros(1)))

    assert choices.size[kept].tolist() == [2, 2]


def test_what_is_left_goes_to_who_makes_the_most_of_it() -> None:
    choices = choices_of([curve("a", [9, 5, 1]), curve("b", [8, 4, 2])], {"weeks": 3.0})

    filled = fill_up(choices, choices.starts, np.zeros(1))

    assert choices.size[filled].tolist() == [2, 1]


def test_prices_prove_the_bound() -> None:
    choices = choices_of([curve("a", [9, 5, 1]), curve("b", [8, 4, 2])], {"weeks": 3.0})

    prices, bound = shadow_prices(choices)

    assert prices[0] == pytest.approx(4.0)
    assert bound == pytest.approx(22.0)


def test_a_curve_that_makes_no_sense_is_refused() -> None:
    falling = RunCurve("a", "small", np.array([2, 1]), np.array([1.0, 2.0]), {}, {})
    negative = RunCurve("a", "small", np.array([1]), np.array([1.0]), {"weeks": -1.0}, {})

    with pytest.raises(ValueError, match="sizes must ascend"):
        share_out([falling], {})
    with pytest.raises(ValueError, match="a use must not be negative"):
        share_out([negative], {"weeks": 1.0})
