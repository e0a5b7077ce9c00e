"""Files of the catalog: a row a SKU, with its style."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from app.catalog.ingest import SkuDraft, StyleDraft, put_styles
from app.imports.catalog import STYLES_AT_ONCE, stored_drafts
from app.imports.kinds import values
from app.imports.kinds.dates import read_time
from app.imports.kinds.keys import fitted
from app.imports.kinds.kind import Columns, Item, Portion, begun
from app.imports.kinds.values import Column, Style, Wrong, text
from app.imports.rows import RowError
from app.imports.sources.source import Batch
from app.parties.refs import BrandRef
from app.web.wire import money_text

STYLE_VALUES = (
    "name", "category", "price", "salvage_value", "launch_date", "end_of_life_date",
)  # fmt: skip


@dataclass(frozen=True)
class CatalogRow:
    """A SKU, and what the file says of its style."""

    style: str
    sku: SkuDraft
    values: Mapping[str, Any]


class Catalog:
    """Reads rows into SKUs of styles; of a style's values the first row that has one counts.

    What the file does not say stays as it is, and so do SKUs that it does not mention.
    """

    refusals: Mapping[str, tuple[str, str]] = {
        "sku_taken": ("sku", "a SKU of the style belongs to another style"),
        "no_price": ("price", "is empty, and the style is not known yet"),
        "end_before_launch": ("end_of_life_date", "must lie after the launch date"),
        "names_itself": ("style", "the style is its own successor or like itself"),
    }

    def __init__(self, headings: Mapping[str, str], style: Style) -> None:
        day = values.day(style, read_time)
        self._headings = headings
        self._first: dict[str, dict[str, Any]] = {}
        self._owners: dict[str, str] = {}
        self._columns = Columns(
            headings,
            {
                "sku": Column(text(100), required=True),
                "style": Column(_code, required=True),
                "colorway": Column(text(100)),
                "size": Column(text(100)),
                "name": Column(text(200)),
                "category": Column(text(100)),
                "price": Column(values.money(style)),
                "salvage_value": Column(values.money(style)),
                "launch_date": Column(day),
                "end_of_life_date": Column(day),
            },
        )

    def portion(self, batch: Batch) -> Portion[CatalogRow]:
        """Read some rows."""
        portion: Portion[CatalogRow] = begun(batch)
        good, read = self._columns.read(batch, portion)
        for at in good:
            style, sku = read["style"][at], read["sku"][at]
            if self._owners.setdefault(sku, style) != style:
                said = "an earlier row names another style for this SKU"
                heading = self._headings["style"]
                portion.errors.append(RowError(batch.numbers[at], heading, "sku_differs", said))
                continue
            told = self._first.setdefault(style, {})
            for name in STYLE_VALUES:
                if name in read and read[name][at] is not None:
                    told.setdefault(name, read[name][at])
            colorway, size = (
                read[name][at] if name in read else None for name in ("colorway", "size")
            )
            draft = SkuDraft(sku, colorway or "", size or "")
            portion.items.append(Item(batch.numbers[at], CatalogRow(style, draft, told)))
        return portion

    def store(
        self, session: Session, brand: BrandRef, items: Sequence[Item[CatalogRow]], *, at: datetime
    ) -> Sequence[str]:
        """Store the styles that are new or changed, with all their rows."""
        rows: dict[str, list[CatalogRow]] = {}
        for item in items:
            rows.setdefault(item.what.style, []).append(item.what)
        said: dict[str, str] = {}
        codes = sorted(rows)
        for start in range(0, len(codes), STYLES_AT_ONCE):
            some = codes[start : start + STYLES_AT_ONCE]
            known = stored_drafts(session, brand.id, some)
            drafts = []
            for code in some:
                draft = _draft(code, rows[code], known.get(code), brand.currency)
                if isinstance(draft, str):
                    said[code] = draft
                elif draft == known.get(code):
                    said[code] = "duplicate"
                else:
                    drafts.append(draft)
            taken = put_styles(session, brand.id, drafts, at=at)
            for draft, one in zip(drafts, taken, strict=True):
                said[draft.code] = one.refusal.code if one.refusal else "accepted"
        return [said[item.what.style] for item in items]

    def shown(self, what: CatalogRow) -> dict[str, Any]:
        """Return a SKU and its style as `POST /v1/catalog` has them."""
        told = {name: _plain(value) for name, value in what.values.items()}
        sku = {"sku": what.sku.code, "colorway": what.sku.colorway, "size": what.sku.size}
        return {"style": what.style, **sku, **told}


def _draft(
    code: str, rows: Sequence[CatalogRow], known: StyleDraft | None, currency: str
) -> StyleDraft | str:
    """Return the style as the rows have it, or why it cannot be."""
    told = dict(rows[0].values)
    price = told.get("price", known.price if known else None)
    if price is None:
        return "no_price"
    before = known or StyleDraft(code=code, name=code, currency=currency, price=price, skus=())
    listed = {sku.code: sku for sku in before.skus} | {row.sku.code: row.sku for row in rows}
    draft = replace(before, **told, skus=tuple(listed.values()))
    launch, end = draft.launch_date, draft.end_of_life_date
    if launch is not None and end is not None and end <= launch:
        return "end_before_launch"
    return draft


def _code(value: Any) -> Any:
    said = text(200)(value)
    return said if type(said) is Wrong else fitted(said)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return money_text(value)
    return value.isoformat() if isinstance(value, date) else value
