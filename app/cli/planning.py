"""Decide, and look at what is decided and how well."""

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

import typer

from app.cli.root import app, ready_database
from app.errors import SetupError
from app.settings import Settings


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


@app.command()
def refresh(
    as_of: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Plan as on this brand-local day."),
    ] = None,
    brand: Annotated[str | None, typer.Option(help="Only this brand.")] = None,
    engine: Annotated[
        Literal["local", "dask"], typer.Option(help="Where forecasts and decisions are made.")
    ] = "local",
    scheduler: Annotated[
        str | None,
        typer.Option(envvar="DASK_SCHEDULER_ADDRESS", help="With dask: tcp://host:8786."),
    ] = None,
) -> None:
    """Refresh all active styles here and now, and say what was decided."""
    from app.refresh.command import refresh_brands

    if engine == "dask" and scheduler is None:
        raise SetupError("--engine dask needs --scheduler, the address of a Dask cluster")

    settings = Settings.read()
    with ready_database(settings) as database:
        day = None if as_of is None else as_of.date()
        address = scheduler if engine == "dask" else None
        refresh_brands(database, settings, brand=brand, as_of=day, scheduler=address)


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
    terms: Annotated[
        Path | None,
        typer.Option(help="Try the economics and offers of this TOML file; nothing is stored."),
    ] = None,
) -> None:
    """Decide a brand's own past week by week, without look-ahead, against rules you know."""
    from app.backtest.command import Asked, run_backtest

    asked = Asked(
        brand, None if as_of is None else as_of.date(), weeks, styles, file, picture, terms
    )
    settings = Settings.read()
    with ready_database(settings) as database:
        run_backtest(database, settings, asked)
