"""Who a key is and whom operators name, looked up and remembered for half a second.

A revoked key is refused at once by the process that revoked it, and within half a second by
every other. What changes of a brand is known as quickly.
"""

import time
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from app.errors import Unauthenticated
from app.parties.key_use import KeyUse
from app.parties.keys import REFUSED
from app.parties.queries import key_with_digest
from app.parties.recheck import Recheck
from app.parties.refs import BrandRef, FactoryRef

REMEMBERED_SECONDS = 0.5
MOST_REMEMBERED = 10_000


@dataclass(frozen=True)
class Caller:
    """Somebody with a good key: its role, and the one party it acts for unless it is ops.

    `seal` is derived from the key itself and stored nowhere; answers kept for the caller are
    unreadable without it.
    """

    key_id: str
    role: str
    brand: BrandRef | None
    factory: FactoryRef | None
    seal: bytes = field(default=b"", repr=False)


def find_caller(session: Session, digest: str, *, at: datetime) -> Caller:
    """Return whose key this is.

    Raises:
        Unauthenticated: If it is unknown, revoked or expired; the three look the same.
    """
    found = key_with_digest(session, digest)
    if found is None:
        raise Unauthenticated(REFUSED)
    key, brand, factory = found
    expired = key.expires_at is not None and key.expires_at <= at
    if expired or key.revoked_at is not None:
        raise Unauthenticated(REFUSED)
    return Caller(
        key_id=key.id,
        role=key.role,
        brand=BrandRef.of(brand) if brand else None,
        factory=FactoryRef.of(factory) if factory else None,
    )


class KeyRing:
    """What was looked up within the last half second."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[float, Caller]] = {}
        self._brands: dict[str, tuple[float, BrandRef]] = {}
        self._forgot_at = 0.0
        self.use = KeyUse()
        self.recheck = Recheck()

    def recall(self, digest: str) -> Caller | None:
        """Return the caller looked up a moment ago, if it was."""
        known = self._known.get(digest)
        if known is None or known[0] < time.monotonic():
            return None
        return known[1]

    def remember(self, digest: str, caller: Caller, *, asked: float) -> None:
        """Keep a caller for half a second from when the look-up began; note that the key was used.

        A look-up that had to wait answers as of its beginning, by `time.monotonic()`, and is not
        kept where something changed since then.
        """
        self.use.note(caller.key_id)
        if asked < self._forgot_at:
            return
        if len(self._known) >= MOST_REMEMBERED:
            self._known = {}
        self._known[digest] = (asked + REMEMBERED_SECONDS, caller)

    def recall_brand(self, code: str) -> BrandRef | None:
        """Return the brand that an operator named a moment ago, if one did."""
        known = self._brands.get(code)
        if known is None or known[0] < time.monotonic():
            return None
        return known[1]

    def remember_brand(self, brand: BrandRef, *, asked: float) -> None:
        """Keep a brand for half a second from when the look-up began, like a caller."""
        if asked < self._forgot_at:
            return
        if len(self._brands) >= MOST_REMEMBERED:
            self._brands = {}
        self._brands[brand.code] = (asked + REMEMBERED_SECONDS, brand)

    def forget(self) -> None:
        """Look everybody up again: a key, a party or the clock changed."""
        self._forgot_at = time.monotonic()
        self._known, self._brands = {}, {}
