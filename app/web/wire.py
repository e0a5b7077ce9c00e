"""Types on the wire: what a text, a quantity, an amount, a time may look like.

Each is an `Annotated` type for a `Wire` model or a parameter. Nothing is trimmed, rounded or
guessed: a value is taken as it was sent, or refused with a code and without being echoed.
"""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from typing import Annotated, Any
from zoneinfo import available_timezones

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    PlainValidator,
    StringConstraints,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from app.web.currencies import CURRENCIES

MONEY_MAX = Decimal(10_000_000_000)
"""Fifteen digits with the decimals: what a JSON number still carries exactly."""

UNPRINTABLE = (
    r"\u0000-\u001f\u007f-\u009f"  # control
    r"\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f"
)
"""Control, line-separating, bidirectional, zero-width and tag characters."""

_MONEY = re.compile(r"[0-9]{1,11}(\.[0-9]{1,4})?", re.ASCII)
_TIMESTAMP = re.compile(
    r"(\d{4})-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,6})?([Zz]|[+-]\d\d:\d\d)", re.ASCII
)
_WHOLE = re.compile(r"-?[0-9]{1,9}", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_CENT = Decimal("0.01")
_TICK = Decimal("0.0001")


class Wire(BaseModel):
    """The base of our own bodies and answers: unknown fields are refused, nothing changes later."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def example(body: dict[str, Any]) -> ConfigDict:
    """Return a `model_config` that shows this body in the docs; the rest stays `Wire`'s."""
    return ConfigDict(json_schema_extra={"examples": [body]})


def text(longest: int, *, shortest: int = 1) -> StringConstraints:
    """Return the rule of a text of at most so many characters, for `Annotated[str, ...]`."""
    return StringConstraints(
        min_length=shortest, max_length=longest, pattern=f"^[^{UNPRINTABLE}]*$"
    )


def parse_money(value: Any) -> Decimal:
    """Read an amount from a decimal string or a JSON number, exactly.

    Raises:
        PydanticCustomError: If it is something else, negative, too large or too fine.
    """
    if isinstance(value, str):
        if not _MONEY.fullmatch(value):
            raise _bad_money()
        amount = Decimal(value)
    elif isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise _bad_money()
    else:
        # The shortest text that reads back as the same float is what the sender wrote.
        amount = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
        if not amount.is_finite() or amount < 0:
            raise _bad_money()
    if amount > MONEY_MAX:
        raise PydanticCustomError("money_too_large", "must be at most 10000000000")
    if amount != amount.quantize(_TICK):
        raise _bad_money()
    return amount


def money_text(amount: Decimal) -> str:
    """Write an amount with two to four decimals: `14.00`, `0.0512`."""
    exact = amount.quantize(_TICK)
    cents = exact.quantize(_CENT)
    written = cents if cents == exact else exact
    plain = f"{written:f}".rstrip("0") if written is exact else f"{written:f}"
    return plain if written else "0.00"


def parse_timestamp(value: Any) -> datetime:
    """Read an RFC 3339 time with an offset, between 2000 and 2100, into UTC.

    Raises:
        PydanticCustomError: If it is anything else.
    """
    matched = _TIMESTAMP.fullmatch(value) if isinstance(value, str) else None
    if matched is None:
        raise PydanticCustomError(
            "bad_time",
            "must be an RFC 3339 time with an offset and at most 6 digits of a second",
        )
    if not 1999 <= int(matched[1]) <= 2101:
        raise _time_out_of_range()
    try:
        at = datetime.fromisoformat(value.upper()).astimezone(UTC)
    except ValueError:
        raise PydanticCustomError("bad_time", "is not a time that exists") from None
    if not 2000 <= at.year <= 2100:
        raise _time_out_of_range()
    return at


def parse_day(value: Any) -> date:
    """Read a `YYYY-MM-DD` day between 2000 and 2100.

    Raises:
        PydanticCustomError: If it is anything else.
    """
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise PydanticCustomError("bad_day", "must be a day as YYYY-MM-DD")
    try:
        day = date.fromisoformat(value)
    except ValueError:
        raise PydanticCustomError("bad_day", "is not a day that exists") from None
    if not 2000 <= day.year <= 2100:
        raise PydanticCustomError("day_out_of_range", "must lie in the years 2000 to 2100")
    return day


def _bad_money() -> PydanticCustomError:
    return PydanticCustomError(
        "bad_money", "must be a decimal string or number, 0 or more, with at most 4 decimals"
    )


def _time_out_of_range() -> PydanticCustomError:
    return PydanticCustomError("time_out_of_range", "must lie in the years 2000 to 2100")


@cache
def _timezones() -> frozenset[str]:
    return frozenset(available_timezones()) - {"localtime", "Factory"}


def _known_timezone(name: str) -> str:
    if name not in _timezones():
        raise PydanticCustomError("unknown_timezone", "must be a time zone of the IANA database")
    return name


def _known_currency(code: str) -> str:
    if code not in CURRENCIES:
        raise PydanticCustomError("unknown_currency", "must be a currency code of ISO 4217")
    return code


def _whole(value: Any) -> Any:
    if isinstance(value, str) and not _WHOLE.fullmatch(value):
        raise PydanticCustomError("not_an_integer", "must be a whole number")
    return value


def _own(value: Any, kind: type, parse: Any) -> Any:
    """Let our own values through: answers are built from them, input never holds them."""
    return value if isinstance(value, kind) else parse(value)


Identifier = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._~-]{1,64}$")]
"""An id that a caller chose."""

