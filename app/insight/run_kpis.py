"""Figures of runs and recommendations, which brand and factory both may see, and the brand's."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from app.clock.time import local_day
from app.demand.queries import first_sale_days
from app.insight.figures import spread
from app.insight.kpi import Kpi, mean, quotient, total
from app.insight.kpi_queries import (
    AcceptedRun,
    accepted_runs,
    first_accepted,
    issued,
    markets_reached,
)
from app.insight.made import made_runs
from app.insight.period import Asked

MIXED = "mixed"
"""The currency of figures over several: their money is not added up."""


def shared_kpis(session: Session, asked: Asked, runs: Sequence[AcceptedRun]) -> dict[str, Kpi]:
    """Return what a factory may see of its own work, and a brand as well."""
    currency = currency_of(runs, asked)
    costed = [] if currency == MIXED else runs
    units = sum(run.quantity for run in costed)
    whole = sum((run.total_cost for run in costed), start=Decimal(0))
    setups = sum((run.setup_cost for run in costed), start=Decimal(0))
    each = f"{currency}/unit"
    return {
        "unit_cost": quotient(each, whole, units, count=len(costed)),
        "setup_cost_per_unit": quotient(each, setups, units, count=len(costed)),
        **_made(session, asked),
        **_times(session, asked),
    }


def brand_kpis(session: Session, asked: Asked, runs: Sequence[AcceptedRun]) -> dict[str, Kpi]:
    """Return what its runs tell a brand alone: its margins, its sales, its alternatives."""
    assert asked.brand is not None, "a brand's own figures"
    currency = asked.brand.currency
    against = [
        (Decimal(str(penalty)), run.quantity)
        for run in runs
        if (penalty := run.economics.get("penalty_per_unit_vs_large")) is not None
    ]
    spared = [
        Decimal(str(avoided))
        for run in runs
        if (avoided := run.economics.get("investment_avoided")) is not None
    ]
    penalties = sum((penalty * units for penalty, units in against), start=Decimal(0))
    compared = sum(units for _, units in against)
    return {
        "unit_cost_vs_large_batch": quotient(
            f"{currency}/unit", penalties, compared, count=len(against)
        ),
        "investment_avoided": total(currency, sum(spared, start=Decimal(0)), count=len(spared)),
        **_adjusted(session, asked, runs),
        "time_to_market_days": mean("days", spread(markets_reached(session, asked))),
    }


def currency_of(runs: Sequence[AcceptedRun], asked: Asked) -> str:
    """Return the currency that the runs are paid in, or that they are of several."""
    found = sorted({run.currency for run in runs})
    if asked.brand is not None:
        return asked.brand.currency
    return found[0] if len(found) == 1 else MIXED


def runs_of(session: Session, asked: Asked) -> list[AcceptedRun]:
    """Return the runs accepted in the period; those in another currency are not the brand's own."""
    runs = accepted_runs(session, asked)
    if asked.brand is None:
        return runs
    return [run for run in runs if run.currency == asked.brand.currency]


def _made(session: Session, asked: Asked) -> dict[str, Kpi]:
    """Return the figures of the runs accepted in the period that are done by now."""
    made = made_runs(
        session,
        brand_id=asked.brand.id if asked.brand else None,
        factory_id=asked.factory.id if asked.factory else None,
        since=asked.since,
        until=asked.until,
        known_at=asked.at,
    )
    ordered = sum(one.ordered_units for one in made)
    received = sum(one.received_units for one in made)
    rejected = sum(one.rejected_units for one in made)
    complained = sum(one.complained_units for one in made)
    in_time = sum(one.is_in_time for one in made)
    return {
        "lead_time_days": mean("days", spread([one.elapsed_days for one in made])),
        "kept_dates": quotient("share", in_time, len(made), count=len(made)),
        "reject_rate": quotient("share", rejected, ordered, count=len(made)),
        "complaint_rate": quotient("share", complained, received, count=len(made)),
    }


def _times(session: Session, asked: Asked) -> dict[str, Kpi]:
    """Return how soon recommendations follow signals and answers follow both, in hours."""
    told = issued(session, asked)
    replaced = sum(one.is_superseded for one in told)
    to_issue = [hours(one.signal_at, one.issued_at) for one in told if one.signal_at]
    to_answer = [
        hours(one.signal_at, one.answered_at) for one in told if one.signal_at and one.answered_at
    ]
    return {
        "signal_to_recommendation_hours": mean("hours", spread(to_issue)),
        "signal_to_answer_hours": mean("hours", spread(to_answer)),
        "superseded_share": quotient("share", replaced, len(told), count=len(told)),
    }


def hours(begun: datetime, ended: datetime) -> float:
    """Return the hours between two instants."""
    return (ended - begun).total_seconds() / 3600


def _adjusted(session: Session, asked: Asked, runs: Sequence[AcceptedRun]) -> dict[str, Kpi]:
    """Return how much was committed after demand had been seen, and how much later.

    One large run commits everything when the first is accepted.
    """
    styles = sorted({run.style_id for run in runs})
    sold = first_sale_days(session, styles, before=local_day(asked.at, asked.timezone))
    first = first_accepted(session, asked)
    units = sum(run.quantity for run in runs)
    after = sum(
        run.quantity
        for run in runs
        if run.style_id in sold and local_day(run.accepted_at, asked.timezone) >= sold[run.style_id]
    )
    later = sum(run.quantity * hours(first[run.style_id], run.accepted_at) / 24 for run in runs)
    return {
        "adjustability": quotient("share", after, units, count=len(runs)),
        "commitment_delay_days": quotient("days", later, units, count=len(runs)),
    }
