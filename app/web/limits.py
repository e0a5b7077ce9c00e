"""How many requests a key may make, and how many failed keys an address may try.

One token bucket each, in this process: a guard against a runaway client, not a quota.
"""

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from app.errors import ShortrunError

MOST_BUCKETS = 10_000
"""Buckets kept at most; the ones not used for longest go first and start full again."""


class TooManyRequests(ShortrunError):  # named like its siblings in errors.py
    """A caller used up its share; the allowance says in how many seconds there is more."""

    code = "too_many_requests"

    def __init__(self, allowance: "Allowance") -> None:
        super().__init__("too many requests; wait before the next")
        self.allowance = allowance


class Allowance(NamedTuple):
    """What is left of a share, as the `RateLimit` headers tell it."""

    policy: str
    quota: int
    window_seconds: int
    remaining: int
    reset_seconds: int

    def headers(self) -> dict[str, str]:
        """Return the two header fields of the IETF draft."""
        return {
            "ratelimit-policy": f'"{self.policy}";q={self.quota};w={self.window_seconds}',
            "ratelimit": f'"{self.policy}";r={self.remaining};t={self.reset_seconds}',
        }


@dataclass
class Buckets:
    """Token buckets by name, of one policy: `quota` at once, refilled over `window_seconds`."""

    policy: str
    quota: int
    window_seconds: int
    clock: Callable[[], float] = time.monotonic
    _levels: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)

    def level(self, name: str) -> float:
        """Return how many tokens a bucket holds now."""
        return self._level(name, self.clock())

    def take(self, name: str) -> float:
        """Take one token and return what is left; below zero there was none."""
        at = self.clock()
        left = self._level(name, at) - 1
        if left >= 0:
            self._levels[name] = (left, at)
            self._levels.move_to_end(name)
            if len(self._levels) > MOST_BUCKETS:
                self._levels.popitem(last=False)
        return left

    def allowance(self, left: float) -> Allowance:
        """Return what a bucket that holds so many tokens still allows."""
        left = max(0.0, left)
        full_in = self._seconds_until(self.quota - left)
        return Allowance(self.policy, self.quota, self.window_seconds, int(left), full_in)

    def exhausted(self, tokens: float) -> TooManyRequests:
        """Return the refusal of a caller who lacks so many tokens."""
        seconds = max(1, self._seconds_until(tokens))
        return TooManyRequests(Allowance(self.policy, self.quota, self.window_seconds, 0, seconds))

    def _level(self, name: str, at: float) -> float:
        known = self._levels.get(name)
        if known is None:
            return float(self.quota)
        level, since = known
        refilled = level + (at - since) * self.quota / self.window_seconds
        return refilled if refilled < self.quota else float(self.quota)

    def _seconds_until(self, tokens: float) -> int:
        """Return the whole seconds in which so many tokens come back."""
        return math.ceil(max(0.0, tokens) * self.window_seconds / self.quota)


class Limits:
    """The limits of one process."""

    def __init__(
        self,
        *,
        requests_per_minute: int,
        failures_per_minute: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._keys = Buckets("key", requests_per_minute, 60, clock)
        self._failures = Buckets("address", failures_per_minute, 60, clock)

    def take(self, key_id: str) -> Allowance:
        """Count a request of a key.

        Raises:
            TooManyRequests: If its bucket is empty.
        """
        left = self._keys.take(key_id)
        if left < 0:
            raise self._keys.exhausted(-left)
        return self._keys.allowance(left)

    def check_failures(self, address: str) -> None:
        """Turn an address away that showed too many bad keys.

        Raises:
            TooManyRequests: If it has to wait before it may show another.
        """
        level = self._failures.level(address)
        if level < 1:
            raise self._failures.exhausted(1 - level)

    def count_failure(self, address: str) -> None:
        """Count a bad key shown by an address."""
        self._failures.take(address)

    def failures_left(self, address: str) -> Allowance:
        """Return how many more bad keys an address may show."""
        return self._failures.allowance(self._failures.level(address))
