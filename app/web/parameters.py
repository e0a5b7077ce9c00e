"""Which parameters an address may carry: what a route does not know would be ignored in silence.

A filter that is misspelt, or given twice, would answer with something else than was asked for.
"""

from collections import Counter
from collections.abc import Mapping
from typing import get_origin

from fastapi import Request
from fastapi.dependencies.models import Dependant

from app.errors import Malformed
from app.web.fields import sayable

MANY = (list, set, tuple, frozenset)

ACTING_FOR = frozenset({"brand", "factory"})
"""Whom an ops key acts for it may name at every address, also where an id says all; where the path
names another, the two contradict each other."""


def known_parameters(dependant: Dependant) -> dict[str, bool]:
    """Return the query parameters of a route and its dependencies: may each be repeated?"""
    known = {
        one.alias: get_origin(one.field_info.annotation) in MANY for one in dependant.query_params
    }
    for inner in dependant.dependencies:
        known |= known_parameters(inner)
    return known


def refuse_other_parameters(request: Request, known: Mapping[str, bool]) -> None:
    """Refuse what a route does not know; to name what the path names already is no harm.

    Raises:
        Malformed: `unknown_parameter` or `repeated_parameter`, naming it.
    """
    if not request.scope["query_string"]:
        return
    given = request.query_params.multi_items()
    for name, value in given:
        is_known = name in known or name in ACTING_FOR - request.path_params.keys()
        if not is_known and request.path_params.get(name) != value:
            detail = f"the parameter {sayable(name)} is not one of this address"
            raise Malformed(detail, code="unknown_parameter")
    for name, times in Counter(name for name, _ in given).items():
        if times > 1 and not known.get(name, False):
            detail = f"the parameter {sayable(name)} is given more than once"
            raise Malformed(detail, code="repeated_parameter")
