"""`POST /v1/sales`."""

from typing import cast

from fastapi import Request, Response

from app.parties.access import FOR_A_BRAND, BrandNamed, current_brand
from app.sales.intake import FEW, Intake
from app.sales.schemas import SalesBatchIn, rendered, results_of
from app.web.direct import DirectRoute
from app.web.routing import router
from app.web.rows import AllRejected, RowsOut
from app.web.threads import no_turn, thread_turn

routes = router(tag="sales")


async def post_sales(request: Request, batch: SalesBatchIn, brand: BrandNamed = None) -> Response:
    """Take in up to 10,000 sales, cancellations and returns; sending one twice is harmless.

    Each event gets an answer of its own. One that cannot be taken (`unknown_sku`,
    `event_conflict`) is rejected alone; when all are, the answer is 422 `all_rejected`.
    """
    seller = await current_brand(request, brand)
    intake = cast(Intake, request.app.state.sales_intake)
    events = batch.to_events()
    turn = thread_turn if len(events) > FEW else no_turn
    async with turn(request):
        outcome = await intake.take(seller, events)
    if outcome.rejected.total() == len(outcome.verdicts):
        raise AllRejected(results_of(outcome))
    return Response(rendered(outcome), media_type="application/json")


routes.add_api_route(
    "/sales",
    post_sales,
    methods=["POST"],
    response_model=RowsOut,
    dependencies=FOR_A_BRAND,
    route_class_override=DirectRoute,
)
