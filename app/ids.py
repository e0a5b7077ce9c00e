"""Public identifiers: a prefix that says what it is, and a UUIDv7 that sorts by creation."""

import os
import threading
import time

_COUNTER_BITS = 12
_RANDOM_BITS = 62
_lock = threading.Lock()
_last = 0
"""Unix time in ms of the last UUID and its number within it, as one integer."""


def uuid7() -> str:
    """Return a UUID (RFC 9562, version 7) that sorts after all that this process made before.

    Its 32 hex digits. The 12 bits beside the time count within a millisecond (section 6.2, method
    1); more than they hold, and a machine's clock that goes back, borrow from the time. Ids order
    rows by creation on this machine and carry no meaning for the sandbox clock.
    """
    global _last  # noqa: PLW0603  the counter of the process
    with _lock:
        _last = max(_last + 1, time.time_ns() // 1_000_000 << _COUNTER_BITS)
        at, number = divmod(_last, 1 << _COUNTER_BITS)
    drawn = int.from_bytes(os.urandom(8), "big") & (1 << _RANDOM_BITS) - 1
    return f"{at & 2**48 - 1:012x}7{number:03x}{0b10 << _RANDOM_BITS | drawn:016x}"


def new_id(prefix: str) -> str:
    """Return a new public id such as `rec_019b...` (prefix, underscore, 32 hex digits)."""
    return f"{prefix}_{uuid7()}"
