"""Chain the entries by their hashes, and find where a chain was broken."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.tables import AuditEntry, AuditHead

BEFORE_ALL = "0" * 64
ENTRIES_READ_TOGETHER = 1_000
COVERED = (
    "seq",
    "id",
    "role",
    "key_id",
    "action",
    "subject",
    "brand_id",
    "factory_id",
    "details",
)  # and the time

_ANCHOR = re.compile(r"([0-9]{1,18}):([0-9a-f]{64})", re.ASCII)


@dataclass(frozen=True)
class Anchor:
    """A place in the chain that was seen once: after this many entries this was the hash."""

    seq: int
    hash: str

    def __str__(self) -> str:
        """Write it as `parse` reads it."""
        return f"{self.seq}:{self.hash}"

    @classmethod
    def parse(cls, text: str) -> "Anchor":
        """Read what was printed.

        Raises:
            ValueError: If it is not an anchor.
        """
        matched = _ANCHOR.fullmatch(text)
        if matched is None:
            raise ValueError("an anchor is a number, a colon and 64 hexadecimal digits")
        return cls(int(matched[1]), matched[2])


START = Anchor(0, BEFORE_ALL)


def chained(before: str, entry: Mapping[str, Any]) -> str:
    """Return the hash of an entry after the one with the hash `before`."""
    covered = {name: entry[name] for name in COVERED}
    covered["at"] = entry["at"].astimezone(UTC).isoformat()
    written = json.dumps(covered, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(f"{before}\n{written}".encode()).hexdigest()


def head(session: Session) -> Anchor | None:
    """Return where the chain ends by its head; None if somebody took that away."""
    row = session.execute(select(AuditHead.last_seq, AuditHead.last_hash)).one_or_none()
    return None if row is None else Anchor(*row)


def first_break(session: Session, *, anchor: Anchor = START) -> str | None:
    """Say what is wrong with the first entry that was changed, moved, dropped or put in.

    Whoever can write every row can write a whole new chain; `anchor`, printed earlier and kept
    elsewhere, is what it cannot lead through.
    """
    try:
        return _first_break(session, anchor)
    except (ValueError, OverflowError):  # not JSON, or not a time
        return "an entry cannot be read"


def _first_break(session: Session, anchor: Anchor) -> str | None:
    seen = START
    passed = anchor == START
    query = (
        select(AuditEntry)
        .order_by(AuditEntry.seq)
        .execution_options(yield_per=ENTRIES_READ_TOGETHER)
    )
    with session.scalars(query) as entries:
        for entry in entries:
            if entry.seq != seen.seq + 1:
                return f"no entry {seen.seq + 1}, the next is {entry.seq}"
            seen = Anchor(entry.seq, chained(seen.hash, vars(entry)))
            if seen.hash != entry.hash:
                return f"entry {entry.seq} is not the one that was written"
            passed = passed or seen == anchor
    end = head(session)
    if end is None:
        return "its head is gone"
    if seen != end:
        return f"ends at {seen.seq}, its head says {end.seq}"
    return None if passed else f"does not lead through {anchor.seq}, as it did once"
