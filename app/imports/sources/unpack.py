"""Undo gzip, once and bounded: a small file must not fill a disk."""

import zlib
from pathlib import Path
from typing import BinaryIO

from app.imports.sources.source import Unreadable

GZIP = b"\x1f\x8b"
_STEP = 16 * 1024
"""Bytes read together: what follows a member is copied, and a file may be of empty members."""


def starts_with(path: Path, size: int = 4096) -> bytes:
    """Return the first bytes of a file."""
    with path.open("rb") as file:
        return file.read(size)


def unpacked(path: Path, folder: Path, *, limit: int) -> Path:
    """Return the file, or what it holds where it is gzip, one or more members.

    Args:
        path: The file.
        folder: Where to write what is unpacked.
        limit: Bytes that it may hold at most.

    Raises:
        Unreadable: If the gzip stream is broken, cut short or holds more than `limit`.
    """
    if starts_with(path, 2) != GZIP:
        return path
    to = folder / "unpacked"
    room = limit
    with path.open("rb") as source, to.open("wb") as target:
        rest = source.read(_STEP)
        while rest:
            stream = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
            while not stream.eof:
                if not rest:
                    raise Unreadable("bad_gzip", "the gzip file ends before its content does")
                try:
                    plain = stream.decompress(rest, _STEP)
                except zlib.error:
                    raise Unreadable("bad_gzip", "the gzip file is damaged") from None
                room -= len(plain)
                if room < 0:
                    raise too_large(limit)
                target.write(plain)
                rest = stream.unconsumed_tail or source.read(_STEP) if not stream.eof else b""
            rest = _beyond_padding(stream.unused_data, source)
    return to


def _beyond_padding(rest: bytes, source: BinaryIO) -> bytes:
    """Return what comes next that is not padding, as tapes and some tools leave it."""
    while rest := rest or source.read(_STEP):
        rest = rest.lstrip(b"\0")
        if rest:
            return rest
    return b""


def too_large(limit: int) -> Unreadable:
    """Return the refusal of a file that holds too much."""
    return Unreadable("too_large_unpacked", f"the file holds more than {limit:,} bytes unpacked")
