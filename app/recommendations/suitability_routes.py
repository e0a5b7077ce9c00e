"""Suitability over all styles: to a brand with the money at stake, to a factory without."""

from app.parties.access import Reader
from app.recommendations.suitability import reasons_of, suited_styles
from app.recommendations.suitability_schemas import (
    BrandSuitabilityOut,
    FactorySuitabilityOut,
    named,
)
from app.web.context import DatabaseDep
from app.web.routing import router

routes = router(tag="recommendations")


@routes.get("/suitability")
def get_suitability(
    reader: Reader, database: DatabaseDep
) -> BrandSuitabilityOut | FactorySuitabilityOut:
    """Say which way of making suits the styles by their newest decisions, and why.

    A brand sees the money at stake by way, the styles behind it, and the same by factory. A
    factory sees what the styles it offers to make are suited to: counts and codes, no money.
    """
    brand, factory = reader.brand, reader.factory
    with database.read() as session:
        styles = suited_styles(
            session,
            brand_id=brand.id if brand else None,
            factory_id=factory.id if factory else None,
        )
        if factory is not None:
            styles = [one for one in styles if factory.code in one.by_factory]
        if factory is not None and (brand is None or reader.caller.role == "factory"):
            return FactorySuitabilityOut.of(factory.code, styles)
        assert brand is not None, "a reader has a brand or a factory"
        said = reasons_of(session, named(styles))
    return BrandSuitabilityOut.of(brand.code, brand.currency, styles, said)
