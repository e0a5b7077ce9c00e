"""The `shortrun` command. Each command imports what it runs, so that none pays for another."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.console import Console

from app.errors import SetupError, ShortrunError
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
imports = typer.Typer(help="Read files of sales.", no_args_is_help=True)
audit = typer.Typer(help="Who did what.", no_args_is_help=True)
app.add_typer(keys, name="keys")
app.add_typer(imports, name="import")
app.add_typer(audit, name="audit")

errors = Console(stderr=True)


class Status(StrEnum):
    """Where a recommendation stands."""

    DRAFT = "draft"
    OPEN = "open"
    COUNTERED = "countered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


@contextmanager
def ready_database(settings: Settings) -> Iterator["Database"]:
    """Open the database and bring it to the head: the first start needs no other step."""
    from app.database.database import Database
    from app.database.migrate import migrate

    database = Database(settings.database_url)
    try:
        migrate(database)
        yield database
    finally:
        database.close()


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
def migrate() -> None:
    """Bring the database to this version's tables; serve, worker and keys do so by themselves."""
    from app.database.database import Database
    from app.database.migrate import migrate as migrate_database

    settings = Settings.read()
    database = Database(settings.database_url)
    try:
        typer.echo(f"at revision {migrate_database(database)}")
    finally:
        database.close()


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


@imports.command("sales")
def import_sales(
    path: Path,
    brand: Annotated[str, typer.Option(help="The brand's code; made when new.")],
    preset: Annotated[
        str | None, typer.Option(help="online-retail; without it, the columns of POST /v1/sales.")
    ] = None,
    timezone: Annotated[str | None, typer.Option(help="Of a new brand, such as Europe/Paris.")] = (
        None
    ),
    currency: Annotated[str | None, typer.Option(help="Of a new brand, such as EUR.")] = None,
    terms: Annotated[Path | None, typer.Option(help="TOML with economics and offers.")] = None,
    repeats: Annotated[
        Literal["keep", "drop"], typer.Option(help="What to do with exact repeats of a line.")
    ] = "keep",
) -> None:
    """Read a file of sales; reading it again changes nothing."""
    from app.imports.command import ImportWish, import_file

    wish = ImportWish(path, brand, preset, timezone, currency, terms, repeats)
    with ready_database(Settings.read()) as database:
        import_file(database, wish)


@app.command()
def refresh(
    as_of: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Plan as on this brand-local day."),
    ] = None,
    brand: Annotated[str | None, typer.Option(help="Only this brand.")] = None,
) -> None:
    """Refresh all active styles here and now, and say what was decided."""
    from app.refresh.command import refresh_brands

    settings = Settings.read()
    with ready_database(settings) as database:
        day = None if as_of is None else as_of.date()
        refresh_brands(database, settings, brand=brand, as_of=day)


@app.command()
def recommendations(
    brand: Annotated[str | None, typer.Option(help="Only this brand.")] = None,
    status: Status = Status.OPEN,
    limit: Annotated[int, typer.Option(min=1)] = 50,
) -> None:
    """Print the recommendations that stand, dearest first."""
    from app.recommendations.command import print_recommendations

    settings = Settings.read()
    with ready_database(settings) as database:
        print_recommendations(database, brand=brand, status=status.value, limit=limit)


@app.command()
def accuracy(
    brand: Annotated[str, typer.Option(help="Whose forecasts to look at.")],
    as_of: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Look at the past before this brand-local day."),
    ] = None,
    cuts: Annotated[int, typer.Option(min=1, help="Past days to forecast as of.")] = 8,
    file: Annotated[
        Path | None, typer.Option("--json", help="Write all figures to this file.")
    ] = None,
) -> None:
    """Forecast a brand's own past from what lay before, and compare with what is easy to do."""
    from app.forecasting.accuracy.command import print_accuracy

    settings = Settings.read()
    with ready_database(settings) as database:
        day = None if as_of is None else as_of.date()
        print_accuracy(database, settings, brand=brand, as_of=day, cuts=cuts, file=file)


@app.command()
def backtest(
    brand: Annotated[str, typer.Option(help="Whose past to decide again.")],
    as_of: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Look at the past before this brand-local day."),
    ] = None,
    weeks: Annotated[int, typer.Option(min=1, max=130, help="Weeks decided, at most.")] = 40,
    styles: Annotated[int, typer.Option(min=1, help="Styles looked at, at most.")] = 200,
    file: Annotated[
        Path | None, typer.Option("--json", help="Write all figures to this file.")
    ] = None,
    picture: Annotated[
        Path | None, typer.Option(help="Write the picture (SVG) to this file.")
    ] = None,
) -> None:
    """Decide a brand's own past week by week, without look-ahead, against rules you know."""
    from app.backtest.command import Asked, run_backtest

    asked = Asked(brand, None if as_of is None else as_of.date(), weeks, styles, file, picture)
    settings = Settings.read()
    with ready_database(settings) as database:
        run_backtest(database, settings, asked)


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


@app.command()
def openapi() -> None:
    """Print the API's OpenAPI document."""
    from app.database.database import Database
    from app.main import openapi_document

    sys.stdout.buffer.write(openapi_document(Settings.read(), Database("sqlite://")))


def main() -> None:
    """Run the command; what stops it from starting is one line, not a traceback."""
    command: Callable[[], None] = app
    try:
        command()
    except (SetupError, ShortrunError) as error:
        errors.print(f"shortrun: {_one_line(error)}", style="red", markup=False, soft_wrap=True)
        sys.exit(1)
    except subprocess.CalledProcessError as error:
        sys.exit(error.returncode)


def _one_line(error: SetupError | ShortrunError) -> str:
    named = error.errors if isinstance(error, ShortrunError) else ()
    return "; ".join([str(error), *(one.message for one in named)])


if __name__ == "__main__":
    main()
