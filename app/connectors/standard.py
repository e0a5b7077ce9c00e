"""Any other system: the body of `POST /v1/sales`, signed as Standard Webhooks says."""

from collections.abc import Sequence

from pydantic import ValidationError

from app.connectors.news import EventsNews, Headers, News
from app.connectors.reading import Issue, Unreadable, document_of
from app.connectors.signatures import StandardSigned
from app.sales.schemas import SalesBatchIn
from app.web.fields import field_error


class Standard(StandardSigned):
    """A system of the brand's own."""

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
