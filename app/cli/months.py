"""Months of sales, which PostgreSQL keeps as partitions."""

from typing import Annotated

import typer
from rich.console import Console

from app.cli.root import partitions, ready_database
from app.settings import Settings


@partitions.callback(invoke_without_command=True)
def list_partitions(context: typer.Context) -> None:
    """List the months of sales on PostgreSQL, make them ahead of need, take old ones out."""
    if context.invoked_subcommand is not None:
        return
    from app.demand.command import print_partitions

    with ready_database(Settings.read()) as database:
        print_partitions(database, Console())


@partitions.command()
def make() -> None:
    """Make the months that are wanted, and move what lies outside into them: as workers do."""
    from app.demand.command import make_partitions

    settings = Settings.read()
    with ready_database(settings) as database:
        make_partitions(database, settings, Console())


@partitions.command()
def detach(
    before: Annotated[str, typer.Option(help="The first month that stays, such as 2024-01.")],
    *,
    dry_run: Annotated[bool, typer.Option(help="Only say which months.")] = False,
) -> None:
    """Make old months tables of their own, to be archived and dropped; their demand stays."""
    from app.demand.command import detach_partitions

    settings = Settings.read()
    with ready_database(settings) as database:
        detach_partitions(database, settings, Console(), before=before, dry_run=dry_run)
