"""What is kept of a situation reads back as it was, whatever fields it has."""

import json
from dataclasses import asdict, fields, is_dataclass
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from app.planning import OfferTerms, PreviousPlan, Situation
from app.planning.stored import situation_from_json, situation_to_json
from tests.planning.situations import offer, one_period, situation

NUMBERS = {
    int: st.integers(-(2**31), 2**31 - 1),
    float: st.floats(allow_nan=False),
    bool: st.booleans(),
    str: st.text(max_size=8),
}


def any_of(kind: Any) -> st.SearchStrategy[Any]:
    """Return a strategy for any declared type of a situation's fields."""
    origin = get_origin(kind)
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        return st.builds(kind, **{each.name: any_of(hints[each.name]) for each in fields(kind)})
    if origin is np.ndarray:
        dtype = np.dtype(get_args(get_args(kind)[1])[0])
        shape = arrays.array_shapes(min_dims=1, max_dims=2, min_side=0, max_side=3)
        element = NUMBERS[float] if dtype.kind == "f" else NUMBERS[int]
        return arrays.arrays(dtype, shape, elements=element)
    if origin in {Union, UnionType}:
        return st.one_of(*(any_of(one) for one in get_args(kind)))
    if origin is tuple and get_args(kind)[1:] == (...,):
        return st.lists(any_of(get_args(kind)[0]), max_size=2).map(tuple)
    if origin is tuple:
        return st.tuples(*(any_of(one) for one in get_args(kind)))
    if origin is Literal:
        return st.sampled_from(get_args(kind))
    return st.none() if kind is type(None) else NUMBERS[kind]


def same(one: Any, other: Any) -> bool:
    """Say whether two values are of one type and equal, arrays of one shape and element type."""
    if is_dataclass(one):
        return type(one) is type(other) and all(
            same(getattr(one, each.name), getattr(other, each.name)) for each in fields(one)
        )
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and np.array_equal(one, other)
    if isinstance(one, tuple):
        return len(one) == len(other) and all(map(same, one, other))
    return type(one) is type(other) and one == other


@given(any_of(Situation))
def test_what_is_kept_reads_back_as_it_was(asked: Situation) -> None:
    kept = json.loads(json.dumps(situation_to_json(asked), allow_nan=False))

    assert same(situation_from_json(kept, asked.demand), asked)


def test_what_was_kept_before_a_field_existed_reads_with_its_default() -> None:
    asked = situation(one_period([3, 5]), offer(yield_sd=0.1, lead_time_days=14.0))
    kept = situation_to_json(asked)
    del kept["previous"], kept["offers"][0]["yield_sd"], kept["economics"]["lost_sale_cost"]

    read = situation_from_json(kept, asked.demand)

    assert (read.previous, read.offers[0].yield_sd, read.economics.lost_sale_cost) == (None, 0, 0)
    assert read.offers[0].lead_time_days == 14.0


@pytest.mark.parametrize(
    ("where", "name"), [((), "weather"), (("economics",), "luck"), (("offers", 0), "charm")]
)
def test_a_field_that_is_none_any_more_is_refused(where: tuple[Any, ...], name: str) -> None:
    asked = situation(one_period([3, 5]), offer())
    kept = situation_to_json(asked)
    part: Any = kept
    for step in where:
        part = part[step]
    part[name] = 1

    with pytest.raises(ValueError, match=name):
        situation_from_json(kept, asked.demand)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("period_days", "week"),
        ("period_days", None),
        ("offers", 7),
        ("inbound", {"shape": [1, 1], "nonzero": [[4, 0, 2]]}),
        ("economics", {"salvage_value": 3.0}),
        ("economics", {"price": "cheap"}),
    ],
)
def test_what_does_not_fit_its_field_is_refused(name: str, value: Any) -> None:
    asked = situation(one_period([3, 5]), offer())

    with pytest.raises(ValueError, match="not a situation"):
        situation_from_json(situation_to_json(asked) | {name: value}, asked.demand)


def test_only_what_arrives_is_kept_of_the_inbound_units() -> None:
    inbound = np.zeros((2, 50), dtype=np.int64)
    inbound[1, 30] = 7
    asked = situation(
        np.zeros((2, 4, 50)), inbound=inbound, previous=PreviousPlan("small", np.array([1, 2]))
    )

    kept = situation_to_json(asked)

    assert kept["inbound"] == {"shape": [2, 50], "nonzero": [[1, 30, 7]]}
    assert kept["previous"] == {"offer": "small", "quantities": [1, 2]}
    assert "demand" not in kept


def test_an_offer_is_kept_by_the_names_of_its_fields() -> None:
    terms: OfferTerms = offer(price_breaks=((1, 14.0), (200, 12.1)))

    [kept] = situation_to_json(situation(one_period([1]), terms))["offers"]

    assert kept == asdict(terms) | {"price_breaks": [[1, 14.0], [200, 12.1]]}
