"""Lists by keyset: a page continues after the last row it showed, whatever was added meanwhile."""

import base64
import binascii
import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar
from urllib.parse import urlencode

from fastapi import Depends, Query, Request, Response

from app.errors import Malformed
from app.web.wire import WholeNumber, Wire

T = TypeVar("T")
Row = TypeVar("Row")
Key = str | int | datetime

DEFAULT_LIMIT = 50
MAX_LIMIT = 500
CHECK_BYTES = 6
LARGEST_STORED = 2**63


class Page(Wire, Generic[T]):
    """One page of a list, and the cursor of the next."""

    data: list[T]
    has_more: bool
    next_cursor: str | None


@dataclass(frozen=True)
class PageQuery:
    """Which page is asked for; `scope` ties a cursor to its list and filters."""

    limit: int
    cursor: str | None
    scope: str
    url: str
    response: Response

    @property
    def fetch(self) -> int:
        """How many rows to select: one more than shown tells whether there are more."""
        return self.limit + 1

    def after(self, *kinds: type[Key]) -> tuple[Any, ...] | None:
        """Return the sort key of the last row already shown, or None for the first page.

        Args:
            kinds: The types of the key's parts, in order: `str`, `int` or `datetime`.

        Raises:
            Malformed: If the cursor is not one of this list.
        """
        if self.cursor is None:
            return None
        parts = _decode(self.cursor, self.scope)
        if len(parts) != len(kinds):
            raise _bad_cursor()
        return tuple(_part(value, kind) for value, kind in zip(parts, kinds, strict=True))

    def headers(self) -> dict[str, str]:
        """Return the `Link` header, for a route that makes its own response."""
        link = self.response.headers.get("link")
        return {} if link is None else {"Link": link}

    def page(
        self,
        rows: Sequence[Row],
        *,
        key: Callable[[Row], Sequence[Key]],
        out: Callable[[Row], T],
    ) -> Page[T]:
        """Make the page of up to `fetch` rows, and its `Link` header.

        Args:
            rows: The selected rows in list order, `fetch` of them where there are more.
            key: The sort key of a row, the parts that `after` gives back.
            out: A row's shape on the wire.
        """
        shown = rows[: self.limit]
        following = None
        if len(rows) > self.limit:
            following = encode_cursor(key(shown[-1]), self.scope)
            query = urlencode({"limit": self.limit, "cursor": following})
            self.response.headers["Link"] = f'<{self.url}{query}>; rel="next"'
        return Page(
            data=[out(row) for row in shown],
            has_more=following is not None,
            next_cursor=following,
        )


async def _page_query(
    request: Request,
    response: Response,
    limit: Annotated[
        WholeNumber, Query(ge=1, le=MAX_LIMIT, description="How many rows at most.")
    ] = DEFAULT_LIMIT,
    cursor: Annotated[
        str | None, Query(max_length=1000, description="`next_cursor` of the page before.")
    ] = None,
) -> PageQuery:
    filters = sorted(
        (name, value)
        for name, value in request.query_params.multi_items()
        if name not in {"limit", "cursor"}
    )
    query = urlencode(filters)
    path = request.scope.get("raw_path", b"").split(b"?")[0].decode("ascii", "replace")
    return PageQuery(
        limit=limit,
        cursor=cursor,
        scope=f"{path}?{query}",
        url=f"{path}?{query}&" if query else f"{path}?",
        response=response,
    )


PageParams = Annotated[PageQuery, Depends(_page_query)]


def encode_cursor(key: Sequence[Key], scope: str) -> str:
    """Write a sort key as an opaque, checksummed cursor that only its own list takes back."""
    parts = [part.isoformat() if isinstance(part, datetime) else part for part in key]
    payload = json.dumps(parts, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(_check(payload, scope) + payload).decode().rstrip("=")


def _decode(cursor: str, scope: str) -> list[Any]:
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        raw = base64.b64decode(padded, altchars=b"-_", validate=True)
    except (UnicodeEncodeError, binascii.Error, ValueError):
        raise _bad_cursor() from None
    check, payload = raw[:CHECK_BYTES], raw[CHECK_BYTES:]
    if check != _check(payload, scope):
        raise _bad_cursor()
    try:
        parts = json.loads(payload)
    except ValueError:
        raise _bad_cursor() from None
    return parts if isinstance(parts, list) else []


def _check(payload: bytes, scope: str) -> bytes:
    return hashlib.sha256(payload + b"\0" + scope.encode()).digest()[:CHECK_BYTES]


def _part(value: Any, kind: type[Key]) -> Key:
    """Read one part; the checksum is no secret, so a part may still be somebody's invention."""
    if isinstance(value, bool) or not isinstance(value, int if kind is int else str):
        raise _bad_cursor()
    if isinstance(value, int):
        if abs(value) >= LARGEST_STORED:
            raise _bad_cursor()
        return value
    if not value.isprintable():
        raise _bad_cursor()
    return _instant(value) if kind is datetime else value


def _instant(value: str) -> datetime:
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        raise _bad_cursor() from None
    if at.tzinfo is None or not 2000 <= at.year <= 2100:
        raise _bad_cursor()
    return at


def _bad_cursor() -> Malformed:
    return Malformed("the cursor is not one of this list", code="bad_cursor")
