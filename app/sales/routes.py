"""`POST /v1/sales`."""

from fastapi import Response

from app.clock.time import now
from app.parties.access import CurrentBrand
from app.sales.ingest import store_sales
from app.sales.schemas import SalesBatchIn, rendered, results_of
from app.web.context import DatabaseDep, SettingsDep
from app.web.routing import router
from app.web.rows import AllRejected, RowsOut

routes = router(tag="sales")


@routes.post("/sales", response_model=RowsOut)
def post_sales(
    batch: SalesBatchIn, brand: CurrentBrand, database: DatabaseDep, settings: SettingsDep
) -> Response:
    """Take in up to 10,000 sales, cancellations and returns; sending one twice is harmless.

    Each event gets an answer of its own. One that cannot be taken (`unknown_sku`,
    `event_conflict`) is rejected alone; when all are, the answer is 422 `all_rejected`.
    """
    with database.write() as session:
        at = now(session, sandbox=settings.sandbox)
        outcome = store_sales(session, brand, batch.to_events(), at=at)
    if outcome.rejected.total() == len(outcome.verdicts):
        raise AllRejected(results_of(outcome))
    return Response(rendered(outcome), media_type="application/json")
