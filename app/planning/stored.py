"""A situation as JSON types, without its paths, and back: what is kept of a decision's inputs.

Both ways follow the fields that `model.py` declares, so that a new field needs no edit here. What
was kept before a field existed reads with the field's default; what is no field any more is
refused, since a decision without it would be another one.
"""

import math
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from types import UnionType
from typing import Any, Literal, Union, cast, get_args, get_origin, get_type_hints

import numpy as np

from app.planning.model import Integers, Situation

DRAWN = "demand"
"""The field that is not kept: a seed and a forecast draw it again."""

EXACT_BELOW = 2.0**53
"""Databases write a float of this size and more as a whole number with other digits: such ones,
and infinite ones, are kept as text."""

SCALARS = frozenset({str, int, bool, type(None)})
"""Most values, told apart by their type alone: a third of the time."""


def situation_to_json(situation: Situation) -> dict[str, Any]:
    """Return everything of a situation but its paths, as JSON types."""
    return _fields_out(situation, but=DRAWN)


def situation_from_json(stored: Mapping[str, Any], demand: Integers) -> Situation:
    """Return the situation that `situation_to_json` made `stored` of.

    Args:
        stored: As kept, by this version or an earlier one.
        demand: The paths, drawn again, shape (skus, paths, periods).

    Raises:
        ValueError: If it does not fit: an unknown or missing field, or another type.
    """
    try:
        return cast("Situation", _fields_in(Situation, stored, {DRAWN: demand}))
    except (LookupError, TypeError, AttributeError, ValueError) as error:
        raise ValueError(f"not a situation: {error}") from error


def _fields_out(value: Any, but: str = "") -> dict[str, Any]:
    names = [each.name for each in fields(value) if each.name != but]
    return {name: _out(getattr(value, name)) for name in names}


def _out(value: Any) -> Any:
    """Return a value as JSON types."""
    if type(value) in SCALARS:
        return value
    if type(value) is float:
        return value if abs(value) < EXACT_BELOW else repr(value)
    if is_dataclass(value):
        return _fields_out(value)
    if isinstance(value, np.ndarray):
        return _array_out(value)
    if isinstance(value, np.generic):
        return _out(value.item())
    if isinstance(value, Mapping):
        return {str(key): _out(one) for key, one in value.items()}
    if isinstance(value, tuple | list):
        return [_out(one) for one in value]
    return value


def _array_out(array: Any) -> Any:
    """Return a list; of more dimensions the shape and what is not 0, for they are mostly 0."""
    if array.ndim <= 1:
        return _out(array.tolist())
    places = [[int(index) for index in place] for place in np.argwhere(array)]
    return {
        "shape": list(array.shape),
        "nonzero": [[*place, _out(array[tuple(place)].item())] for place in places],
    }


@cache
def _hints(kind: type) -> Mapping[str, Any]:
    return get_type_hints(kind)


def _fields_in(kind: type, stored: Mapping[str, Any], given: Mapping[str, Any]) -> object:
    """Return a dataclass from its stored fields; what is not stored has its default."""
    known = _hints(kind)
    strange = sorted(stored.keys() - known.keys())
    if strange:
        raise ValueError(f"{kind.__name__} has no {strange[0]}")
    return kind(**{name: _in(known[name], value) for name, value in stored.items()}, **given)


def _in(kind: Any, stored: Any) -> Any:
    """Return a stored value as the declared type."""
    origin = get_origin(kind)
    if is_dataclass(kind):
        return _fields_in(cast("type", kind), stored, {})
    if origin is np.ndarray:
        return _array_in(get_args(get_args(kind)[1])[0], stored)
    if origin in {Union, UnionType}:
        [kind] = [one for one in get_args(kind) if one is not type(None)]
        return None if stored is None else _in(kind, stored)
    if origin is tuple:
        return _tuple_in(get_args(kind), stored)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        key, value = get_args(kind)
        return {_in(key, name): _in(value, one) for name, one in stored.items()}
    if origin is Literal:
        return _one_of(get_args(kind), stored)
    return _plain_in(kind, stored)


def _plain_in(kind: Any, stored: Any) -> Any:
    if kind is float and not isinstance(stored, bool):
        number = float(stored)
        if math.isnan(number):
            raise ValueError("not a number")
        return number
    if kind is int and isinstance(stored, str):
        return int(stored)
    if type(stored) is not kind:
        raise ValueError(f"{stored!r} is no {kind.__name__}")
    return stored


def _one_of(values: tuple[Any, ...], stored: Any) -> Any:
    if stored not in values:
        raise ValueError(f"{stored!r} is none of {values}")
    return stored


def _tuple_in(kinds: tuple[Any, ...], stored: Any) -> tuple[Any, ...]:
    if len(kinds) == 2 and kinds[1] is Ellipsis:
        return tuple(_in(kinds[0], one) for one in stored)
    return tuple(_in(kind, one) for kind, one in zip(kinds, stored, strict=True))


def _array_in(dtype: Any, stored: Any) -> Any:
    number = float if np.issubdtype(dtype, np.floating) else int
    if isinstance(stored, list):
        return np.array([number(one) for one in stored], dtype=dtype)
    array = np.zeros(tuple(stored["shape"]), dtype=dtype)
    for *place, value in stored["nonzero"]:
        array[tuple(place)] = number(value)
    return array
