"""Let people open the console."""

import sys
from datetime import UTC, datetime
from typing import Annotated, Literal

import typer

from app.cli.root import app, ready_database
from app.errors import SetupError
from app.settings import Settings

console = typer.Typer(help="Who may open the console at /console.", no_args_is_help=True)
app.add_typer(console, name="console")


@console.command("add-user")
def add_console_user(
    name: str,
    role: Annotated[Literal["ops", "brand"], typer.Option(help="All brands, or one.")],
    brand: Annotated[str | None, typer.Option(help="For role brand.")] = None,
    *,
    password: Annotated[
        bool, typer.Option(help="Ask for a password; without one, links alone let in.")
    ] = True,
) -> None:
    """Add somebody; the password is asked for here, or read from the first line of stdin."""
    from app.audit.record import CommandLine
    from app.console.users import add_user

    chosen = _asked_password() if password else None
    with ready_database(Settings.read()) as database, database.write() as session:
        at = datetime.now(UTC)
        user = add_user(
            session, CommandLine(), name, role=role, brand=brand, password=chosen, at=at
        )
    typer.echo(f"{user.name} may open the console now")


@console.command("link")
def make_console_link(
    user: Annotated[str, typer.Option(help="Whom it lets in.")],
    url: Annotated[
        str, typer.Option(envvar="SHORTRUN_URL", help="Where the service is.")
    ] = "http://127.0.0.1:8000",
) -> None:
    """Print a link that signs somebody in once, within 15 minutes."""
    from app.audit.record import CommandLine
    from app.console.sessions import make_link

    with ready_database(Settings.read()) as database, database.write() as session:
        token = make_link(session, CommandLine(), user, at=datetime.now(UTC))
    typer.echo(f"{url.rstrip('/')}/console/sign-in/{token}")


@console.command("set-password")
def set_console_password(name: str) -> None:
    """Give somebody another password; whatever they have open ends."""
    from app.audit.record import CommandLine
    from app.console.users import set_password

    chosen = _asked_password()
    with ready_database(Settings.read()) as database, database.write() as session:
        set_password(session, CommandLine(), name, chosen, at=datetime.now(UTC))
    typer.echo(f"{name} has a new password")


@console.command("remove-user")
def remove_console_user(name: str) -> None:
    """Let somebody in no longer; whatever they have open ends."""
    from app.audit.record import CommandLine
    from app.console.users import remove_user

    with ready_database(Settings.read()) as database, database.write() as session:
        remove_user(session, CommandLine(), name, at=datetime.now(UTC))
    typer.echo(f"{name} may open the console no longer")


@console.command("users")
def list_console_users() -> None:
    """Print who may open the console."""
    from app.console.queries import users

    with ready_database(Settings.read()) as database, database.read() as session:
        for user, brand in users(session):
            if user.removed_at is None:
                how = "password or link" if user.password_hash else "link"
                typer.echo(f"{user.name}  {user.role}  {brand or 'all brands'}  {how}")


def _asked_password() -> str:
    if sys.stdin.isatty():
        return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
    line = sys.stdin.readline().rstrip("\r\n")
    if not line:
        raise SetupError("no password: the first line of standard input is empty")
    return line
