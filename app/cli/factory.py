"""Hand over to a factory that cannot poll."""

import os
from pathlib import Path
from typing import Annotated, Literal

import typer

from app.cli.root import app


@app.command()
def pull(
    factory: Annotated[str, typer.Option(help="Whose feed.")],
    to: Annotated[Path, typer.Option(help="The folder; its own for each factory and format.")],
    form: Annotated[
        Literal["csv", "json", "xlsx", "x12_830", "delfor"],
        typer.Option(
            "--format", help="Events as csv or json; the schedule as xlsx, x12_830 or delfor."
        ),
    ] = "csv",
    url: Annotated[
        str, typer.Option(envvar="SHORTRUN_URL", help="Where the service is.")
    ] = "http://127.0.0.1:8000",
    key_file: Annotated[
        Path | None,
        typer.Option(envvar="SHORTRUN_KEY_FILE", help="Holds the key; else SHORTRUN_KEY does."),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=500, help="Events in a file at most.")] = 500,
    *,
    follow: Annotated[
        bool, typer.Option("--follow/--once", help="Stay and wait for news, or end.")
    ] = False,
    verbose: Annotated[bool, typer.Option(help="Print the path of each file.")] = False,
) -> None:
    """Write what is new for a factory into a folder: each event in one file, whatever breaks.

    Ends with 0 when up to date, 1 when somebody has to look, 3 when the service was away and 4
    when another pull holds the folder. Never remove `.shortrun` in the folder while its files are
    there; removing both begins again from the oldest event.
    """
    from app.client.pull.command import PullWish, pull_files

    wish = PullWish(factory, to, form, url, key_file, limit, follow, verbose)
    raise typer.Exit(pull_files(wish, os.environ))
