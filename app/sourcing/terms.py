"""Stored offers as planning prices them."""

from collections import Counter
from collections.abc import Sequence
from typing import Literal, cast

from app.planning import Mode, OfferTerms
from app.sourcing.queries import Offered


def named(offers: Sequence[Offered]) -> dict[str, Offered]:
    """Return the offers under names that differ, in the order given.

    A name is the offer's code; where two factories use the same code, `factory/code`. Names stay
    the same as long as the offers do, whatever their order.
    """
    uses = Counter(offered.offer.code for offered in offers)
    return {
        code if uses[code] == 1 else f"{offered.factory}/{code}": offered
        for offered, code in ((offered, offered.offer.code) for offered in offers)
    }


def terms_of(offered: Offered, *, name: str | None = None, has_tools: bool = False) -> OfferTerms:
    """Return the terms of an offer.

    Args:
        offered: The stored offer.
        name: What the plan calls it, as `named` says; its code by default.
        has_tools: The tools were paid for by an earlier run: tooling costs nothing any more.
    """
    offer = offered.offer
    return OfferTerms(
        code=name or offer.code,
        factory=offered.factory,
        mode=cast("Mode", offer.mode),
        made_to_order=offer.made_to_order,
        price_break_kind=cast("Literal['all_units', 'incremental']", offer.price_break_kind),
        price_breaks=tuple(
            (step["min_quantity"], float(step["unit_cost"])) for step in offer.price_breaks
        ),
        setup_cost=float(offer.setup_cost),
        colorway_setup_cost=float(offer.colorway_setup_cost),
        tooling_cost=0.0 if has_tools else float(offer.tooling_cost),
        freight_per_unit=float(offer.freight_per_unit),
        freight_per_run=float(offer.freight_per_run),
        setup_loss_units=offer.setup_loss_units,
        moq_run=offer.moq_run,
        moq_colorway=offer.moq_colorway,
        moq_sku=offer.moq_sku,
        order_multiple=offer.order_multiple,
        max_quantity=offer.max_quantity,
        lead_time_days=offer.lead_time_days_mean,
        lead_time_sd_days=offer.lead_time_days_sd,
        yield_rate=offer.yield_rate,
        capacity_per_week=offer.capacity_per_week,
    )
