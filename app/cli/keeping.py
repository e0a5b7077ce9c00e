"""Keep what is stored safe: copies, and whether it still adds up."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from app.cli.root import app, audit, ready_database
from app.errors import SetupError
from app.settings import Settings


@app.command()
def backup(file: Path) -> None:
    """Copy the SQLite database, in use or not, to a file; checked, and whole or not at all."""
    from app.database.backup import back_up

    with ready_database(Settings.read()) as database:
        typer.echo(f"{back_up(database, file)} bytes in {file}")


@app.command()
def restore(file: Path) -> None:
    """Put a backup in the SQLite database's place; the service must be stopped."""
    from app.database import backup as backups
    from app.database.database import Database
    from app.database.migrate import migrate as migrate_database

    database = Database(Settings.read().database_url)
    backups.restore(database, file)
    typer.echo(f"{file} is the database at revision {migrate_database(database)} now")
    database.close()


@app.command()
def doctor() -> None:
    """Say what is missing here and what to do; exit code 1 where the service cannot work."""
    from app.database.database import Database
    from app.doctor.command import print_examination

    settings = Settings.read()
    database = Database(settings.database_url)
    try:
        sound = print_examination(database, settings, Console())
    finally:
        database.close()
    raise typer.Exit(0 if sound else 1)


@app.command()
def verify() -> None:
    """Recount what is stored from what it was made of; exit code 1 where it does not add up."""
    from app.verification.command import print_verification

    with ready_database(Settings.read()) as database:
        raise typer.Exit(0 if print_verification(database, Console()) else 1)


@audit.command("verify")
def verify_audit(
    anchor: Annotated[
        str | None, typer.Option(help="What this printed once: the log must still lead through it.")
    ] = None,
) -> None:
    """Walk the audit log; exit code 1 where an entry was changed, moved, dropped or put in."""
    from app.audit.chain import START, Anchor
    from app.audit.command import print_audit

    try:
        through = START if anchor is None else Anchor.parse(anchor)
    except ValueError as error:
        raise SetupError(str(error)) from None
    with ready_database(Settings.read()) as database:
        raise typer.Exit(0 if print_audit(database, Console(), anchor=through) else 1)
