"""`shortrun audit verify`."""

from rich.console import Console

from app.audit.chain import START, Anchor, first_break, head
from app.database.database import Database


def print_audit(database: Database, console: Console, *, anchor: Anchor = START) -> bool:
    """Walk the whole chain and print what was found; say whether it is whole."""
    with database.read() as session:
        found = first_break(session, anchor=anchor)
        end = head(session)
    if found is not None or end is None:
        console.print(f"audit: [red]broken[/red]: {found}", soft_wrap=True)
        return False
    console.print(f"audit: ok, {end.seq} entries")
    console.print(f"keep this elsewhere, for --anchor: {end}", soft_wrap=True)
    return True
