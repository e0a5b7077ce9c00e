"""The brand that an import is for: the one that exists, or a new one with the plain rules."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import ValidationError
from sqlalchemy.orm import Session

from app.errors import SetupError
from app.imports.economics import FactorySettings
from app.imports.findings import first_finding
from app.parties.queries import brand_named, factory_named, listed_factories
from app.parties.refs import BrandRef
from app.parties.register import BrandUses, store_brand, store_factory
from app.parties.schemas import BrandIn


@dataclass(frozen=True)
class BrandSettings:
    """Whose sales they are; the name is used for a new brand only."""

    code: str
    name: str
    timezone: str
    currency: str


_CODE = re.compile(r"[A-Za-z0-9._~-]{1,64}")

IN_USE = BrandUses(
    has_styles=lambda *_: True, has_events=lambda *_: True, on_change=lambda *_: None
)
"""Lets nothing change that others could rely on."""


def find_or_make_brand(session: Session, wanted: BrandSettings, *, at: datetime) -> BrandRef:
    """Return the brand, made with the default rules where it does not exist.

    Raises:
        SetupError: If it exists with another time zone or currency, or cannot exist like this.
    """
    if not _CODE.fullmatch(wanted.code):
        raise SetupError("a brand's code is 1 to 64 letters, digits and . _ ~ -")
    brand = brand_named(session, wanted.code)
    if brand is None:
        try:
            rules = BrandIn(
                name=wanted.name,
                timezone=wanted.timezone,
                currency=wanted.currency,
                factories=[],
            ).model_dump(exclude={"factories"})
        except ValidationError as error:
            raise SetupError(f"brand {wanted.code}: {first_finding(error)}") from None
        store_brand(session, wanted.code, rules, [], uses=IN_USE, at=at)
        brand = brand_named(session, wanted.code)
        assert brand is not None
    for what in ("timezone", "currency"):
        is_, asked = getattr(brand, what), getattr(wanted, what)
        if is_ != asked:
            raise SetupError(f"the {what} of brand {brand.code} is {is_}, not {asked}")
    return brand


def make_factories(
    session: Session,
    brand: BrandRef,
    described: Iterable[FactorySettings],
    used: Sequence[str],
    *,
    at: datetime,
) -> None:
    """Make the described factories that do not exist, and let the brand take offers of the used.

    Raises:
        SetupError: If a used one neither exists nor is described.
    """
    for factory in described:
        if factory_named(session, factory.code) is None:
            values = {"name": factory.name, "timezone": factory.timezone, "setup_matrix": None}
            store_factory(session, factory.code, values, at=at)
    for code in used:
        if factory_named(session, code) is None:
            raise SetupError(f"there is no factory {code}, and the file does not describe it")
    listed = listed_factories(session, [brand.id])[brand.id]
    missing = [code for code in used if code not in listed]
    if missing:
        rules = {name: getattr(brand, name) for name in BrandIn.model_fields.keys() - {"factories"}}
        store_brand(session, brand.code, rules, [*listed, *missing], uses=IN_USE, at=at)
