"""Make styles and SKUs of what a file tells; what a brand decided by hand stays."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from datetime import datetime

from sqlalchemy.orm import Session

from app.catalog.ingest import SkuDraft, StyleDraft, put_styles
from app.catalog.queries import SkuRef, skus_of_styles, styles_by_code
from app.catalog.tables import Style
from app.errors import SetupError
from app.imports.economics import StyleDefaults, style_economics
from app.imports.survey import StyleSeen
from app.parties.refs import BrandRef
from app.web.wire import UNPRINTABLE

STYLES_AT_ONCE = 1000
LONGEST_NAME = 200

_UNPRINTABLE = re.compile(f"[{UNPRINTABLE}\\ud800-\\udfff]")


def put_catalog(
    session: Session,
    brand: BrandRef,
    seen: Mapping[str, StyleSeen],
    economics: StyleDefaults,
    *,
    at: datetime,
) -> int:
    """Store the styles that are new or changed, and say how many those were.

    Price and economics of a style follow the file and the defaults, and so does its name where
    the file has names. Its other properties are left alone, and so are SKUs that the file does
    not mention. A new style without a price, of the file or the defaults, is not made.

    Raises:
        SetupError: If a SKU of the file belongs to another style.
    """
    codes = sorted(seen)
    written = 0
    for start in range(0, len(codes), STYLES_AT_ONCE):
        some = codes[start : start + STYLES_AT_ONCE]
        known = stored_drafts(session, brand.id, some)
        drafts = []
        for code in some:
            draft = _draft(code, seen[code], known.get(code), brand.currency, economics)
            if draft is not None and draft != known.get(code):
                drafts.append(draft)
        for draft, taken in zip(drafts, put_styles(session, brand.id, drafts, at=at), strict=True):
            if taken.refusal is not None:
                raise SetupError(f"style {draft.code}: {taken.refusal.message}")
        written += len(drafts)
    return written


def clean_name(raw: str) -> str:
    """Return a text fit for a name: unprintable characters are spaces, runs of them one."""
    return " ".join(_UNPRINTABLE.sub(" ", raw).split())[:LONGEST_NAME].strip()


def stored_drafts(session: Session, brand_id: int, codes: list[str]) -> dict[str, StyleDraft]:
    """Return what is known of the styles, as it would be described again."""
    styles = styles_by_code(session, brand_id, codes)
    skus: dict[int, list[SkuRef]] = {}
    for sku in skus_of_styles(session, [style.id for style in styles.values()]):
        skus.setdefault(sku.style_id, []).append(sku)
    return {code: _as_draft(style, skus.get(style.id, ())) for code, style in styles.items()}


def _as_draft(style: Style, skus: Iterable[SkuRef]) -> StyleDraft:
    plain = {one.name: getattr(style, one.name) for one in fields(StyleDraft) if one.name != "skus"}
    return StyleDraft(
        **plain, skus=tuple(SkuDraft(sku.code, sku.colorway, sku.size) for sku in skus)
    )


def _draft(
    code: str,
    seen: StyleSeen,
    known: StyleDraft | None,
    currency: str,
    economics: StyleDefaults,
) -> StyleDraft | None:
    price = seen.price or (known.price if known else economics.price)
    if price is None:
        return None
    before = known or StyleDraft(code=code, name=code, currency=currency, price=price, skus=())
    listed = {sku.code: sku for sku in before.skus}
    for sku, item in sorted(seen.skus.items()):
        listed[sku] = SkuDraft(sku, item.colorway, item.size)
    return replace(
        before,
        name=_name(seen.names) or before.name,
        price=price,
        skus=tuple(listed.values()),
        **style_economics(economics, price),
    )


def _name(names: Counter[str]) -> str:
    """Return the name on most rows; of several equally frequent ones the first by alphabet."""
    cleaned: Counter[str] = Counter()
    for raw, rows in names.items():
        cleaned[clean_name(raw)] += rows
    cleaned.pop("", None)
    return min(cleaned, key=lambda name: (-cleaned[name], name), default="")
