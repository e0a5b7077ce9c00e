"""`shortrun verify`."""

from contextlib import closing
from itertools import islice

from rich.console import Console
from rich.markup import escape

from app.database.database import Database
from app.sales.months import closed_months
from app.sales.tables import SalesRow
from app.verification.verify import CHECKS

SHOWN = 20
"""Of each check: more of a kind have one cause."""


def print_verification(database: Database, console: Console) -> bool:
    """Print what each check found; say whether everything adds up."""
    sound = True
    with database.read(SalesRow) as session:
        for name, check in CHECKS.items():
            with closing(check(session)) as findings:
                found = list(islice(findings, SHOWN + 1))
            sound &= not found
            console.print(f"{name}: {'[red]does not add up' if found else 'ok'}")
            for one in found[:SHOWN]:
                console.print(f"  {escape(one.subject)}: {escape(one.detail)}", soft_wrap=True)
            if len(found) > SHOWN:
                console.print("  and more")
        for month in closed_months(session):
            words = f"{month.month:%Y-%m} was detached: {month.events} events are not recounted"
            console.print(words, soft_wrap=True)
    return sound
