"""`shortrun refresh`: run the pipeline here until nothing is due, and show what came out."""

import time
from collections import Counter
from datetime import UTC, date, datetime

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from app.catalog.queries import active_style_ids
from app.clock.time import now, start_of_day
from app.database.database import Database
from app.errors import SetupError
from app.jobs.totals import add_totals, taken
from app.jobs.work import mark_due
from app.parties.queries import brand_named, brand_with_id
from app.parties.refs import BrandRef
from app.recommendations.expire import expire
from app.refresh.cluster import Cluster
from app.refresh.memory import keep_freed_memory
from app.refresh.pipeline import refresh_next
from app.refresh.queries import brands_in_order
from app.settings import Settings

SHOWN_FAILURES = 10


def refresh_brands(
    database: Database,
    settings: Settings,
    *,
    brand: str | None,
    as_of: date | None,
    scheduler: str | None = None,
) -> None:
    """Refresh every active style of one brand or all, with a progress bar and a summary.

    Args:
        scheduler: The address of a Dask cluster that forecasts and decides; None: done here.

    Raises:
        SetupError: If there is no such brand, or no such cluster.
    """
    keep_freed_memory()
    console = Console()
    wanted = _wanted(database, brand)
    cluster = None if scheduler is None else Cluster(scheduler)
    try:
        for one in wanted:
            _refresh(database, settings, one, as_of, console, cluster)
    finally:
        if cluster is not None:
            cluster.close()


def _wanted(database: Database, code: str | None) -> list[BrandRef]:
    with database.read() as session:
        if code is None:
            found = [brand_with_id(session, key) for key in brands_in_order(session)]
            return [brand for brand in found if brand is not None]
        named = brand_named(session, code)
    if named is None:
        raise SetupError(f"there is no brand {code}")
    return [named]


def _refresh(
    database: Database,
    settings: Settings,
    brand: BrandRef,
    as_of: date | None,
    console: Console,
    cluster: Cluster | None,
) -> None:
    with database.write() as session:
        today = now(session, sandbox=settings.sandbox)
        at = today if as_of is None else start_of_day(as_of, brand.timezone)
        if at > today:
            raise SetupError(f"{as_of} has not begun yet where {brand.code} is")
        ids = active_style_ids(session, brand.id)
        expire(session, at=at)
        mark_due(session, brand.id, ids, at=at)
    started = time.perf_counter()
    fates: Counter[str] = Counter()
    failures: dict[int, str] = {}
    with _progress(console) as progress:
        task = progress.add_task(f"refreshing {brand.code}", total=len(ids))
        while outcome := refresh_next(
            database, settings, at=at, brand_id=brand.id, cluster=cluster
        ):
            fates.update(outcome.fates.values())
            failures |= outcome.errors
            progress.advance(task, len(outcome.fates))
    with taken() as counted, database.write() as session:
        add_totals(session, counted)
    _summarise(console, brand, at, fates, failures, time.perf_counter() - started)


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("styles"),
        TimeElapsedColumn(),
        console=console,
    )


def _summarise(
    console: Console,
    brand: BrandRef,
    at: datetime,
    fates: Counter[str],
    failures: dict[int, str],
    seconds: float,
) -> None:
    table = Table(title=f"{brand.code} as of {at.astimezone(UTC):%Y-%m-%d %H:%M} UTC")
    table.add_column("what became of it")
    table.add_column("styles", justify="right")
    for fate, count in sorted(fates.items()):
        table.add_row(fate, f"{count:,}")
    console.print(table)
    rate = sum(fates.values()) / seconds if seconds else 0.0
    console.print(f"{sum(fates.values()):,} styles in {seconds:.1f} s ({rate:,.0f} a second)")
    for style_id, message in list(failures.items())[:SHOWN_FAILURES]:
        console.print(f"style {style_id} failed: {message}", style="red", markup=False)
