"""The command itself, its groups, and the database that its commands open."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

from app.settings import Settings

if TYPE_CHECKING:
    from app.database.database import Database

app = typer.Typer(
    help="Turn early sales into small production runs.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
keys = typer.Typer(help="API keys.", no_args_is_help=True)
imports = typer.Typer(
    help="Read files: sales, stock, inbound supply, known demand, the catalog.",
    no_args_is_help=True,
)
audit = typer.Typer(help="Who did what.", no_args_is_help=True)
partitions = typer.Typer(help="Months of sales.")
app.add_typer(keys, name="keys")
app.add_typer(imports, name="import")
app.add_typer(audit, name="audit")
app.add_typer(partitions, name="partitions")


@contextmanager
def ready_database(settings: Settings) -> Iterator["Database"]:
    """Open the database, brought to the head: the first start needs no other step.

    With `SHORTRUN_MIGRATE_AT_START=0` one that is not there is refused instead.
    """
    from app.database.database import Database
    from app.database.migrate import migrate, require

    database = Database(settings.database_url)
    try:
        if settings.migrate_at_start:
            migrate(database)
        else:
            require(database)
        yield database
    finally:
        database.close()
