"""Read a SKU's demand; write down and list the demand that is known beforehand."""

from typing import Annotated

from fastapi import Query

from app.catalog.queries import skus_by_code
from app.clock.time import now
from app.demand.days import demand_days
from app.demand.known import store_known_demand
from app.demand.known_queries import known_page
from app.demand.schemas import DemandOut, KnownDemandBatchIn, KnownDemandOut
from app.errors import Malformed, NotFound
from app.parties.access import CurrentBrand
from app.sales.tables import SalesRow
from app.stock.schemas import results_of
from app.web.context import DatabaseDep, SettingsDep
from app.web.paging import Page, PageParams
from app.web.routing import router
from app.web.rows import AllRejected, RowsOut
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
    with database.read(SalesRow) as session:
        found = skus_by_code(session, brand.id, [sku]).get(sku)
        if found is None:
            raise NotFound("there is no such SKU")
        return DemandOut.of(sku, demand_days(session, brand, found.id, first=first, last=last))


@routes.post("/known-demand", response_model_exclude_none=True)
def post_known_demand(
    batch: KnownDemandBatchIn, brand: CurrentBrand, database: DatabaseDep, settings: SettingsDep
) -> RowsOut:
    """Take in demand known beforehand (hiring cycles, pre-orders, contracts), line by line.

    A line is known by its reference and SKU. Sending it again replaces it; quantity 0 removes it.
    It consumes the forecast with its probability, the lines of one reference together, and is
    never added twice.
    """
    with database.write() as session:
        at = now(session, sandbox=settings.sandbox)
        verdicts = store_known_demand(session, brand, batch.to_items(), at=at)
    answer = RowsOut.of(results_of(verdicts))
    if answer.rejected == len(answer.results):
        raise AllRejected(answer.results)
    return answer


@routes.get("/known-demand")
def list_known_demand(
    brand: CurrentBrand, database: DatabaseDep, page: PageParams
) -> Page[KnownDemandOut]:
    """List the known demand by reference and SKU."""
    shown = page.after(str, str)
    with database.read() as session:
        rows = known_page(session, brand.id, after=shown, limit=page.fetch)
        return page.page(
            rows,
            key=lambda row: (row[0].reference, row[1]),
            out=lambda row: KnownDemandOut.of(*row),
        )
