"""What a style's decision depends on beside paths, position and offers: its past and its rules."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from math import ceil
from typing import Any, cast

import numpy as np

from app.catalog.queries import SkuRef
from app.catalog.tables import Style
from app.planning import FactoryRecord, Mode, PreviousPlan, Situation
from app.recommendations.plans import StandingPlan
from app.recommendations.records import Record
from app.refresh.gather import Gathered
from app.refresh.trials import trial_of
from app.refresh.validity import upcoming_days
from app.sourcing.queries import Offered

UNKNOWN = Record()


def with_background(
    asked: Situation,
    gathered: Gathered,
    style: Style,
    skus: Sequence[SkuRef],
    offers: Mapping[str, Offered],
    facts: Mapping[str, Any],
) -> Situation:
    """Return the situation with what stands, how it was made so far, its trial, and records.

    Args:
        asked: As paths, position and offers make it.
        gathered: What was read.
        style: Whose.
        skus: In the order of the situation.
        offers: By the key that the situation names them with.
        facts: What the style's forecast rests on.
    """
    standing = _standing(asked, gathered, style, skus, offers)
    past = gathered.past.get(style.id)
    return replace(
        asked,
        previous=standing[0] if standing else None,
        previous_beside=standing[1] if len(standing) > 1 else None,
        last_mode=None if past is None else cast("Mode", past.last_mode),
        trial=trial_of(
            style,
            committed(gathered, style),
            gathered.origin,
            facts=facts,
            period_days=asked.period_days,
            former=gathered.verdicts.get(style.id),
        ),
        records=_records(gathered, offers),
        upcoming_days=upcoming_days(gathered, style),
    )


def committed(gathered: Gathered, style: Style) -> Decimal:
    """Return the money that accepted and countered work of the style ties up."""
    past = gathered.past.get(style.id)
    accepted = Decimal(0) if past is None else past.total_cost
    return accepted + gathered.countered.get(style.id, Decimal(0))


def _standing(
    asked: Situation,
    gathered: Gathered,
    style: Style,
    skus: Sequence[SkuRef],
    offers: Mapping[str, Offered],
) -> list[PreviousPlan]:
    """Return what stands and can still be had, the one with the longest lead time first."""
    lead = {offer.code: offer.lead_time_days for offer in asked.offers}
    plans = [
        PreviousPlan(
            key,
            np.array([plan.units.get(ref.code, 0) for ref in skus], dtype=np.int64),
        )
        for plan in gathered.standing.get(style.id, ())
        if (key := _key_of(plan, offers)) is not None
    ]
    return sorted(plans, key=lambda plan: (-lead[plan.offer], plan.offer))


def _key_of(plan: StandingPlan, offers: Mapping[str, Offered]) -> str | None:
    """Return the way of its offer that a plan stands for, by the lead time, else the usual one."""
    ways = {
        key: one
        for key, one in offers.items()
        if (one.offer.factory_id, one.offer.code) == (plan.factory_id, plan.offer)
    }
    same = [key for key, one in ways.items() if ceil(one.lead_time_days) == plan.lead_time_days]
    keys = same or list(ways)
    return keys[-1] if keys else None


def _records(gathered: Gathered, offers: Mapping[str, Offered]) -> tuple[FactoryRecord, ...]:
    """Return the records of the factories that could make it: with one there is no choice."""
    factories = {one.factory: one.offer.factory_id for one in offers.values()}
    if len(factories) < 2:
        return ()
    return tuple(
        FactoryRecord(code, round(gathered.records.get(factory_id, UNKNOWN).delivers, 4))
        for code, factory_id in sorted(factories.items())
    )
