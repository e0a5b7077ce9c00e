"""Turn the offers of an economics file into stored ones; doing it again changes nothing."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, replace
from datetime import date, datetime
from decimal import Decimal

from pydantic import ValidationError
from sqlalchemy.orm import Session

from app.audit.record import Act, CommandLine, record
from app.database.database import Database
from app.errors import SetupError
from app.imports.brand import make_factories
from app.imports.economics import Economics, OfferTemplate
from app.imports.findings import first_finding
from app.imports.queries import stored_offers, style_prices
from app.parties.queries import brand_named, factory_named
from app.parties.refs import BrandRef
from app.sourcing.ingest import OfferDraft, put_offer
from app.sourcing.schemas import OfferIn
from app.sourcing.tables import Offer
from app.web.wire import money_text

LONG_AGO = date(2000, 1, 1)
"""The last day of an offer whose price no style has any more."""

_AMOUNT = re.compile(r"[0-9]+\.[0-9]{2,4}")


def put_economics(database: Database, economics: Economics, *, brand: str, at: datetime) -> int:
    """Make the factories, and the offers to a brand; say how many offers were new or changed.

    Raises:
        SetupError: If there is no such brand or factory, or an offer cannot be made.
    """
    with database.write() as session:
        owner = brand_named(session, brand)
        if owner is None:
            raise SetupError(f"there is no brand {brand}")
        makers = sorted({offer.factory for offer in economics.offers})
        make_factories(session, owner, economics.factories, makers, at=at)
        prices = style_prices(session, owner.id)
        written = 0
        for factory in makers:
            templates = [offer for offer in economics.offers if offer.factory == factory]
            written += _put(session, owner, factory, templates, prices, at)
        if written:
            act = Act("offers.imported", brand, brand_id=owner.id, details={"written": written})
            record(session, CommandLine(), act, at=at)
    return written


def offer_of(
    template: OfferTemplate,
    *,
    brand: str,
    currency: str,
    price: Decimal | None,
    styles: Sequence[str] | None,
) -> OfferIn:
    """Return the offer for styles of one price, under the rules of the HTTP interface.

    Raises:
        ValidationError: If the terms cannot be.
    """
    body = {
        **template.terms,
        "styles": styles,
        "brand": brand,
        "currency": currency,
        "price_breaks": [
            {"min_quantity": step.min_quantity, "unit_cost": step.cost_at(price or Decimal(0))}
            for step in template.steps
        ],
    }
    return OfferIn.model_validate(body)


def _put(
    session: Session,
    brand: BrandRef,
    factory: str,
    templates: Sequence[OfferTemplate],
    prices: Mapping[str, Decimal],
    at: datetime,
) -> int:
    maker = factory_named(session, factory)
    assert maker is not None
    stored = {offer.code: offer for offer in stored_offers(session, brand.id, maker.id)}
    wanted = {draft.code: draft for one in templates for draft in drafts_of(one, brand, prices)}
    changed = [
        draft
        for draft in wanted.values()
        if draft.code not in stored or as_draft(stored[draft.code], brand.code) != draft
    ]
    ended = [
        replace(as_draft(offer, brand.code), valid_from=None, valid_to=LONG_AGO)
        for offer in stored.values()
        if offer.code not in wanted
        and offer.valid_to != LONG_AGO
        and any(_is_priced(one, offer.code) for one in templates)
    ]
    for draft in changed + ended:
        put_offer(session, maker.id, draft, at=at)
    return len(changed) + len(ended)


def drafts_of(
    template: OfferTemplate, brand: BrandRef, prices: Mapping[str, Decimal]
) -> Iterator[OfferDraft]:
    """Yield the offers that a template makes of a brand's styles, by their prices.

    Raises:
        SetupError: If the terms cannot be.
    """
    only = template.terms.get("styles")
    if not template.follows_price:
        yield _draft_of(template, brand, None, only)
        return
    groups: dict[Decimal, list[str]] = {}
    for style, price in prices.items():
        if price > 0 and (only is None or style in only):
            groups.setdefault(price, []).append(style)
    for price in sorted(groups):
        yield _draft_of(template, brand, price, groups[price])


def _draft_of(
    template: OfferTemplate, brand: BrandRef, price: Decimal | None, styles: Sequence[str] | None
) -> OfferDraft:
    code = template.code if price is None else f"{template.code}-{money_text(price)}"
    try:
        offer = offer_of(
            template, brand=brand.code, currency=brand.currency, price=price, styles=styles
        )
    except ValidationError as error:
        raise SetupError(f"offer {template.code}: {first_finding(error)}") from None
    return offer.to_draft(code)


def _is_priced(template: OfferTemplate, code: str) -> bool:
    """Say whether that is the code of the template's offer for some price."""
    start = f"{template.code}-"
    return code.startswith(start) and _AMOUNT.fullmatch(code[len(start) :]) is not None


def as_draft(offer: Offer, brand: str) -> OfferDraft:
    """Return a stored offer as it would be described again."""
    apart = {"brand", "price_breaks"}
    names = [one.name for one in fields(OfferDraft) if one.name not in apart]
    steps = ((step["min_quantity"], Decimal(step["unit_cost"])) for step in offer.price_breaks)
    return OfferDraft(
        brand=brand, price_breaks=tuple(steps), **{name: getattr(offer, name) for name in names}
    )
