"""Stored offers as planning prices them."""

from collections import Counter
from collections.abc import Sequence
from typing import Literal, cast

from app.planning import Mode, OfferTerms
from app.sourcing.queries import Offered
from app.sourcing.tables import Offer

WITH_MATERIAL = ":with_material"
"""Ends the name of an offer that is had with the material at hand; no id holds a colon."""


def named(offers: Sequence[Offered]) -> dict[str, Offered]:
    """Return the offers under names that differ, in the order given.

    A name is the offer's code; where two factories use the same code, `factory/code`. The way
    that holds while the material is at hand has `:with_material` behind it. Names stay the same as
    long as the offers do, whatever their order.
    """
    uses = Counter(code for _, code in {(one.factory, one.offer.code) for one in offers})
    return {_name(one, alone=uses[one.offer.code] == 1): one for one in offers}


def _name(offered: Offered, *, alone: bool) -> str:
    code = offered.offer.code if alone else f"{offered.factory}/{offered.offer.code}"
    return code + WITH_MATERIAL if offered.has_material else code


def offer_named(name: str) -> str:
    """Return the offer's part of a name: the same for every way in which it can be had."""
    return name.removesuffix(WITH_MATERIAL)


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
        moq_run=max(offer.moq_run, offered.least_units),
        moq_colorway=offer.moq_colorway,
        moq_sku=offer.moq_sku,
        order_multiple=offer.order_multiple,
        max_quantity=offer.max_quantity,
        lead_time_days=offered.lead_time_days,
        lead_time_sd_days=offered.lead_time_sd_days,
        yield_rate=offered.yield_rate,
        yield_sd=offered.yield_sd,
        early_run_units=offer.early_run_units or 0,
        early_run_yield=early_run_yield(offer),
        capacity_per_week=offer.capacity_per_week,
        material_limit=offered.material_limit,
        material=offered.material,
        last_buy=offered.last_buy,
        last_release_days=offered.last_release_days,
        kept_units=offered.kept_units,
        kept_value=float(offered.kept_value),
    )


def early_run_yield(offer: Offer) -> float:
    """Return the yield of a run's first units as a share of the usual yield, in [0, 1]."""
    if offer.early_run_yield is None:
        return 1.0
    return offer.early_run_yield / offer.yield_rate


def useful_units(offer: Offer, quantity: int) -> float:
    """Return how many of the units ordered come out at the usual yield.

    Set-up losses are lost, and of the first units after them a part while the line settles.
    """
    made = max(quantity - offer.setup_loss_units, 0)
    settling = min(made, offer.early_run_units or 0)
    return made - settling * (1 - early_run_yield(offer))
