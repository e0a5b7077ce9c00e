"""How the service listens."""

import asyncio
import socket

import pytest

from app.errors import SetupError
from app.serving import listen


def test_an_answer_in_two_writes_does_not_wait_for_an_acknowledgement() -> None:
    async def accepted_option() -> int:
        found: list[int] = []

        async def note(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            own = writer.get_extra_info("socket")
            found.append(own.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            writer.close()

        listening = listen("127.0.0.1", 0)
        async with await asyncio.start_server(note, sock=listening):
            reader, writer = await asyncio.open_connection(*listening.getsockname())
            await reader.read()
            writer.close()
            await writer.wait_closed()
        return found[0]

    assert asyncio.run(accepted_option()) != 0


def test_an_address_of_another_machine_is_refused_in_one_line() -> None:
    with pytest.raises(SetupError, match=r"cannot listen on 192\.0\.2\.1:8000"):
        listen("192.0.2.1", 8000)
