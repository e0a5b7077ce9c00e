"""A small HTTP server that answers as the platforms' REST APIs do, pages and limits included."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass
class Answer:
    """What is answered."""

    body: Any
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


Respond = Callable[[str, dict[str, str], dict[str, str]], Answer]
"""Path, query and headers to an answer."""


@dataclass
class PlatformServer:
    """Where it is, and what it was asked."""

    url: str
    asked: list[str]


@contextmanager
def platform_server(respond: Respond) -> Iterator[PlatformServer]:
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            asked.append(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            headers = {name.lower(): value for name, value in self.headers.items()}
            answer = respond(parts.path, query, headers)
            content = json.dumps(answer.body).encode()
            self.send_response(answer.status)
            for name, value in {"Content-Length": str(len(content)), **answer.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    serving.start()
    try:
        yield PlatformServer(f"http://127.0.0.1:{server.server_address[1]}", asked)
    finally:
        server.shutdown()
        serving.join()
        server.server_close()
