"""Another economics for a brand's past than what is stored: offers and styles as a file says."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from app.imports.economics import Economics, style_economics
from app.imports.offers import drafts_of
from app.parties.refs import BrandRef
from app.refresh.gather import Gathered
from app.sourcing.ingest import row_of
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
    """Return the file's offers that are valid on a day, by factory and code; nothing is stored.

    Factories and offers have ids that none in the database has.

    Args:
        prices: Of each of the brand's styles, by code.
        day: Brand-local.
        at: When they are said to have been put.
    """
    factories = sorted({template.factory for template in economics.offers})
    found: list[Offered] = []
    for template in economics.offers:
        factory_id = -1 - factories.index(template.factory)
        for draft in drafts_of(template, brand, prices):
            starts, ends = draft.valid_from or day, draft.valid_to or day
            if starts <= day <= ends:
                row = row_of(factory_id, brand.id, draft, at)
                offer = Offer(id=-1 - len(found), **row)
                found.append(Offered(offer, template.factory, brand.code))
    return sorted(found, key=lambda offered: (offered.factory, offered.offer.code))


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
