"""Sales on the wire."""

import json
from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from app.sales.ingest import Outcome, SalesEvent, Verdict
from app.web.rows import RowResult
from app.web.wire import Identifier, MoneyIn, Quantity, SkuCode, Timestamp, Wire, text

MESSAGES: dict[Verdict, str] = {
    "unknown_sku": "the brand has no such SKU",
    "event_conflict": "the event_id is taken by an event with other content",
}


class SaleIn(Wire):
    """Units sold, cancelled before shipping, or sent back."""

    event_id: Identifier
    sku: SkuCode
    kind: Literal["sale", "cancellation", "return"]
    quantity: Quantity
    occurred_at: Timestamp
    unit_price: MoneyIn | None = None
    channel: Annotated[str, text(64)] | None = None
    order_id: Identifier | None = None


class SalesBatchIn(Wire):
    """Events in any order, new and already sent ones mixed."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "events": [
                        {
                            "event_id": "web-10001-1",
                            "sku": "S2-BLK-M",
                            "kind": "sale",
                            "quantity": 1,
                            "occurred_at": "2026-03-02T10:15:00+01:00",
                            "unit_price": "39.00",
                            "channel": "web",
                            "order_id": "10001",
                        }
                    ]
                }
            ]
        }
    )

    events: Annotated[list[SaleIn], Field(min_length=1, max_length=10_000)]

    def to_events(self) -> list[SalesEvent]:
        """Return the events as the room knows them."""
        return [
            SalesEvent(
                one.event_id,
                one.sku,
                one.kind,
                one.quantity,
                one.occurred_at,
                one.unit_price,
                one.channel,
                one.order_id,
            )
            for one in self.events
        ]


def results_of(outcome: Outcome) -> Sequence[RowResult]:
    """Say what became of each event, in the order sent."""
    return [
        RowResult(index=index, status=verdict)
        if verdict == "accepted" or verdict == "duplicate"
        else RowResult(index=index, status="rejected", code=verdict, message=MESSAGES[verdict])
        for index, verdict in enumerate(outcome.verdicts)
    ]


def rendered(outcome: Outcome) -> bytes:
    """Return the answer's bytes, as `RowsOut` of the results would be written.

    A thousand models made, checked and written take longer than storing the events does.
    """
    endings = {verdict: _ending(verdict) for verdict in set(outcome.verdicts)}
    results = ",".join(
        f'{{"index":{index},{endings[verdict]}' for index, verdict in enumerate(outcome.verdicts)
    )
    counts = (
        f'"accepted":{outcome.accepted},"duplicates":{outcome.duplicates}'
        f',"rejected":{outcome.rejected.total()}'
    )
    return f'{{{counts},"results":[{results}]}}'.encode()


def _ending(verdict: Verdict) -> str:
    """Return a result's members after its index, and its end."""
    if verdict == "accepted" or verdict == "duplicate":
        return f'"status":"{verdict}"}}'
    message = json.dumps(MESSAGES[verdict])
    return f'"status":"rejected","code":"{verdict}","message":{message}}}'
