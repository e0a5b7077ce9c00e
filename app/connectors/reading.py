"""Read what a platform sent: what we do not know is ignored, what we need has to be right."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from pydantic_core import PydanticCustomError

from app.connectors.orders import MOST_UNITS
from app.errors import Malformed
from app.web.strict import parse_json
from app.web.wire import UNPRINTABLE, parse_timestamp

LONGEST_ID = 40
LONGEST_ITEM = 100
MOST_LINES = 1_000
"""Lines of an order; the platforms allow 500 at most."""

_UNSAYABLE = re.compile(f"[{UNPRINTABLE}\ud800-\udfff]")
_TICK = Decimal("0.0001")


@dataclass(frozen=True)
class Issue:
    """Why something cannot be used: where in what was sent (a JSON pointer), a code, a sentence.

    `items` and `skus` are what it waits for: any of these in the SKU map or among the brand's SKUs.
    """

    pointer: str
    code: str
    message: str
    items: tuple[str, ...] = ()
    skus: tuple[str, ...] = ()

    def document(self) -> dict[str, str]:
        """Return what is shown of it."""
        return {"pointer": self.pointer, "code": self.code, "message": self.message}


class Unreadable(Exception):
    """A delivery, or an answer of a platform, that cannot be read; `issue` says where and why."""

    def __init__(self, issue: Issue) -> None:
        super().__init__(issue.message)
        self.issue = issue


@dataclass(frozen=True)
class Document:
    """An object somewhere in what was sent."""

    members: Mapping[str, Any]
    pointer: str = ""

    def get(self, name: str) -> Any:
        """Return a member as it is, None where there is none."""
        return self.members.get(name)

    def flag(self, name: str, *, otherwise: bool = False) -> bool:
        """Return a boolean."""
        value = self.get(name)
        return value if isinstance(value, bool) else otherwise

    def key(self, name: str) -> str:
        """Return an id, a number or text, as text."""
        found = self.key_or_none(name)
        if found is None:
            raise self.wrong(name, "missing", "is needed and is missing")
        return found

    def key_or_none(self, name: str, *, longest: int = LONGEST_ID) -> str | None:
        """Return an id, or a platform's own SKU, as text; None where it is missing or empty."""
        value = self.get(name)
        if value is None or value == "" or value == 0 or isinstance(value, bool):
            return None
        if not isinstance(value, int | str):
            raise self.wrong(name, "bad_text", "must be a number or a text")
        text = str(value)
        if len(text) > longest or _UNSAYABLE.search(text):
            raise self.wrong(name, "bad_text", f"must be printable and {longest} long at most")
        return text

    def whole(self, name: str, *, least: int = 0) -> int:
        """Return a number of units."""
        found = self.whole_or_none(name, least=least)
        if found is None:
            raise self.wrong(name, "missing", "is needed and is missing")
        return found

    def whole_or_none(self, name: str, *, least: int = 0) -> int | None:
        """Return a number of units, None where it is missing."""
        value = self.get(name)
        if value is None:
            return None
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.wrong(name, "not_an_integer", "must be a whole number")
        if not least <= value <= MOST_UNITS:
            raise self.wrong(name, "out_of_range", f"must be from {least} to {MOST_UNITS}")
        return value

    def time(self, name: str) -> datetime:
        """Return an instant; its text has an offset."""
        return self._time(name, self.get(name))

    def gmt(self, name: str) -> datetime:
        """Return an instant of a text in UTC that does not say so."""
        value = self.get(name)
        return self._time(name, f"{value}Z" if isinstance(value, str) else value)

    def _time(self, name: str, value: Any) -> datetime:
        try:
            return parse_timestamp(value)
        except PydanticCustomError as error:
            raise self.wrong(name, error.type, error.message()) from None

    def amount_or_none(self, name: str) -> Decimal | None:
        """Return a price with four decimals, None where there is none that could be kept."""
        try:
            amount = Decimal(str(self.get(name)))
        except InvalidOperation:
            return None
        if not amount.is_finite() or not 0 <= amount <= MOST_UNITS:
            return None
        return amount.quantize(_TICK)

    def inner(self, name: str) -> "Document":
        """Return an object; an empty one where there is none."""
        value = self.get(name)
        return Document(value if isinstance(value, dict) else {}, f"{self.pointer}/{name}")

    def objects(self, name: str) -> Iterator["Document"]:
        """Yield the objects of a list, none where there is no list."""
        value = self.get(name)
        if value is None:
            return
        if not isinstance(value, list) or len(value) > MOST_LINES:
            raise self.wrong(name, "not_a_list", f"must be a list of at most {MOST_LINES}")
        for index, one in enumerate(value):
            if not isinstance(one, dict):
                raise self.wrong(f"{name}/{index}", "not_an_object", "must be an object")
            yield Document(one, f"{self.pointer}/{name}/{index}")

    def wrong(self, name: str, code: str, message: str) -> Unreadable:
        """Return what is wrong with a member."""
        return Unreadable(Issue(f"{self.pointer}/{name}", code, message))


def document_of(body: bytes) -> Document:
    """Parse a body that must be a JSON object.

    Raises:
        Unreadable: If it is none.
    """
    found = parsed(body)
    if not isinstance(found, dict):
        raise Unreadable(Issue("", "not_an_object", "must be an object"))
    return Document(found)


def parsed(body: bytes) -> Any:
    """Parse a body.

    Raises:
        Unreadable: If it is no JSON.
    """
    try:
        return parse_json(body)
    except Malformed as error:
        raise Unreadable(Issue("", error.refusal_code, error.detail)) from None
