"""`shortrun pull`: one run of it, from its options to its exit code."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import httpx

from app.client import ClientError, ShortrunClient
from app.client.failures import passes
from app.client.following import LARGEST_PAGE, LONGEST_WAIT_SECONDS, FeedReader
from app.client.pull.folder import Place, PullFolder, held
from app.client.pull.refusals import FolderBusy, PullRefused
from app.client.pull.writing import write_feed, write_schedule
from app.client.sending import Retries

Form = Literal["csv", "json", "xlsx", "x12_830", "delfor"]

OF_SCHEDULE = ("xlsx", "x12_830", "delfor")
SCHEDULE_LOOK_SECONDS = 60.0
"""A schedule counts in days; its route holds no request until there is news."""

DONE = 0
NEEDS_A_LOOK = 1
SERVICE_AWAY = 3
BUSY = 4
INTERRUPTED = 130
"""Exit codes; 2 is a wrong option. After 3 and 4 the next run goes on by itself."""


@dataclass(frozen=True)
class PullWish:
    """What is pulled, where to, and from which service.

    Attributes:
        factory: Whose feed or schedule.
        folder: Where to; its own for each factory and format.
        form: Events as csv or json; the schedule as xlsx, x12_830 or delfor.
        url: The service.
        key_file: Holds the key; None takes it from the environment.
        limit: Events in a file at most, 1 to 500.
        follow: Whether to stay and wait for news.
        verbose: Whether to print the path of each file.
    """

    factory: str
    folder: Path
    form: Form
    url: str
    key_file: Path | None = None
    limit: int = LARGEST_PAGE
    follow: bool = False
    verbose: bool = False


def pull_files(
    wish: PullWish, environment: Mapping[str, str], *, retries: Retries | None = None
) -> int:
    """Pull what is new and return the exit code; what went wrong is one line on stderr."""
    told = _say if wish.verbose else _say_nothing
    try:
        key = _key(wish.key_file, environment)
        with (
            ShortrunClient(_checked(wish.url), key, retries=retries) as client,
            held(wish.folder, Place(wish.factory, wish.form), told=told) as folder,
        ):
            _pull(client, folder, wish)
    except FolderBusy as busy:
        return _failed(busy, BUSY)
    except ClientError as failure:
        return _failed(failure, SERVICE_AWAY if passes(failure) else NEEDS_A_LOOK)
    except (PullRefused, OSError) as refused:
        return _failed(refused, NEEDS_A_LOOK)
    except KeyboardInterrupt:
        return INTERRUPTED
    return DONE


def _pull(client: ShortrunClient, folder: PullFolder, wish: PullWish) -> None:
    if wish.form in OF_SCHEDULE:
        _pull_schedule(client, folder, wish)
        return
    wait = LONGEST_WAIT_SECONDS if wish.follow else 0
    after = folder.place.cursor
    reader = FeedReader(client, wish.factory, after=after, wait=wait, limit=wish.limit)
    write_feed(folder, reader.for_ever() if wish.follow else reader.until_current())


def _pull_schedule(client: ShortrunClient, folder: PullFolder, wish: PullWish) -> None:
    while True:
        try:
            write_schedule(folder, client.schedule_file(wish.factory, wish.form))
        except ClientError as failure:
            if not (wish.follow and passes(failure)):
                raise
        if not wish.follow:
            return
        client.retries.pause(SCHEDULE_LOOK_SECONDS)


def _key(key_file: Path | None, environment: Mapping[str, str]) -> str:
    """Return the key: from the file where one is named, else from the environment.

    There is no option for it: every user of a machine sees the options of its processes.
    """
    if key_file is not None:
        try:
            key = key_file.read_text().strip()
        except (OSError, UnicodeDecodeError):
            raise PullRefused(f"cannot read the key from {key_file}") from None
    else:
        key = environment.get("SHORTRUN_KEY", "").strip()
    if not key:
        raise PullRefused("no key: set SHORTRUN_KEY, or name a file with --key-file")
    if not (key.isascii() and key.isprintable()):
        raise PullRefused("the key is not one: it has characters that no key has")
    return key


def _checked(url: str) -> str:
    try:
        parts = httpx.URL(url)
        is_http = parts.scheme in {"http", "https"} and bool(parts.host) and parts.port != 0
    except httpx.InvalidURL:
        is_http = False
    if not is_http:
        raise PullRefused(f"{url} is not the address of a service, such as https://host:8000")
    return url


def _say(path: Path) -> None:
    sys.stdout.write(f"{path}\n")
    sys.stdout.flush()


def _say_nothing(_path: Path) -> None:
    """Cron mails whatever is printed."""


def _failed(failure: Exception, code: int) -> int:
    sys.stderr.write(f"shortrun: {failure}\n")
    return code
