"""Lists in pages: what stands on one, and the links to the first and the following."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar
from urllib.parse import urlencode

Row = TypeVar("Row")


def paged(
    found: Sequence[Row],
    size: int,
    path: str,
    *,
    cursor: str,
    position: Callable[[Row], object],
    turned: bool,
    asked: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Return `rows`, `first` and `next`, as the templates of lists take them.

    Args:
        found: The rows of the page and, where more follow, one of those.
        size: Rows a page.
        path: Where the list is.
        cursor: The parameter that says where a page begins.
        position: What it says of a page that begins after a row.
        turned: Whether this page is not the first.
        asked: The other parameters of the list.
    """
    kept = dict(asked or {})
    more = len(found) > size
    following = {**kept, cursor: position(found[size - 1])} if more else {}
    start = f"{path}?{urlencode(kept)}" if kept else path
    return {
        "rows": found[:size],
        "first": start if turned else None,
        "next": f"{path}?{urlencode(following)}" if more else None,
    }
