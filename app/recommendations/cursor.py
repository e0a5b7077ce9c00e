"""A position in a feed as opaque text: the sequence number, and which history it belongs to."""

import base64
import binascii
import hashlib
from dataclasses import dataclass

from app.errors import Malformed

PREFIX_BYTES = 8
CHECK_BYTES = 4
SEQ_BYTES = 8


@dataclass(frozen=True, slots=True)
class Position:
    """The last event already read, 0 for none, and the first digits of the hash up to it."""

    seq: int
    hash_prefix: str


def encode(seq: int, chained: str) -> str:
    """Write the position behind event `seq`, whose chained hash is given in hex digits."""
    raw = seq.to_bytes(SEQ_BYTES, "big") + bytes.fromhex(chained)[:PREFIX_BYTES]
    return base64.urlsafe_b64encode(raw + _check(raw)).decode().rstrip("=")


def decode(cursor: str) -> Position:
    """Read a cursor back.

    Raises:
        Malformed: If it is not one.
    """
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        whole = base64.b64decode(padded, altchars=b"-_", validate=True)
    except (UnicodeEncodeError, binascii.Error):
        raise _bad() from None
    raw, check = whole[:-CHECK_BYTES], whole[-CHECK_BYTES:]
    if len(raw) != SEQ_BYTES + PREFIX_BYTES or check != _check(raw):
        raise _bad()
    return Position(int.from_bytes(raw[:SEQ_BYTES], "big"), raw[SEQ_BYTES:].hex())


def _check(raw: bytes) -> bytes:
    return hashlib.sha256(b"feed" + raw).digest()[:CHECK_BYTES]


def _bad() -> Malformed:
    return Malformed("the cursor is not one of a feed", code="bad_cursor")
