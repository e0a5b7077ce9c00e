"""Sends one request until it is answered: what may be tried again, how often, how long between."""

import random
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from app.client.failures import ProblemError, Unreachable

Query = Mapping[str, str | int | None]

BUSY = frozenset({429, 502, 503, 504})
"""Answers that say "not now" rather than "no": the same request may be sent again."""

STILL_RUNNING = "still_running"
"""A 409 with this code: an earlier try under the same Idempotency-Key is not answered yet."""


@dataclass(frozen=True)
class Retries:
    """How often a call is tried, and how long it waits in between.

    Attributes:
        attempts: Tries in all, the first included.
        first_delay: Seconds before the second try; doubled for each further one.
        longest_delay: Seconds waited at most; a longer `Retry-After` ends the tries.
        pause: How to wait.
    """

    attempts: int = 6
    first_delay: float = 0.1
    longest_delay: float = 30.0
    pause: Callable[[float], None] = time.sleep

    def delay(self, failed_tries: int) -> float:
        """Return the seconds to wait, spread so that many clients do not come back together."""
        longest = min(self.longest_delay, float(self.first_delay * 2 ** (failed_tries - 1)))
        return longest * random.uniform(0.5, 1.0)  # noqa: S311 - spreads retries, hides nothing


class Sender:
    """A connection to one service under one key.

    Every try of a call carries the same body and, for a POST, the same Idempotency-Key: a try
    whose answer was lost is answered again by the service, not done again.
    """

    def __init__(
        self,
        base_url: str,
        key: str | None,
        *,
        transport: httpx.BaseTransport | None = None,
        timeout: float,
        retries: Retries,
    ) -> None:
        self._retries = retries
        self._http = httpx.Client(
            base_url=base_url,
            headers={"Authorization": f"Bearer {key}"} if key else {},
            transport=transport,
            timeout=timeout,
            trust_env=not _is_loopback(base_url),
        )

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()

    def send(
        self,
        method: str,
        path: str,
        *,
        query: Query | None = None,
        body: object = None,
        form: Mapping[str, str] | None = None,
        file: tuple[str, bytes] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """Return the answer once it is a success or a 304.

        A DELETE that finds nothing after a try whose answer was lost did what it was for.

        Args:
            method: GET, PUT, POST or DELETE.
            path: Below the base address, already percent-encoded.
            query: Parameters; those that are None are left out.
            body: What to send as JSON; None sends no body.
            form: The fields of a form to send instead.
            file: The form's file: its name and what is in it.
            headers: Further headers.

        Raises:
            ProblemError: The service refused, or stayed busy through every try.
            Unreachable: No try got an answer.
        """
        kept = {name: value for name, value in (query or {}).items() if value is not None}
        own = {"Idempotency-Key": uuid.uuid4().hex} if method == "POST" else {}
        content: dict[str, Any] = {} if body is None else {"json": body}
        if file is not None:
            content = {"data": form, "files": {"file": file}}
        request = self._http.build_request(
            method, path, params=kept, headers={**own, **(headers or {})}, **content
        )
        lost = False
        for tried in range(1, self._retries.attempts + 1):
            last = tried == self._retries.attempts
            try:
                response = self._http.send(request)
            except httpx.RequestError as broken:
                if last:
                    raise Unreachable(method, str(request.url), broken) from broken
                lost = True
                self._retries.pause(self._retries.delay(tried))
                continue
            if _is_done(response, lost=lost):
                return response
            delay = self._delay_before_next(response, tried)
            if last or delay is None:
                raise ProblemError.of(response)
            self._retries.pause(delay)
        raise ValueError("attempts must be at least 1")

    def succeeds(self, path: str) -> bool:
        """Say whether one GET, tried once, is answered with success."""
        try:
            return self._http.get(path).is_success
        except httpx.RequestError:
            return False

    def _delay_before_next(self, response: httpx.Response, tried: int) -> float | None:
        """Return the seconds until the next try, or None where trying again cannot help."""
        refused = ProblemError.of(response)
        if refused.status not in BUSY and refused.code != STILL_RUNNING:
            return None
        if refused.retry_after is None:
            return self._retries.delay(tried)
        return refused.retry_after if refused.retry_after <= self._retries.longest_delay else None


def _is_done(response: httpx.Response, *, lost: bool) -> bool:
    """Say whether an answer needs no other try; `lost` where an earlier one's never came."""
    if response.request.method == "DELETE" and lost:
        return response.is_success or response.status_code == httpx.codes.NOT_FOUND
    return response.is_success or response.status_code == httpx.codes.NOT_MODIFIED


def _is_loopback(base_url: str) -> bool:
    """Say whether the service is on this machine, where a proxy from the environment is not."""
    return httpx.URL(base_url).host in {"127.0.0.1", "localhost", "::1"}
