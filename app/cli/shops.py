"""See that shops and the service agree."""

from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console

from app.cli.root import app, ready_database
from app.settings import Settings


@app.command()
def reconcile(
    connection: Annotated[str, typer.Option(help="The connection of the shop.")],
    brand: Annotated[str, typer.Option(help="Whose connection it is.")],
    day: Annotated[
        datetime,
        typer.Option("--date", formats=["%Y-%m-%d"], help="The brand's day of the orders."),
    ],
    apply: Annotated[bool, typer.Option("--apply", help="Book what the shop tells first.")] = False,
) -> None:
    """Pull a day of orders from a shop and compare; exit code 1 where a line differs."""
    from app.connectors.command import print_reconciliation

    settings = Settings.read()
    with ready_database(settings) as database:
        agrees = print_reconciliation(
            database,
            Console(),
            brand=brand,
            connection=connection,
            day=day.date(),
            sandbox=settings.sandbox,
            apply=apply,
        )
    raise typer.Exit(0 if agrees else 1)
