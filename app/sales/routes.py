"""`POST /v1/sales`."""

from typing import cast

from fastapi import Request, Response

from app.parties.access import CurrentBrand
from app.sales.intake import Intake
from app.sales.schemas import SalesBatchIn, rendered, results_of
from app.web.routing import router
from app.web.rows import AllRejected, RowsOut

routes = router(tag="sales")


@routes.post("/sales", response_model=RowsOut)
async def post_sales(batch: SalesBatchIn, brand: CurrentBrand, request: Request) -> Response:
    """Take in up to 10,000 sales, cancellations and returns; sending one twice is harmless.

    Each event gets an answer of its own. One that cannot be taken (`unknown_sku`,
    `event_conflict`) is rejected alone; when all are, the answer is 422 `all_rejected`.
    """
    intake = cast(Intake, request.app.state.sales_intake)
    outcome = await intake.take(brand, batch.to_events())
    if outcome.rejected.total() == len(outcome.verdicts):
        raise AllRejected(results_of(outcome))
    return Response(rendered(outcome), media_type="application/json")
