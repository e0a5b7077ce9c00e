"""Offers that a style will have, or had: no run is made by them today, but they count."""

from collections.abc import Sequence

from app.catalog.tables import Style
from app.planning import Reason
from app.refresh.gather import Gathered
from app.sourcing.queries import Offered

MOST_NAMED = 3
"""Offers said: a brand may have a hundred from seasons long past."""


def upcoming_days(gathered: Gathered, style: Style) -> float | None:
    """Return the days until a run by an offer that waits for its day could arrive; None: none does.

    Those not valid yet, and those that rest because somebody said no.
    """
    days = [
        (one.offer.valid_from - gathered.origin).days + one.lead_time_days
        for one in _coming(gathered, style)
        if one.offer.valid_from is not None
    ]
    rests = {(one.factory, one.offer): one.until for one in gathered.declined.get(style.id, ())}
    days += [
        (rests[one.factory, one.offer.code] - gathered.origin).days + one.lead_time_days
        for one in gathered.offers[style.code]
        if (one.factory, one.offer.code) in rests
    ]
    return min(days, default=None)


def validity_reasons(gathered: Gathered, style: Style, action: str) -> list[Reason]:
    """Return, where nothing is made, which offers come, and where none is left, which expired."""
    if action == "run":
        return []
    coming = _coming(gathered, style)
    reasons = [
        Reason("offer_not_yet_valid", _named(one, "valid_from", str(one.offer.valid_from)))
        for one in sorted(coming, key=lambda one: str(one.offer.valid_from))
    ]
    if not reasons and not gathered.offers[style.code]:
        past = [one for one in gathered.outside if one.covers(style.code)]
        reasons = [
            Reason("offer_expired", _named(one, "valid_to", str(one.offer.valid_to)))
            for one in sorted(past, key=lambda one: str(one.offer.valid_to), reverse=True)
        ]
    return reasons[:MOST_NAMED]


def _coming(gathered: Gathered, style: Style) -> Sequence[Offered]:
    return [
        one
        for one in gathered.outside
        if one.covers(style.code)
        and one.offer.valid_from is not None
        and one.offer.valid_from > gathered.origin
    ]


def _named(one: Offered, name: str, day: str) -> dict[str, float | int | str]:
    return {"offer": one.offer.code, "factory": one.factory, name: day}
