"""The calls of operators: parties, keys, the clock, refreshes."""

import time
from collections.abc import Iterator, Sequence
from typing import cast

from app.client import ops_answers
from app.client.calls import Body, Calls, segment

REFRESH_POLL_SECONDS = 0.05


class OpsCalls(Calls):
    """What an ops key may do beside acting for a brand or a factory."""

    def is_ready(self) -> bool:
        """Say whether the service takes work: database, migrations and a worker's heartbeat."""
        return self._sender.succeeds("/readyz")

    def put_brand(self, brand: str, body: Body) -> ops_answers.Brand:
        """Create a brand or replace its terms."""
        return cast("ops_answers.Brand", self._put(f"/v1/brands/{segment(brand)}", body))

    def put_factory(self, factory: str, body: Body) -> ops_answers.Factory:
        """Create a factory or replace what is known of it."""
        return cast("ops_answers.Factory", self._put(f"/v1/factories/{segment(factory)}", body))

    def brand(self, brand: str) -> ops_answers.Brand:
        """Return a brand's terms."""
        return cast("ops_answers.Brand", self._get(f"/v1/brands/{segment(brand)}"))

    def brands(self) -> Iterator[ops_answers.Brand]:
        """Yield all brands, page after page."""
        yield from self._all("/v1/brands", {})

    def factory(self, factory: str) -> ops_answers.Factory:
        """Return what is known of a factory."""
        return cast("ops_answers.Factory", self._get(f"/v1/factories/{segment(factory)}"))

    def factories(self) -> Iterator[ops_answers.Factory]:
        """Yield all factories, page after page."""
        yield from self._all("/v1/factories", {})

    def create_key(
        self,
        role: str,
        *,
        name: str,
        brand: str | None = None,
        factory: str | None = None,
        expires_at: str | None = None,
    ) -> ops_answers.CreatedKey:
        """Make a key for a role; the answer is the only time it is shown."""
        said = {"brand": brand, "factory": factory, "expires_at": expires_at}
        body = {"role": role, "name": name} | {what: it for what, it in said.items() if it}
        return cast("ops_answers.CreatedKey", self._post("/v1/api-keys", body))

    def revoke_key(self, key_id: str) -> None:
        """End a key, within a second and in every process."""
        self._delete(f"/v1/api-keys/{segment(key_id)}")

    def key(self, key_id: str) -> ops_answers.Key:
        """Return what is known of a key; never its secret."""
        return cast("ops_answers.Key", self._get(f"/v1/api-keys/{segment(key_id)}"))

    def keys(self) -> Iterator[ops_answers.Key]:
        """Yield all keys, page after page."""
        yield from self._all("/v1/api-keys", {})

    def rotate_key(self, key_id: str, *, overlap_seconds: int = 0) -> ops_answers.CreatedKey:
        """Replace a key by a new one; the old one works on for the overlap."""
        path = f"/v1/api-keys/{segment(key_id)}/rotate"
        body = {"overlap_seconds": overlap_seconds}
        return cast("ops_answers.CreatedKey", self._post(path, body))

    def audit(self) -> Iterator[ops_answers.AuditEntry]:
        """Yield what was done, oldest first; a brand or factory key reads what is its own."""
        yield from self._all("/v1/audit", {})

    def clock(self) -> ops_answers.ClockReading:
        """Return the time that the service lives in."""
        return cast("ops_answers.ClockReading", self._get("/v1/clock"))

    def set_clock(self, now: str) -> ops_answers.ClockReading:
        """Move the sandbox clock; what expires by then has expired when this returns."""
        return cast("ops_answers.ClockReading", self._put("/v1/clock", {"now": now}))

    def start_refresh(
        self, *, brand: str | None = None, skus: Sequence[str] | None = None
    ) -> ops_answers.RefreshAnswer:
        """Ask for fresh forecasts and decisions; `refresh` tells how far they are."""
        asked: dict[str, object] = {"brand": brand, "skus": None if skus is None else list(skus)}
        body = {name: value for name, value in asked.items() if value is not None}
        return cast("ops_answers.RefreshAnswer", self._post("/v1/refreshes", body))

    def refresh(self, refresh_id: str) -> ops_answers.RefreshAnswer:
        """Return how far a refresh has come."""
        path = f"/v1/refreshes/{segment(refresh_id)}"
        return cast("ops_answers.RefreshAnswer", self._get(path))

    def finish_refresh(
        self, refresh_id: str, *, within: float = 120.0
    ) -> ops_answers.RefreshAnswer:
        """Wait until a refresh is done or failed, and return it.

        Raises:
            TimeoutError: It was neither after `within` seconds.
        """
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            answer = self.refresh(refresh_id)
            if answer["status"] in {"done", "failed"}:
                return answer
            time.sleep(REFRESH_POLL_SECONDS)
        raise TimeoutError(f"refresh {refresh_id} was not done within {within:g} s")
