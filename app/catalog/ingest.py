"""Take styles in: new or replaced whole, one at a time or a thousand in a few statements."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.catalog.queries import (
    SkuRef,
    locked_currency,
    locked_style_ids,
    skus_by_code,
    skus_of_styles,
    style_ids_by_code,
)
from app.catalog.signals import styles_changed
from app.catalog.tables import Sku, Style
from app.database.upsert import one_of, upsert
from app.errors import Conflict, FieldError, Invalid

NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class SkuDraft:
    """A SKU as a brand describes it."""

    code: str
    colorway: str = ""
    size: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StyleDraft:
    """A style as a brand describes it; its SKUs have distinct codes."""

    code: str
    name: str
    currency: str
    price: Decimal
    skus: tuple[SkuDraft, ...]
    category: str | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)
    planning: str = "active"
    test: Mapping[str, Any] | None = None
    launch_date: date | None = None
    end_of_life_date: date | None = None
    successor: str | None = None
    like: Sequence[str] = ()
    materials: Sequence[Mapping[str, Any]] = ()
    salvage_value: Decimal = NOTHING
    holding_cost_per_unit_week: Decimal = NOTHING
    lost_sale_cost: Decimal = NOTHING
    backorder_share: float = 0.0
    return_rate: float | None = None
    resalable_share: float = 1.0


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a valid style cannot be taken; `pointer` is relative to the style."""

    code: str
    message: str
    pointer: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one style of a batch: it was new, it was replaced, or it was refused."""

    created: bool
    refusal: Refusal | None = None


def put_style(session: Session, brand_id: int, draft: StyleDraft, *, at: datetime) -> bool:
    """Store one style in place of what was known of it; say whether it is new.

    Raises:
        Invalid: If its currency is not the brand's.
        Conflict: If one of its SKUs belongs to another style.
    """
    [taken] = put_styles(session, brand_id, [draft], at=at)
    refusal = taken.refusal
    if refusal is not None:
        error = Conflict if refusal.code == "sku_taken" else Invalid
        named = FieldError(refusal.pointer, refusal.code, refusal.message)
        raise error(refusal.message, code=refusal.code, errors=[named])
    return taken.created


def put_styles(
    session: Session, brand_id: int, drafts: Sequence[StyleDraft], *, at: datetime
) -> list[Taken]:
    """Store the styles that can be taken and mark them due; say what became of each.

    A style replaces what was known of it: SKUs left out become inactive and keep their past. Of
    drafts that contradict each other the first one counts.
    """
    currency = locked_currency(session, brand_id)
    known = locked_style_ids(session, brand_id, [draft.code for draft in drafts])
    refusals = _refusals(session, brand_id, drafts, currency, known)
    taken = [draft for draft, refusal in zip(drafts, refusals, strict=True) if refusal is None]
    _store(session, brand_id, taken, known, at)
    return [
        Taken(refusal is None and draft.code not in known, refusal)
        for draft, refusal in zip(drafts, refusals, strict=True)
    ]


def _refusals(
    session: Session,
    brand_id: int,
    drafts: Sequence[StyleDraft],
    currency: str,
    known: Mapping[str, int],
) -> list[Refusal | None]:
    codes = [sku.code for draft in drafts for sku in draft.skus]
    stored = skus_by_code(session, brand_id, codes)
    names = {style_id: code for code, style_id in known.items()}
    # A stored SKU of a style that is not in the batch has an owner no draft can be.
    owners: dict[str, str | None] = {code: names.get(sku.style_id) for code, sku in stored.items()}
    seen: set[str] = set()
    refusals: list[Refusal | None] = []
    for draft in drafts:
        refusal = _refusal(draft, currency, owners, repeated=draft.code in seen)
        seen.add(draft.code)
        if refusal is None:
            owners.update((sku.code, draft.code) for sku in draft.skus)
        refusals.append(refusal)
    return refusals


def _refusal(
    draft: StyleDraft, currency: str, owners: Mapping[str, str | None], *, repeated: bool
) -> Refusal | None:
    if repeated:
        return Refusal("style_repeated", "the same style stands earlier in the body", "/style")
    if draft.currency != currency:
        return Refusal("currency_mismatch", f"the brand's currency is {currency}", "/currency")
    if draft.code == draft.successor:
        return Refusal("names_itself", "a style cannot be its own successor", "/successor")
    if draft.code in draft.like:
        return Refusal("names_itself", "a style cannot be like itself", "/like")
    for position, sku in enumerate(draft.skus):
        if owners.get(sku.code, draft.code) != draft.code:
            pointer = f"/skus/{position}/sku"
            return Refusal("sku_taken", f"SKU {position} belongs to another style", pointer)
    return None


def _store(
    session: Session,
    brand_id: int,
    drafts: Sequence[StyleDraft],
    known: Mapping[str, int],
    at: datetime,
) -> None:
    replaced = [known[draft.code] for draft in drafts if draft.code in known]
    before = skus_of_styles(session, replaced)
    grown = [sku.code for draft in drafts if draft.code in known for sku in draft.skus]
    added = sorted(set(grown) - skus_by_code(session, brand_id, grown).keys())
    rows = [_style_row(brand_id, draft, at) for draft in drafts]
    upsert(session, Style, rows, key=("brand_id", "code"))
    ids = style_ids_by_code(session, brand_id, [draft.code for draft in drafts])
    _leave_out(session, before, {sku.code for draft in drafts for sku in draft.skus})
    skus = [row for draft in drafts for row in _sku_rows(brand_id, ids[draft.code], draft)]
    upsert(session, Sku, skus, key=("brand_id", "code"))
    if added:
        mine = (Sku.brand_id == brand_id, one_of(session, Sku.code, added))
        session.execute(update(Sku).where(*mine).values(added_at=at))
    styles_changed(session, brand_id, ids.values(), at=at)


def _leave_out(session: Session, before: Iterable[SkuRef], kept: set[str]) -> None:
    left_out = [sku.id for sku in before if sku.code not in kept]
    if left_out:
        session.execute(update(Sku).where(one_of(session, Sku.id, left_out)).values(active=False))


_COLUMNS = [column.name for column in fields(StyleDraft) if column.name != "skus"]


def _style_row(brand_id: int, draft: StyleDraft, at: datetime) -> dict[str, Any]:
    columns = {name: getattr(draft, name) for name in _COLUMNS}
    return {"brand_id": brand_id, **columns, "updated_at": at}


def _sku_rows(brand_id: int, style_id: int, draft: StyleDraft) -> Iterable[dict[str, Any]]:
    for position, sku in enumerate(draft.skus):
        yield {
            "brand_id": brand_id,
            "style_id": style_id,
            "code": sku.code,
            "colorway": sku.colorway,
            "size": sku.size,
            "position": position,
            "active": True,
        }
