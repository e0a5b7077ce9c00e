"""`shortrun doctor`."""

from collections.abc import Iterator

from rich.console import Console
from rich.markup import escape

from app.clock.time import now
from app.database.database import Database
from app.doctor.advice import Advice
from app.doctor.machine import database_present, settings_in_force
from app.doctor.trading import brands, factories
from app.doctor.working import operators, workers
from app.settings import Settings

MARKS = {"ok": "[green]ok    [/]", "hint": "[yellow]to do [/]", "broken": "[red]broken[/]"}


def examine(database: Database, settings: Settings) -> Iterator[Advice]:
    """Look at everything; what needs the tables is left out while they are not there."""
    yield from settings_in_force(settings)
    usable = True
    for advice in database_present(database, settings):
        usable &= advice.level != "broken"
        yield advice
    if not usable:
        return
    with database.read() as session:
        at = now(session, sandbox=settings.sandbox)
        for look in (workers, operators, brands, factories):
            yield from look(session, at)


def print_examination(database: Database, settings: Settings, console: Console) -> bool:
    """Print what was seen and what to do; say whether the service can work."""
    sound = True
    for advice in examine(database, settings):
        sound &= advice.level != "broken"
        said = f"{MARKS[advice.level]}  {escape(advice.subject)}: {escape(advice.said)}"
        console.print(said, soft_wrap=True)
        if advice.remedy:
            console.print(f"        {escape(advice.remedy)}", soft_wrap=True, style="bold")
    return sound
