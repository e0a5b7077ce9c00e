"""The material of factories: what is asked for of it, and whether there is enough to accept.

A factory's material is there for all its brands, what is reserved apart. What stands counts from
the moment it is recommended; an acceptance counts what was accepted before it, so that where the
factory has less than it had, who accepts first is served.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from math import ceil
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalog.tables import Style
from app.database.upsert import one_of
from app.errors import Conflict
from app.recommendations.kept import offer_code
from app.recommendations.plans import stands_besides
from app.recommendations.tables import Recommendation
from app.recommendations.turns import take_turns
from app.runs.start import AgreedTerms
from app.sourcing.availability import is_enough, per_unit, taken_by
from app.sourcing.material_queries import availabilities, reported_codes
from app.sourcing.queries import days_before_material
from app.sourcing.terms import WITH_MATERIAL

Promised = dict[tuple[int, str], dict[int, Decimal]]
"""What is asked for and not accepted: by factory and material, then by brand."""


def promised_material(
    session: Session, factory_ids: Sequence[int], *, besides: Sequence[int]
) -> Promised:
    """Return what standing recommendations of all brands take of these factories' materials.

    Drafts and open ones of the styles `besides` are left out: they are about to be replaced.
    """
    query = (
        select(
            Recommendation.factory_id,
            Recommendation.brand_id,
            Recommendation.quantity,
            Style.materials,
        )
        .join(Style, Style.id == Recommendation.style_id)
        .where(
            one_of(session, Recommendation.factory_id, factory_ids),
            stands_besides(session, besides),
        )
    )
    found: Promised = {}
    for factory, brand, units, materials in session.execute(query):
        for use in materials:
            mine = found.setdefault((factory, use["material"]), {})
            mine[brand] = mine.get(brand, Decimal(0)) + taken_by(units, per_unit(use))
    return found


def refuse_beyond_material(
    session: Session, agreed: AgreedTerms, asked: Recommendation, inputs: Mapping[str, Any]
) -> None:
    """Refuse a run that was just started where its factory lacks the material for it.

    What is lacking of a material that returns is bought, unless the run was asked for in the
    shorter lead time that holds with all of it at hand. Call it before the feed is written.

    Args:
        session: In the transaction that started the run.
        agreed: What the run is.
        asked: The recommendation it is of.
        inputs: What its decision was made from.

    Raises:
        Conflict: (`material_short`) if it does.
    """
    made_of = session.get_one(Style, agreed.style_id).materials
    codes = [use["material"] for use in made_of]
    if not codes or not reported_codes(session, agreed.factory_id, codes):
        return
    take_turns(session, None, [agreed.factory_id])
    known = availabilities(session, [agreed.factory_id], codes)[agreed.factory_id]
    is_at_hand = _is_at_hand(inputs, asked)
    day = agreed.due_date - timedelta(days=asked.lead_time_days)
    days = days_before_material(session, agreed.factory_id, agreed.offer)
    by = day if is_at_hand else day + timedelta(days=days)
    for code, one in sorted(known.items()):
        if one.material.returns and not is_at_hand:
            continue
        spare = one.spare({agreed.brand_id}, day=day, by=by)
        if one.season_is_over(by) or not is_enough(spare, of=one):
            raise Conflict(f"{code} no longer suffices for it", code="material_short")


def _is_at_hand(inputs: Mapping[str, Any], asked: Recommendation) -> bool:
    """Say whether it was asked for in the lead time that holds with the material at hand."""
    ways = [
        offer["code"].endswith(WITH_MATERIAL)
        for offer in inputs.get("situation", {}).get("offers", ())
        if (offer["factory"], offer_code(offer["code"])) == (asked.factory, asked.offer)
        and ceil(offer["lead_time_days"]) == asked.lead_time_days
    ]
    return bool(ways) and all(ways)
