"""Recommendations as a table: a row for each SKU of each event."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")  # noqa: RUF001  # full width
"""What a spreadsheet takes for the beginning of a formula (OWASP, CSV injection)."""

OF_EVENT = ("seq", "type", "at")
OF_RECOMMENDATION = (
    "status", "mode", "final", "brand", "factory", "offer", "style",
)  # fmt: skip
OF_LINE = ("sku", "colorway", "size", "quantity")
TERMS = (
    "currency", "unit_cost", "setup_cost", "freight_cost", "tooling_cost", "total_cost",
    "order_by", "need_by", "respond_by", "expires_at", "supersedes", "superseded_by", "run",
)  # fmt: skip
HEADER = (*OF_EVENT, "recommendation", *OF_RECOMMENDATION, *OF_LINE, *TERMS)


def as_csv(events: Sequence[Mapping[str, Any]]) -> bytes:
    """Write events as RFC 4180 says, in UTF-8, texts that would be formulas defused.

    `quantity` is the line's; costs are of the whole recommendation and stand in each of its rows.
    It begins with a byte order mark: without one Excel reads UTF-8 as the code page of its country.
    """
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(HEADER)
    for event in events:
        writer.writerows([_defused(cell) for cell in row] for row in _rows(event))
    return written.getvalue().encode("utf-8-sig")


def _rows(event: Mapping[str, Any]) -> Iterator[list[Any]]:
    """Yield a row for each line; where there is none, one without a SKU: no event is lost."""
    told = event["recommendation"]
    before = [event.get(name) for name in OF_EVENT] + [told["id"]]
    before += [told.get(name) for name in OF_RECOMMENDATION]
    after = [told.get(name) for name in TERMS]
    for line in told["lines"] or [{}]:
        yield [*before, *(line.get(name) for name in OF_LINE), *after]


def _defused(cell: Any) -> Any:
    """Put an apostrophe before a text that a spreadsheet would run; numbers are the service's."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, str) and cell.lstrip().startswith(FORMULA_STARTS):
        return f"'{cell}"
    return cell
