"""Passwords: kept as argon2id, checked in the same time whether or not there is such a user."""

import threading
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.errors import FieldError, Invalid

SHORTEST, LONGEST = 12, 200

AT_ONCE = 2
"""Each check takes 64 MiB (RFC 9106, second recommended option) and a core for 40 ms or so:
a burst of sign-ins waits instead of taking the machine."""

_hasher = PasswordHasher()
_turns = threading.BoundedSemaphore(AT_ONCE)


def hashed(password: str) -> str:
    """Return what is stored of a password.

    Raises:
        Invalid: If it is shorter than 12 characters, or longer than 200.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        message = f"a password has {SHORTEST} to {LONGEST} characters"
        raise Invalid(message, errors=[FieldError("/password", "bad_length", message)])
    with _turns:
        return _hasher.hash(password)


def matches(stored: str | None, password: str) -> bool:
    """Say whether this is the password; None, for nobody, takes as long and is never matched."""
    with _turns:
        try:
            _hasher.verify(stored or _nobodys(), password[: LONGEST + 1])
        except (VerificationError, InvalidHashError):
            return False
    return stored is not None


@cache
def _nobodys() -> str:
    """Return a hash that nobody has the password of."""
    return _hasher.hash("nobody's")
