"""`POST /v1/stock` and `POST /v1/inbound`."""

from app.clock.time import now
from app.parties.access import CurrentBrand
from app.stock.inbound import store_inbound
from app.stock.report import store_levels
from app.stock.schemas import InboundIn, LevelsIn, results_of
from app.web.context import DatabaseDep, SettingsDep
from app.web.routing import router
from app.web.rows import AllRejected, RowsOut

routes = router(tag="stock")


@routes.post("/stock", response_model_exclude_none=True)
def post_stock(
    batch: LevelsIn, brand: CurrentBrand, database: DatabaseDep, settings: SettingsDep
) -> RowsOut:
    """Take in up to 10,000 reported levels; for one SKU and time the last one wins.

    A report counts everything up to and including its `as_of`; 0 means out of stock until the
    next report or receipt.
    """
    with database.write() as session:
        at = now(session, sandbox=settings.sandbox)
        verdicts = store_levels(session, brand, batch.to_levels(), at=at)
    return _answer(RowsOut.of(results_of(verdicts)))


@routes.post("/inbound", response_model_exclude_none=True)
def post_inbound(
    batch: InboundIn, brand: CurrentBrand, database: DatabaseDep, settings: SettingsDep
) -> RowsOut:
    """Take in supply ordered outside the service, known by its reference and SKU.

    Sending a line again replaces it: quantity 0 removes it, `received_on` books it as come in
    at the start of that day.
    """
    with database.write() as session:
        at = now(session, sandbox=settings.sandbox)
        verdicts = store_inbound(session, brand, batch.to_items(), at=at)
    return _answer(RowsOut.of(results_of(verdicts)))


def _answer(answer: RowsOut) -> RowsOut:
    if answer.rejected == len(answer.results):
        raise AllRejected(answer.results)
    return answer
