"""Bring text to UTF-8: which encoding it is in is told by its bytes, and said."""

import codecs
from pathlib import Path

from app.imports.sources.source import ReadAs, Unreadable

_STEP = 1024 * 1024
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16"),
)
_ASCII = bytes(range(128))


def as_utf8(path: Path, folder: Path, read_as: ReadAs) -> Path:
    """Return the text in UTF-8 without a mark; says in `read_as` what it was.

    Text that is not UTF-8 is taken for Windows-1252, which has Latin-1 in it, with a warning. A
    text that is UTF-8 but for some bytes keeps its encoding: those bytes become U+FFFD, and the
    rows that have them are refused by name.

    Raises:
        Unreadable: If it is no text.
    """
    with path.open("rb") as file:
        start = file.read(4096)
    for mark, encoding, name in _MARKS:
        if start.startswith(mark):
            read_as.facts["encoding"] = name
            return _written(path, folder, encoding, skip=0 if name == "UTF-8" else len(mark))
    if b"\0" in start:
        return _written(path, folder, _utf16(start, read_as), skip=0)
    bad, good = _count(path)
    if bad == 0:
        read_as.facts["encoding"] = "UTF-8"
        return path
    if good > bad:
        read_as.facts["encoding"] = "UTF-8"
        read_as.warnings.append(f"{bad} characters are damaged: they are not UTF-8")
        return _written(path, folder, "utf-8", skip=0)
    read_as.facts["encoding"] = "Windows-1252"
    read_as.warnings.append(
        "the text is not UTF-8 and was read as Windows-1252 (Latin-1): check names with accents"
    )
    return _written(path, folder, "cp1252", skip=0)


def _utf16(start: bytes, read_as: ReadAs) -> str:
    """Tell UTF-16 without a mark by where the zero bytes of plain letters stand."""
    even, odd = start[0::2].count(0), start[1::2].count(0)
    read_as.facts["encoding"] = "UTF-16"
    if odd > 4 * even and odd * 4 > len(start) // 2:
        return "utf-16-le"
    if even > 4 * odd and even * 4 > len(start) // 2:
        return "utf-16-be"
    raise Unreadable("not_a_table", "the file is neither text nor a format that is read here")


def _count(path: Path) -> tuple[int, int]:
    """Return how many bytes are not UTF-8, and how many characters beyond ASCII are."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    bad = beyond = 0
    with path.open("rb") as file:
        while block := file.read(_STEP):
            text = decoder.decode(block)
            if not text.isascii():
                bad += text.count("\ufffd")
                beyond += len(block.translate(None, _ASCII))
        bad += decoder.decode(b"", final=True).count("\ufffd")
    return bad, (beyond - bad) // 2


def _written(path: Path, folder: Path, encoding: str, *, skip: int) -> Path:
    to = folder / "text"
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    with path.open("rb") as source, to.open("w", encoding="utf-8", newline="") as target:
        source.seek(skip)
        while block := source.read(_STEP):
            target.write(decoder.decode(block))
        target.write(decoder.decode(b"", final=True))
    return to
