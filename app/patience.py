"""Uvicorn's HTTP/1.1 protocol, without endless patience for who sends slowly or not at all.

Uvicorn bounds only the pause between two requests. A connection that opens and says nothing, or
gives one byte of a header or a body now and then, would hold its buffers for ever.

Answers leave in one write, where Uvicorn's own take two.
"""

import asyncio
from typing import Any, ClassVar

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from app.web.request_id import unread

LONGEST_HEAD_BYTES = 32 * 1024
"""Of a request: more before the end of its headers is refused."""


class _WholeAnswers(h11.Connection):
    """Holds the head of an answer until what follows it, so that both are one write.

    A write is a system call and a packet: 50 us of a sale's 700 on the event loop.
    """

    _head = b""

    def send(self, event: Any) -> Any:
        """Return the bytes to write for an event, as h11 does; none yet for a head."""
        written = super().send(event)
        if isinstance(event, h11.Response):
            self._head = written
            return b""
        if written is not None and self._head:
            written, self._head = self._head + written, b""
        return written


class PatientProtocol(H11Protocol):
    """Closes a connection whose request does not come on.

    Attributes:
        patience_seconds: How long the headers of a request may take, from the connection or from
            their first byte; and how long each window of a body is.
        least_body_bytes: What a body must bring in each window, unless it ends in it: 1 KiB a
            second, slower than any line that a shop or a factory still has.
    """

    patience_seconds: ClassVar[float] = 5.0
    least_body_bytes: ClassVar[int] = 5 * 1024

    _window: asyncio.TimerHandle | None = None
    _in_window = 0

    def __init__(self, *args: Any, **options: Any) -> None:
        """Take what Uvicorn gives."""
        super().__init__(*args, **options)
        self.conn = _WholeAnswers(h11.SERVER, LONGEST_HEAD_BYTES)

    def connection_made(  # type: ignore[override]  # as uvicorn's own
        self, transport: asyncio.Transport
    ) -> None:
        """Wait for the first request."""
        super().connection_made(transport)
        self._open_window()

    def data_received(self, data: bytes) -> None:
        """Take what came; wait on only while a request is incomplete."""
        was_in_body = self.conn.their_state is h11.SEND_BODY
        super().data_received(data)
        self._in_window += len(data)
        goes_on = was_in_body == (self.conn.their_state is h11.SEND_BODY)
        if goes_on and self._window is not None and self._is_incomplete():
            return
        self._close_window()
        if self._is_incomplete():
            self._open_window()

    def on_response_complete(self) -> None:
        """Go on with what the client sent meanwhile."""
        super().on_response_complete()
        if self._window is None and self._is_incomplete() and not self.transport.is_closing():
            self._open_window()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing any more."""
        self._close_window()
        super().connection_lost(exc)

    def _is_incomplete(self) -> bool:
        if self.conn.their_state is h11.SEND_BODY:
            return True
        return self.conn.their_state is h11.IDLE and bool(self.conn.trailing_data[0])

    def _open_window(self) -> None:
        self._in_window = 0
        self._window = self.loop.call_later(self.patience_seconds, self._judge)

    def _close_window(self) -> None:
        if self._window is not None:
            self._window.cancel()
            self._window = None

    def _judge(self) -> None:
        """End the connection, unless its body comes on or is held back by ourselves."""
        self._window = None
        in_body = self.conn.their_state is h11.SEND_BODY
        if in_body and (self._in_window >= self.least_body_bytes or self.flow.read_paused):
            self._open_window()
            return
        if not in_body and self.conn.trailing_data[0]:
            # Only who began to ask is answered: a connection kept in reserve is closed without a
            # word, which a proxy could take for the answer to what it sends at that moment.
            self.transport.write(unread(408, "request_timeout", "the request did not come on"))
        self.transport.close()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002  uvicorn's words, not ours
        """Refuse what cannot be read as HTTP, in the form of every other refusal."""
        if self.conn.our_state in {h11.IDLE, h11.SEND_RESPONSE}:
            self.transport.write(unread(400, "malformed", "what came is not well-formed HTTP"))
        self.transport.close()
