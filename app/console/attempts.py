"""How often somebody may try a password: from one address, and for one name from anywhere."""

import time
from collections.abc import Callable

from app.console.users import called
from app.web.limits import Buckets

PER_ADDRESS, ADDRESS_SECONDS = 10, 60
PER_NAME, NAME_SECONDS = 30, 900
"""A password of 12 characters is not guessed at 120 an hour; who is kept out by somebody else's
guessing still gets in by a link."""


class Attempts:
    """The failed sign-ins of this process."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._addresses = Buckets("address", PER_ADDRESS, ADDRESS_SECONDS, clock)
        self._names = Buckets("name", PER_NAME, NAME_SECONDS, clock)

    def check(self, address: str, name: str) -> None:
        """Turn an attempt away after too many that failed.

        Raises:
            TooManyRequests: If it has to wait.
        """
        for buckets, of in ((self._addresses, address), (self._names, called(name))):
            level = buckets.level(of)
            if level < 1:
                raise buckets.exhausted(1 - level)

    def count(self, address: str, name: str) -> None:
        """Count one that failed."""
        self._addresses.take(address)
        self._names.take(called(name))
