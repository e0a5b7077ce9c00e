"""API keys: `sr_live_` or `sr_test_`, 32 random characters, a checksum; stored as a hash."""

import hashlib
import re
import secrets
import string
import zlib

from app.errors import Unauthenticated

REFUSED = "the API key is not valid"
"""Said of every key that is not good, whatever is wrong with it."""

ALPHABET = string.digits + string.ascii_letters
RANDOM_CHARACTERS = 32
CHECK_CHARACTERS = 6

_SHAPE = re.compile(r"(sr_(?:live|test)_[0-9A-Za-z]{32})([0-9A-Za-z]{6})", re.ASCII)


def new_key(*, sandbox: bool) -> str:
    """Return a new key; the only time that anybody sees it."""
    drawn = "".join(secrets.choice(ALPHABET) for _ in range(RANDOM_CHARACTERS))
    body = f"sr_{'test' if sandbox else 'live'}_{drawn}"
    return body + _checksum(body)


def check_form(key: str) -> None:
    """Refuse what has not our form or a wrong checksum: typing errors cost no query.

    Raises:
        Unauthenticated: As for a key that is not stored.
    """
    matched = _SHAPE.fullmatch(key)
    if matched is None or _checksum(matched[1]) != matched[2]:
        raise Unauthenticated(REFUSED)


def digest_of(key: str) -> str:
    """Return what is stored of a key. It holds 190 random bits: a plain hash is enough."""
    return hashlib.sha256(key.encode()).hexdigest()


def seal_of(key: str) -> bytes:
    """Return a secret that follows from the key but not from what is stored of it."""
    return hashlib.sha256(b"seal\0" + key.encode()).digest()


def hint_of(key: str) -> str:
    """Return the part of a key by which a person recognises it in a list."""
    return key[:12]


def _checksum(body: str) -> str:
    value = zlib.crc32(body.encode())
    digits = []
    for _ in range(CHECK_CHARACTERS):
        value, digit = divmod(value, len(ALPHABET))
        digits.append(ALPHABET[digit])
    return "".join(digits)
