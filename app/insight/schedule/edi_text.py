"""Texts in what an EDI element can hold: so many characters of a character set, one way only."""

import hashlib
import unicodedata
from collections.abc import Iterable
from itertools import groupby

from app.insight.schedule.model import Line, Schedule

MARK_DIGITS = 10


def fitted(text: str, longest: int, charset: str) -> str:
    """Return a text as it is where it fits, else the nearest that does, told apart by a mark.

    Two texts that differ never become the same: a SKU that is cut or transliterated ends in
    digits of its SHA-256.
    """
    if len(text) <= longest and _encodes(text, charset) and text == text.strip():
        return text
    mark = f"-{hashlib.sha256(text.encode()).hexdigest()[:MARK_DIGITS]}"
    plain = unicodedata.normalize("NFKD", text).encode(charset, "ignore").decode(charset).strip()
    return plain[: longest - len(mark)] + mark


def named(text: str, longest: int, charset: str) -> str:
    """Return a name for people: the nearest that fits, cut where it is too long."""
    plain = unicodedata.normalize("NFKC", text)
    return plain.encode(charset, "replace").decode(charset)[:longest].strip() or "?"


def by_brand(schedule: Schedule) -> list[tuple[str, list[tuple[str, list[Line]]]]]:
    """Return the lines of each brand by SKU; a factory without any work has no brand."""
    found = []
    for brand, lines in groupby(schedule.lines, key=lambda line: line.brand):
        skus = groupby(lines, key=lambda line: line.sku)
        found.append((brand, [(sku, list(group)) for sku, group in skus]))
    return found


def chunks(text: str, longest: int) -> Iterable[str]:
    """Return a text in pieces that fit."""
    return (text[start : start + longest] for start in range(0, len(text), longest))


def _encodes(text: str, charset: str) -> bool:
    try:
        text.encode(charset)
    except UnicodeEncodeError:
        return False
    return True
