"""Look at the terms behind a draft once more before it is let out: they may have changed since."""

from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from app.errors import Conflict
from app.parties.refs import BrandRef
from app.planning.terms import least_run
from app.recommendations.kept import CENT, TICK
from app.recommendations.run_cost import cost_by
from app.recommendations.tables import Recommendation
from app.runs.tools import tooled_offers
from app.sourcing.queries import Offered, brand_open_to, offers_named
from app.sourcing.terms import terms_of
from app.web.wire import money_text


def refuse_changed_terms(
    session: Session, brand: BrandRef, row: Recommendation, *, day: date
) -> None:
    """Refuse to let out what its factory would no longer make on these terms, or at another price.

    The style is due again since the offer changed or lapsed: what replaces the draft is priced on
    the terms that hold by then. A run that became cheaper is not asked for at its old price, nor
    its price changed under a decision that can be replayed.

    Raises:
        Conflict: Its factory or its offer is gone, or lapsed (`offer_gone`); the same run costs
            more by now (`cost_rise`), costs less, takes longer or is no longer allowed
            (`terms_changed`).
    """
    offered = _valid(session, brand, row, day)
    if offered is None:
        raise Conflict(f"offer {row.offer} is no longer there for it", code="offer_gone")
    cost = cost_now(session, row, offered)
    # A total before units were charged exactly was units times a price rounded to four decimals.
    rounding = CENT + row.quantity * TICK / 2
    if abs(cost - row.total_cost) > rounding:
        now, then = money_text(cost), money_text(row.total_cost)
        said = f"by the offer as it is now it costs {now}, not {then}"
        raise Conflict(said, code="cost_rise" if cost > row.total_cost else "terms_changed")
    if offered.offer.updated_at > row.issued_at and not _allows(offered, row):
        raise Conflict(f"offer {row.offer} no longer allows it as it is", code="terms_changed")


def cost_now(session: Session, row: Recommendation, offered: Offered) -> Decimal:
    """Return what the run recommended costs by an offer as it is now."""
    has_tools = (row.style_id, row.factory_id, row.offer) in tooled_offers(session, [row.style_id])
    colorways = len({line["colorway"] for line in row.lines})
    return cost_by(terms_of(offered, has_tools=has_tools), row.quantity, colorways).total


def _valid(session: Session, brand: BrandRef, row: Recommendation, day: date) -> Offered | None:
    """Return the offer where the brand may still use it for the style on that day."""
    if brand_open_to(session, row.factory_id, row.brand) is None:
        return None
    for offered in offers_named(session, row.offer, brand_id=brand.id, factory_id=row.factory_id):
        offer = offered.offer
        begun = offer.valid_from is None or offer.valid_from <= day
        over = offer.valid_to is not None and offer.valid_to < day
        if offered.covers(row.style) and offer.currency == row.currency and begun and not over:
            return offered
    return None


def _allows(offered: Offered, row: Recommendation) -> bool:
    """Say whether the run is neither too small nor too large, and comes when it was to come."""
    offer = offered.offer
    days = [offer.lead_time_days_mean, offer.material_lead_time_days_mean]
    soonest = min(one for one in days if one is not None)
    most = row.quantity if offer.max_quantity is None else offer.max_quantity
    is_in_size = least_run(terms_of(offered)) <= row.quantity <= most
    return is_in_size and soonest <= row.lead_time_days
