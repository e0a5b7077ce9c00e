"""Send requests to an app as a client would, without a socket."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import httpx
from fastapi import FastAPI

Headers = Mapping[str, str] | Sequence[tuple[bytes, bytes]] | None

ELSEWHERE = "203.0.113.7"


class Client:
    """Whoever holds a key; `key` None shows none."""

    def __init__(self, app: FastAPI, key: str | None = None, *, address: str = ELSEWHERE) -> None:
        self.app = app
        self.key = key
        self.address = address

    def send(
        self, method: str, url: str, *, headers: Headers = None, **more: Any
    ) -> httpx.Response:
        shown = httpx.Headers({"Authorization": f"Bearer {self.key}"} if self.key else {})
        shown.update(headers)

        async def once() -> httpx.Response:
            transport = httpx.ASGITransport(self.app, client=(self.address, 40000))
            async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
                return await client.request(method, url, headers=shown, **more)

        return asyncio.run(once())

    def get(self, url: str, **more: Any) -> httpx.Response:
        return self.send("GET", url, **more)

    def put(self, url: str, json: Any, **more: Any) -> httpx.Response:
        return self.send("PUT", url, json=json, **more)

    def post(self, url: str, json: Any, **more: Any) -> httpx.Response:
        return self.send("POST", url, json=json, **more)
