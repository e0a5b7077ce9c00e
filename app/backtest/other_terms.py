"""Another economics for a brand's past than what is stored: other offers, other styles' costs."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from app.errors import Invalid, SetupError
from app.imports.economics import Economics, OfferTemplate, style_economics
from app.imports.offers import drafts_of
from app.parties.refs import BrandRef
from app.refresh.gather import Gathered
from app.sourcing.ingest import OfferDraft, row_of
from app.sourcing.queries import Offered
from app.sourcing.tables import Offer


def offers_by(
    economics: Economics,
    brand: BrandRef,
    prices: Mapping[str, Decimal],
    *,
    day: date,
    at: datetime,
) -> list[Offered]:
    """Return the offers to try that are valid on a day, by factory and code; none is stored.

    Factories and offers have ids that none in the database has.

    Args:
        prices: Of each of the brand's styles, by code.
        day: Brand-local.
        at: When they are said to have been put.

    Raises:
        Invalid: If an offer cannot be at the price of some style.
    """
    factories = sorted({template.factory for template in economics.offers})
    found: list[Offered] = []
    for template in economics.offers:
        factory_id = -1 - factories.index(template.factory)
        for draft in _drafts(template, brand, prices):
            starts, ends = draft.valid_from or day, draft.valid_to or day
            if starts <= day <= ends:
                row = row_of(factory_id, brand.id, draft, at)
                offer = Offer(id=-1 - len(found), **row)
                found.append(Offered(offer, template.factory, brand.code))
    return sorted(found, key=lambda offered: (offered.factory, offered.offer.code))


def _drafts(
    template: OfferTemplate, brand: BrandRef, prices: Mapping[str, Decimal]
) -> list[OfferDraft]:
    try:
        return list(drafts_of(template, brand, prices))
    except SetupError as error:
        raise Invalid(str(error)) from None


def restated(gathered: Gathered, economics: Economics, offers: Sequence[Offered]) -> Gathered:
    """Return what was gathered under other terms: its styles, rows of no session, are changed."""
    for style in gathered.styles.values():
        for name, value in style_economics(economics.style, style.price).items():
            setattr(style, name, value)
    by_style = {
        style.code: [one for one in offers if one.covers(style.code)]
        for style in gathered.styles.values()
    }
    return replace(gathered, offers=by_style)
