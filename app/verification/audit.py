"""The audit log is the one that was written."""

from collections.abc import Generator

from sqlalchemy.orm import Session

from app.audit.chain import first_break
from app.verification.finding import Finding


def broken_audit(session: Session) -> Generator[Finding]:
    """Find the first entry that was changed, moved, dropped or put in."""
    found = first_break(session)
    if found is not None:
        yield Finding("audit", "log", found)
