"""`GET /v1/demand/{sku}`."""

from typing import Annotated

from fastapi import Query

from app.catalog.queries import skus_by_code
from app.demand.days import demand_days
from app.demand.schemas import DemandOut
from app.errors import Malformed, NotFound
from app.parties.access import CurrentBrand
from app.web.context import DatabaseDep
from app.web.routing import router
from app.web.wire import Day, SkuCode

DAYS_AT_MOST = 731

routes = router(tag="demand")


@routes.get("/demand/{sku:path}")
def get_demand(
    sku: SkuCode,
    brand: CurrentBrand,
    database: DatabaseDep,
    first: Annotated[Day, Query(alias="from", description="First brand-local day.")],
    last: Annotated[Day, Query(alias="to", description="Last brand-local day, included.")],
) -> DemandOut:
    """Read a SKU's demand, a row for each day from `from` to `to`, at most 731."""
    if last < first:
        raise Malformed("the parameter to lies before from", code="bad_parameter")
    if (last - first).days >= DAYS_AT_MOST:
        raise Malformed(f"at most {DAYS_AT_MOST} days are read at once", code="bad_parameter")
    with database.read() as session:
        found = skus_by_code(session, brand.id, [sku]).get(sku)
        if found is None:
            raise NotFound("there is no such SKU")
        return DemandOut.of(sku, demand_days(session, brand, found.id, first=first, last=last))
