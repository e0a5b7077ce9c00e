"""Run the service: API, workers, the demo."""

import sys
from datetime import UTC, datetime
from typing import Annotated, Literal

import typer
from rich.console import Console

from app.cli.root import app, keys, ready_database
from app.settings import Settings


@app.command()
def serve(
    host: str = "127.0.0.1",
    port: int = 8000,
    *,
    worker: Annotated[bool, typer.Option(help="Start a worker beside the API.")] = True,
) -> None:
    """Run the API and, unless told otherwise, one worker beside it."""
    from app.serving import serve_until_stopped

    settings = Settings.read()
    with ready_database(settings) as database:
        serve_until_stopped(database, settings, host=host, port=port, worker=worker)


@app.command()
def worker(*, ends_with_parent: Annotated[int | None, typer.Option(hidden=True)] = None) -> None:
    """Run one more worker: it refreshes due styles until stopped."""
    from app.worker import work

    settings = Settings.read()
    with ready_database(settings) as database:
        work(database, settings, ends_with_parent=ends_with_parent)


@app.command()
def migrate(
    lock_seconds: Annotated[
        float,
        typer.Option(min=0.1, help="That a statement may wait for a lock, and all behind it."),
    ] = 2.0,
    statement_seconds: Annotated[
        float, typer.Option(min=1, help="That a statement may run, holding its locks.")
    ] = 60.0,
    attempts: Annotated[int, typer.Option(min=1, help="How often a lock is asked for.")] = 20,
) -> None:
    """Bring the database to this version's tables; serve, worker and keys do so by themselves."""
    from app.database.database import Database
    from app.database.migrate import Patience
    from app.database.migrate import migrate as migrate_database

    settings = Settings.read()
    patience = Patience(lock_seconds, statement_seconds, attempts)
    database = Database(settings.database_url)
    try:
        typer.echo(f"at revision {migrate_database(database, patience)}")
    finally:
        database.close()


@keys.command("create")
def create_key(
    role: Annotated[Literal["ops", "brand", "factory"], typer.Option()],
    brand: Annotated[str | None, typer.Option(help="For role brand.")] = None,
    factory: Annotated[str | None, typer.Option(help="For role factory.")] = None,
    name: str = "command line",
) -> None:
    """Make a key and print it, alone, once: only its SHA-256 is kept."""
    from app.audit.record import CommandLine, record
    from app.parties.issue_keys import Wanted, act_on_key, issue_key

    settings = Settings.read()
    with ready_database(settings) as database, database.write() as session:
        wanted = Wanted(role=role, name=name, brand=brand, factory=factory)
        at = datetime.now(UTC)
        made = issue_key(session, wanted, sandbox=settings.sandbox, at=at)
        record(session, CommandLine(), act_on_key("key.made", made.row), at=at)
    typer.echo(made.key)


@app.command()
def demo(
    *,
    keep: Annotated[bool, typer.Option(help="Leave the service running.")] = False,
    port: int | None = None,
    seed: int = 7,
) -> None:
    """Play a season of a small apparel and a scooter line against the real service."""
    from app.demo.run import run_demo

    raise typer.Exit(run_demo(keep=keep, port=port, seed=seed, console=Console()))


@app.command()
def openapi() -> None:
    """Print the API's OpenAPI document."""
    from app.database.database import Database
    from app.main import openapi_document

    sys.stdout.buffer.write(openapi_document(Settings.read(), Database("sqlite://")))
