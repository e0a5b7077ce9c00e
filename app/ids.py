"""Public identifiers: a prefix that says what it is, and a UUIDv7 that sorts by creation."""

import secrets
import threading
import time
import uuid

_COUNTER_BITS = 12
_lock = threading.Lock()
_last = 0
"""Unix time in ms of the last UUID and its number within it, as one integer."""


def uuid7() -> uuid.UUID:
    """Return a UUID (RFC 9562, version 7) that sorts after all that this process made before.

    Its 12 bits beside the time count within a millisecond (section 6.2, method 1); more than
    they hold, and a machine's clock that goes back, borrow from the time. Ids order rows by
    creation on this machine and carry no meaning for the sandbox clock.
    """
    global _last  # noqa: PLW0603  the counter of the process
    with _lock:
        _last = max(_last + 1, time.time_ns() // 1_000_000 << _COUNTER_BITS)
        at, number = divmod(_last, 1 << _COUNTER_BITS)
    value = (at & (2**48 - 1)) << 80 | 0x7 << 76 | number << 64
    return uuid.UUID(int=value | 0b10 << 62 | secrets.randbits(62))


def new_id(prefix: str) -> str:
    """Return a new public id such as `rec_019b...` (prefix, underscore, 32 hex digits)."""
    return f"{prefix}_{uuid7().hex}"
