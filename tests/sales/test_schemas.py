"""The answer as it is written is what its model says."""

from app.sales.ingest import Outcome
from app.sales.schemas import rendered, results_of
from app.web.rows import RowsOut


def test_the_bytes_are_those_of_the_model() -> None:
    outcome = Outcome(("accepted", "duplicate", "unknown_sku", "event_conflict", "accepted"))

    body = rendered(outcome)

    model = RowsOut.of(results_of(outcome))
    assert body == model.model_dump_json(exclude_none=True).encode()
    assert RowsOut.model_validate_json(body) == model
