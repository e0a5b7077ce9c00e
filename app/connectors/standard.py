"""Any other system: the body of `POST /v1/sales`, signed as Standard Webhooks says."""

from collections.abc import Sequence
from datetime import datetime

from pydantic import ValidationError

from app.connectors.news import EventsNews, Headers, News
from app.connectors.reading import Issue, Unreadable, document_of
from app.connectors.signatures import is_standard_signed
from app.sales.schemas import SalesBatchIn
from app.web.fields import field_error


class Standard:
    """A system of the brand's own."""

    def is_authentic(
        self, body: bytes, headers: Headers, secrets: Sequence[str], clocks: Sequence[datetime]
    ) -> bool:
        """Say whether a delivery was signed with one of the secrets, and lately."""
        return is_standard_signed(body, headers, secrets, clocks=clocks)

    def is_ping(self, body: bytes) -> bool:
        """Say no: everything is signed."""
        del body
        return False

    def delivery_id(self, headers: Headers) -> str | None:
        """Return the signed id of the message."""
        return headers.get("webhook-id")

    def topic(self, headers: Headers) -> str:
        """Return the one thing that is told."""
        del headers
        return "sales"

    def read(self, topic: str, body: bytes) -> Sequence[News]:
        """Return the events; one that is not valid makes the body unreadable, as over HTTP."""
        del topic
        try:
            batch = SalesBatchIn.model_validate(document_of(body).members)
        except ValidationError as error:
            found = error.errors()[0]
            said = field_error({**found, "loc": ("body", *found["loc"])})
            raise Unreadable(Issue(said.pointer, said.code, said.message)) from None
        return [EventsNews(batch.to_events())]
