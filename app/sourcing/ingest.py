"""Take an offer in: new, or in place of what was offered before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from app.catalog.queries import active_style_ids
from app.catalog.signals import styles_changed
from app.database.upsert import upsert
from app.errors import FieldError, Invalid, NotFound
from app.sourcing.queries import brand_open_to, locked_offer
from app.sourcing.tables import Offer

NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferDraft:
    """An offer as a factory describes it.

    Attributes:
        brand: The code of the brand it is made to.
        styles: Codes of the brand's styles, which may not exist yet; None: all of them.
        price_breaks: (min_quantity, unit_cost), ascending.
        setup_loss_units: Units of each run that are paid for and lost in setting up.
        early_run_units: First units of each run, after those, of which only the share
            `early_run_yield` comes out good.
        material_lead_time_days_mean: The lead time while the material is at hand, and
            `material_lead_time_days_sd`; None: no other than without it.
        valid_from: The first brand-local day it may be used on; `valid_to` is the last.
    """

    code: str
    brand: str
    mode: str
    currency: str
    price_breaks: tuple[tuple[int, Decimal], ...]
    lead_time_days_mean: float
    lead_time_days_sd: float = 0.0
    material_lead_time_days_mean: float | None = None
    material_lead_time_days_sd: float | None = None
    styles: Sequence[str] | None = None
    made_to_order: bool = False
    price_break_kind: str = "all_units"
    setup_cost: Decimal = NOTHING
    colorway_setup_cost: Decimal = NOTHING
    setup_hours: float = 0.0
    setup_loss_units: int = 0
    tooling_cost: Decimal = NOTHING
    freight_per_unit: Decimal = NOTHING
    freight_per_run: Decimal = NOTHING
    moq_run: int = 0
    moq_colorway: int = 0
    moq_sku: int = 0
    order_multiple: int = 1
    max_quantity: int | None = None
    yield_rate: float = 1.0
    yield_sd: float | None = None
    early_run_units: int | None = None
    early_run_yield: float | None = None
    capacity_per_week: int | None = None
    valid_from: date | None = None
    valid_to: date | None = None


def put_offer(session: Session, factory_id: int, draft: OfferDraft, *, at: datetime) -> bool:
    """Store an offer in place of what it said before; say whether it is new.

    The styles it is for and those it was for become due; where its terms change, nothing that was
    decided on the former ones is published any more.

    Raises:
        NotFound: If there is no such brand, or it does not list this factory.
        Invalid: If its currency is not the brand's.
    """
    brand = brand_open_to(session, factory_id, draft.brand)
    if brand is None:
        raise NotFound("there is no such brand")
    if draft.currency != brand.currency:
        said = f"the brand's currency is {brand.currency}"
        field = FieldError("/currency", "currency_mismatch", said)
        raise Invalid(said, code="currency_mismatch", errors=[field])
    before = locked_offer(session, factory_id, draft.code)
    row = row_of(factory_id, brand.id, draft, at)
    changes = before is not None and _says_otherwise(before, row)
    touched = {brand.id: set(active_style_ids(session, brand.id, draft.styles))}
    if before is not None:
        were = active_style_ids(session, before.brand_id, before.styles)
        touched.setdefault(before.brand_id, set()).update(were)
    upsert(session, Offer, [row], key=("factory_id", "code"))
    for brand_id in sorted(touched):
        styles_changed(session, brand_id, touched[brand_id], at=at, supply=changes)
    return before is None


_COLUMNS = [
    column.name for column in fields(OfferDraft) if column.name not in {"brand", "price_breaks"}
]


def _says_otherwise(before: Offer, row: Mapping[str, Any]) -> bool:
    """Say whether anything but the time it was put differs from what an offer said before."""
    return any(getattr(before, name) != row[name] for name in row if name != "updated_at")


def row_of(factory_id: int, brand_id: int, draft: OfferDraft, at: datetime) -> dict[str, Any]:
    """Return an offer's columns but its id."""
    return {
        **{name: getattr(draft, name) for name in _COLUMNS},
        "factory_id": factory_id,
        "brand_id": brand_id,
        "price_breaks": [
            {"min_quantity": least, "unit_cost": f"{cost:f}"} for least, cost in draft.price_breaks
        ],
        "updated_at": at,
    }
