"""What spans may not hold: a span is read by more people than may sign in."""

import re

from opentelemetry.context import Context
from opentelemetry.sdk.trace import Span, SpanProcessor

HIDDEN = "..."
_SECRET = re.compile(r"(?<=/sign-in/)[^/]+|sr_(?:live|test)_\w*", re.ASCII)
"""A link that signs its bearer in, and a key that somebody wrote into an address by mistake."""

_VALUE = re.compile(r"=[^&]*")


class Discretion(SpanProcessor):
    """Hides credentials in the address of a request, and what its parameters were set to."""

    def on_start(
        self,
        span: Span,
        parent_context: Context | None = None,  # noqa: ARG002  as the SDK calls it
    ) -> None:
        """Replace both before anything else has seen them."""
        given = span.attributes or {}
        path, query = given.get("url.path"), given.get("url.query")
        if isinstance(path, str):
            span.set_attribute("url.path", _SECRET.sub(HIDDEN, path))
        if isinstance(query, str):
            names = _VALUE.sub("=" + HIDDEN, query)
            span.set_attribute("url.query", _SECRET.sub(HIDDEN, names))
