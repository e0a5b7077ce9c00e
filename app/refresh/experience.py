"""Say where a decision trusts what a factory did more than what its offer says."""

from collections.abc import Iterable, Mapping

from app.planning import Reason
from app.sourcing.queries import Offered

MOST_NAMED = 3
"""Offers named in the reasons of a style; the scorecard has them all."""


def learned_reasons(offers: Mapping[str, Offered], chosen: str | None) -> list[Reason]:
    """Return how the offers' terms were corrected by earlier runs.

    Args:
        offers: By the key that the decision names them with.
        chosen: The one a run is asked of; None: of those that could be asked.
    """
    named: Iterable[str] = offers if chosen is None else [chosen]
    told = [one for key in named if (one := offers[key]).learned is not None]
    return [reason for one in told[:MOST_NAMED] for reason in _reasons(one)]


def _reasons(offered: Offered) -> list[Reason]:
    assert offered.learned is not None, "only asked of what was learned"
    values: dict[str, float | int | str] = {
        "offer": offered.offer.code,
        "factory": offered.factory,
        "runs": offered.learned.runs,
    }
    found = []
    if offered.lead_time_days != offered.stated_lead_time_days:
        days: dict[str, float | int | str] = {
            "days": offered.lead_time_days,
            "stated_days": offered.stated_lead_time_days,
        }
        days["sd_days"] = offered.lead_time_sd_days
        found.append(Reason("learned_lead_time", values | days))
    if offered.yield_rate != offered.offer.yield_rate:
        rates: dict[str, float | int | str] = {"yield_rate": offered.yield_rate}
        rates |= {"stated_rate": offered.offer.yield_rate, "yield_sd": offered.yield_sd}
        found.append(Reason("learned_yield", values | rates))
    return found
