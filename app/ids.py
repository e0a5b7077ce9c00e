"""Public identifiers: a prefix that says what it is, and a UUIDv7 that sorts by creation."""

import secrets
import time
import uuid


def uuid7(milliseconds: int | None = None) -> uuid.UUID:
    """Return a time-ordered UUID (RFC 9562, version 7) for now, or for a given Unix time.

    Args:
        milliseconds: Unix time in ms; None reads the machine's clock. Ids order rows by
            creation on this machine and carry no meaning for the sandbox clock.
    """
    at = time.time_ns() // 1_000_000 if milliseconds is None else milliseconds
    value = (at & (2**48 - 1)) << 80 | 0x7 << 76 | secrets.randbits(12) << 64
    return uuid.UUID(int=value | 0b10 << 62 | secrets.randbits(62))


def new_id(prefix: str) -> str:
    """Return a new public id such as `rec_019b...` (prefix, underscore, 32 hex digits)."""
    return f"{prefix}_{uuid7().hex}"
