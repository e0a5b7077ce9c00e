"""The whole service in this process: the app behind HTTP, its worker a step at a time."""

import asyncio
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import httpx

from app.database.database import Database
from app.main import create_app
from app.settings import Settings
from app.worker import Worker
from tests.recommendations.scene import key_for

MOST_STEPS = 50
"""Nothing keeps a worker busy for so long: a style that is due again at once for ever would."""


class Service:
    """One database with everything on it, and an ops key."""

    def __init__(self, database_url: str) -> None:
        settings = Settings(
            database_url=database_url,
            sandbox=True,
            forecast_paths=64,
            log_level="CRITICAL",
        )
        self.database = Database(database_url)
        self.ops = key_for(self.database, "ops")
        self._worker = Worker(self.database, settings)
        self._runner = asyncio.Runner()
        transport = httpx.ASGITransport(
            create_app(settings, self.database, expects_worker=False), client=("203.0.113.7", 40000)
        )
        self._client = httpx.AsyncClient(transport=transport, base_url="http://test")

    def send(
        self, key: str, method: str, path: str, body: Any = None, *, params: Any = None
    ) -> httpx.Response:
        headers = {"Authorization": f"Bearer {key}"}
        return self._runner.run(
            self._client.request(method, path, json=body, params=params, headers=headers)
        )

    def made(self, key: str, method: str, path: str, body: Any = None, **more: Any) -> Any:
        """Send what must be taken, and return what it was answered with."""
        answer = self.send(key, method, path, body, **more)
        assert answer.is_success, (method, path, body, answer.status_code, answer.text)
        return answer.json() if answer.content else None

    def listed(self, key: str, path: str, **filters: Any) -> list[Any]:
        """Return a whole list, read page by page."""
        rows: list[Any] = []
        cursor: dict[str, Any] = {}
        while True:
            page = self.made(key, "GET", path, params={"limit": 100, **filters, **cursor})
            rows += page["data"]
            if not page["has_more"]:
                return rows
            cursor = {"cursor": page["next_cursor"]}

    def set_clock(self, at: datetime) -> None:
        self.made(self.ops, "PUT", "/v1/clock", {"now": at.isoformat()})

    def works(self) -> Iterator[None]:
        """Let the worker do what is due, batch by batch."""
        for _ in range(MOST_STEPS):
            if not self._worker.step():
                return
            yield
        raise AssertionError("there is always something due")

    def close(self) -> None:
        self._runner.run(self._client.aclose())
        self._runner.close()
        self.database.close()