SkuCode = Annotated[str, text(100)]
"""A SKU: any printable text; in paths percent-encoded, so declare `{sku:path}`."""

Label = Annotated[str, text(200)]
"""A name or another short text."""

Note = Annotated[str, text(2000)]
"""A reason or another long text."""

Quantity = Annotated[int, Field(strict=True, ge=1, le=1_000_000)]
"""Units that an event moves."""

Count = Annotated[int, Field(strict=True, ge=0, le=1_000_000_000)]
"""Units that are there, and other whole numbers from 0."""

WholeNumber = Annotated[int, BeforeValidator(_whole)]
"""A number in a query: digits alone, where Python would also read `1_0`, ` 1` and `1.0`."""

Share = Annotated[float, Field(strict=True, ge=0, le=1, allow_inf_nan=False)]
"""A fraction between 0 and 1, both included."""

MoneyIn = Annotated[
    Decimal,
    PlainValidator(parse_money),
    PlainSerializer(money_text, return_type=str, when_used="json"),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "pattern": r"^[0-9]{1,11}(\.[0-9]{1,4})?$"},
                {"type": "number", "minimum": 0, "maximum": int(MONEY_MAX)},
            ],
            "examples": ["12.50"],
        }
    ),
]
"""An amount taken in, 0 or more."""

MoneyOut = Annotated[
    Decimal,
    PlainSerializer(money_text, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "pattern": r"^-?[0-9]+\.[0-9]{2,4}$", "examples": ["12.50"]}),
]
"""An amount given out; may be negative."""

UnitCostOut = Annotated[
    MoneyOut,
    Field(
        description="Of one unit, set-ups, freight and tooling aside. Where a run's units differ in"
        " price (price breaks of kind `incremental`) their average, rounded to four decimals:"
        " `total_cost` is exact, and what is to be paid."
    ),
]
"""What a unit of a run costs."""

Timestamp = Annotated[
    datetime,
    BeforeValidator(lambda value: _own(value, datetime, parse_timestamp)),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2026-03-02T10:15:00Z"]}),
]
"""An instant, in UTC once read."""

Day = Annotated[
    date,
    BeforeValidator(lambda value: _own(value, date, parse_day)),
    WithJsonSchema({"type": "string", "format": "date", "examples": ["2026-03-02"]}),
]
"""A calendar day."""

Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$"), AfterValidator(_known_currency)]
"""A currency of ISO 4217."""

TimezoneName = Annotated[
    str,
    StringConstraints(max_length=64, pattern=r"^[A-Za-z0-9_+/-]+$"),
    AfterValidator(_known_timezone),
]
"""A time zone of the IANA database."""
