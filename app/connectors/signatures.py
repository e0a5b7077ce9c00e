"""Who sent a delivery: HMAC-SHA256 over its raw bytes, compared in constant time.

Sources: shopify.dev "Verify webhook deliveries"; WooCommerce REST API "Webhooks"; the
specification at standardwebhooks.com, which BigCommerce follows too.
"""

import base64
import binascii
import hashlib
import hmac
import secrets as random
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

TOLERANCE = timedelta(minutes=5)
"""How far a signed time may lie from ours, as the specification advises."""

STANDARD_PREFIX = "whsec_"
MOST_SECRETS = 2
NO_SECRET = random.token_urlsafe(32)
"""Stands in for a secret that a connection does not have; nobody knows it."""


def is_signed(body: bytes, signature: str | None, secrets: Sequence[str]) -> bool:
    """Say whether a base64 signature of the body was made with one of the secrets."""
    return _any_matches([signature or ""], body, [secret.encode() for secret in _padded(secrets)])


def is_standard_signed(
    body: bytes,
    headers: Mapping[str, str],
    secrets: Sequence[str],
    *,
    clocks: Sequence[datetime],
) -> bool:
    """Say whether a delivery bears a signature of Standard Webhooks made with one of the secrets.

    Args:
        body: The raw bytes.
        headers: Their names in lower case.
        secrets: `whsec_` and base64, or any other text for its own bytes.
        clocks: Times, to one of which the signed time must be near.
    """
    message, sent = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    given = [
        signature
        for version, _, signature in (
            part.partition(",") for part in headers.get("webhook-signature", "").split(" ")
        )
        if version == "v1"
    ]
    signed = f"{message}.{sent}.".encode() + body
    matches = _any_matches(given[:8], signed, [standard_key(one) for one in _padded(secrets)])
    return matches and bool(message) and _is_near(sent, clocks)


def standard_key(secret: str) -> bytes:
    """Return the key that a secret of Standard Webhooks stands for."""
    if not secret.startswith(STANDARD_PREFIX):
        return secret.encode()
    try:
        return base64.b64decode(secret.removeprefix(STANDARD_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        return secret.encode()


def is_standard_secret(secret: str) -> bool:
    """Say whether a secret is one as the specification wants it: 24 to 64 bytes."""
    return secret.startswith(STANDARD_PREFIX) and (
        standard_key(secret) != secret.encode() and 24 <= len(standard_key(secret)) <= 64
    )


class StandardSigned:
    """How a platform signs that does as Standard Webhooks says."""

    def is_authentic(
        self,
        body: bytes,
        headers: Mapping[str, str],
        secrets: Sequence[str],
        clocks: Sequence[datetime],
    ) -> bool:
        """Say whether a delivery was signed with one of the secrets, and lately."""
        return is_standard_signed(body, headers, secrets, clocks=clocks)

    def is_ping(self, body: bytes) -> bool:
        """Say no: everything is signed."""
        del body
        return False

    def delivery_id(self, headers: Mapping[str, str]) -> str | None:
        """Return the signed id of the message."""
        return headers.get("webhook-id")


def sign(body: bytes, key: bytes) -> str:
    """Return the base64 HMAC-SHA256 of the body."""
    return base64.b64encode(hmac.digest(key, body, hashlib.sha256)).decode()


def _padded(secrets: Sequence[str]) -> list[str]:
    """Return as many secrets for every connection, known or not: all take the same time."""
    return [*secrets, *[NO_SECRET] * MOST_SECRETS][:MOST_SECRETS]


def _any_matches(given: Sequence[str], body: bytes, keys: Sequence[bytes]) -> bool:
    matches = False
    for key in keys:
        right = sign(body, key).encode()
        for one in given:
            matches |= hmac.compare_digest(right, one.encode())
    return matches


def _is_near(sent: str, clocks: Sequence[datetime]) -> bool:
    if not (sent.isascii() and sent.isdigit() and len(sent) <= 11):
        return False
    at = datetime.fromtimestamp(int(sent), UTC)
    return any(abs(at - clock) <= TOLERANCE for clock in clocks)
