"""Everything that can be refused, as one tree; status codes are `web/problems.py`'s business.

ShortrunError
├── Malformed        the request is not well-formed (JSON, query, cursor)
├── Unauthenticated  no key, or not one of ours
├── Forbidden        the key's role may not do this
├── NotFound         does not exist, or belongs to somebody else: the same from outside
├── Conflict         the state or the stored content says otherwise
│   └── NotOpen      a recommendation that can no longer be answered
├── Gone             a feed position from before a restore or a pruning
├── Invalid          well-formed, but not valid: names the fields
├── TooLarge         a body over the limit
├── Unsupported      a media type or encoding that is not read here
└── Unavailable      the database is away or busy for too long

SetupError           what stops a command from starting: one line for the operator
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class FieldError:
    """One thing wrong with a body: where (a JSON pointer), a stable code, and words."""

    pointer: str
    code: str
    message: str


class ShortrunError(Exception):
    """The root of what the service refuses; `code` is stable and machine-readable."""

    code: ClassVar[str] = "error"

    def __init__(
        self, detail: str, *, code: str | None = None, errors: Sequence[FieldError] = ()
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.refusal_code = code or self.code
        self.errors = tuple(errors)


class Malformed(ShortrunError):
    """The request is not well-formed."""

    code = "malformed"


class Unauthenticated(ShortrunError):
    """There is no key, or it is unknown, revoked or expired."""

    code = "unauthenticated"


class Forbidden(ShortrunError):
    """The key is good but its role may not do this."""

    code = "forbidden"


class NotFound(ShortrunError):
    """It does not exist, or is not the caller's: from outside the two are one."""

    code = "not_found"


class Conflict(ShortrunError):
    """The state or the stored content contradicts the request."""

    code = "conflict"


class NotOpen(Conflict):
    """A recommendation was already answered, superseded, withdrawn or has expired."""

    code = "not_open"

    def __init__(self, recommendation_id: object, status: str) -> None:
        super().__init__(f"recommendation {recommendation_id} is {status}, not open")
        self.status = status


class Gone(ShortrunError):
    """A feed position that this database no longer knows; the reader starts again."""

    code = "cursor_expired"

    def __init__(self, detail: str, *, restart_at: str) -> None:
        super().__init__(detail)
        self.restart_at = restart_at


class Invalid(ShortrunError):
    """Well-formed but not valid; `errors` names the fields."""

    code = "invalid"


class TooLarge(ShortrunError):
    """The body is larger than is read here."""

    code = "too_large"


class Unsupported(ShortrunError):
    """The media type or the content encoding is not read here."""

    code = "unsupported_media_type"


class Unavailable(ShortrunError):
    """The database is away, or was busy for too long; the same request may work soon."""

    code = "unavailable"


class SetupError(Exception):
    """A command cannot start; the message is one line that says what to do about it."""
