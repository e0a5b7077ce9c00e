"""When a run is needed, and how much of it arrives good."""

from datetime import date, timedelta
from math import ceil

from app.sourcing.queries import Offered
from app.sourcing.terms import useful_units


def good_share(offered: Offered, quantity: int) -> float:
    """Return the share of the ordered units expected to arrive good.

    Set-up losses, the first units while the line settles, and yield.
    """
    return useful_units(offered.offer, quantity) * offered.yield_rate / quantity


def need_by(
    need_days: float,
    lead_days: int,
    respond_within_hours: int,
    origin: date,
    last_day: date | None,
) -> date:
    """Return the day a run is needed: when it starts to serve, never before it can be there.

    The factory's time to answer is granted on top of the lead time; the decision is made again
    every day, and what it costs shows there. Near the end of life less is granted: a run that
    comes after the style's last day is of no use.
    """
    days = max(int(need_days), lead_days + ceil(respond_within_hours / 24))
    if last_day is not None:
        days = max(lead_days, min(days, (last_day - origin).days))
    return origin + timedelta(days=days)
