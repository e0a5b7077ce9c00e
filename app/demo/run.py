"""The demo from start to finish: a service, a season, a summary, and nothing left behind."""

import signal
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from app.demo.days import SEASON_DAYS, date_of
from app.demo.lines import apparel, scooters
from app.demo.report import print_report
from app.demo.season import Season, set_up
from app.demo.service import DemoFailed, RunningService, running_service
from app.demo.story import tell
from app.demo.summary import summarise
from app.demo.tour import print_tour

INTERRUPTED = 130
DEFAULT_SEED = 7


def run_demo(
    *, keep: bool, port: int | None, seed: int = DEFAULT_SEED, console: Console | None = None
) -> int:
    """Play the demo season and print its summary; return the exit code.

    Args:
        keep: Leave the service running until Ctrl-C, with keys and calls to try.
        port: Where the service listens; None picks a free one.
        seed: The world's; the same seed has the same customers.
        console: Where to print.
    """
    shown = console or Console()
    try:
        with _ended_by_signals(), tempfile.TemporaryDirectory(prefix="shortrun-demo-") as folder:
            _play(shown, Path(folder), keep=keep, port=port, seed=seed)
    except KeyboardInterrupt:
        shown.print("Stopped; the service and its data are gone.")
        return 0 if keep else INTERRUPTED
    except DemoFailed as error:
        line = f"demo: {error}"
        Console(stderr=True).print(line, style="red", markup=False, soft_wrap=True)
        return 1
    return 0


def _play(console: Console, folder: Path, *, keep: bool, port: int | None, seed: int) -> None:
    started = time.monotonic()
    with ExitStack() as stack:
        with console.status("Starting the service on loopback, with a database of its own ..."):
            service = stack.enter_context(running_service(folder, port))
        console.print(f"Service at {service.url}, ready after {time.monotonic() - started:.0f} s.")
        with console.status("Two brands, four factories, their offers, and last year's sales ..."):
            season = set_up(stack, service, [apparel(), scooters()], seed)
            season.begin()
        _play_days(console, season)
        with console.status("Settling the season ..."):
            lines = [summarise(season, shop) for shop in season.shops]
        print_report(console, lines)
        console.print(f"Played in {time.monotonic() - started:.0f} s.", style="dim")
        if keep:
            with console.status("One more day, for the console to tell of ..."):
                tell(season, service, folder)
            print_tour(console, service, season)
            _wait_for_the_end(service)


def _play_days(console: Console, season: Season) -> None:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("days"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console) as progress:
        bar = progress.add_task(f"Season of {date_of(0)}", total=SEASON_DAYS)
        season.play(
            lambda day: progress.update(bar, advance=1, description=f"Season, {date_of(day)}")
        )


def _wait_for_the_end(service: RunningService) -> None:
    code = service.process.wait()
    raise DemoFailed(f"the service ended by itself with code {code}")


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """Let a polite kill or a closed terminal end the demo as Ctrl-C does, children included."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    names = [name for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {name: signal.signal(getattr(signal, name), interrupt) for name in names}
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(getattr(signal, name), handler)
