"""Take files in: sales with what a new brand needs, and the other kinds."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from app.cli.root import imports, ready_database
from app.settings import Settings

Brand = Annotated[str, typer.Option(help="The brand's code.")]
PresetName = Annotated[str | None, typer.Option("--preset", help="A platform's export.")]
Mapping = Annotated[
    list[str] | None,
    typer.Option("--mapping", help="Our column and the file's heading, as sku=Artikel; repeat."),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Store nothing; show what would be.")]
OnError = Annotated[
    Literal["skip", "abort"],
    typer.Option(help="Skip the rows that are wrong, or store nothing unless there are none."),
]


@imports.command("sales")
def import_sales(
    path: Path,
    brand: Annotated[str, typer.Option(help="The brand's code; made when new.")],
    preset: Annotated[
        str | None,
        typer.Option(
            help="online-retail, shopify-orders, amazon-orders, woocommerce-orders, netstock-sales."
        ),
    ] = None,
    timezone: Annotated[str | None, typer.Option(help="Of a new brand, such as Europe/Paris.")] = (
        None
    ),
    currency: Annotated[str | None, typer.Option(help="Of a new brand, such as EUR.")] = None,
    terms: Annotated[Path | None, typer.Option(help="TOML with economics and offers.")] = None,
    repeats: Annotated[
        Literal["keep", "drop"], typer.Option(help="What online-retail does with exact repeats.")
    ] = "keep",
    mapping: Mapping = None,
    dry_run: DryRun = False,
    on_error: OnError = "skip",
) -> None:
    """Read a file of sales; reading it again changes nothing.

    A file with the columns of POST /v1/sales, and one for online-retail, make the brand and the
    catalog too; every other file is for a brand that exists.
    """
    from app.imports.command import ImportWish, import_file, makes_catalog

    settings = Settings.read()
    if mapping or dry_run or on_error == "abort" or not makes_catalog(path, preset):
        _hand_in(path, brand, "sales", preset, mapping, on_error, dry_run=dry_run)
        return
    wish = ImportWish(path, brand, preset, timezone, currency, terms, repeats)
    with ready_database(settings) as database:
        import_file(database, wish)


@imports.command("stock")
def import_stock(
    path: Path,
    brand: Brand,
    preset: PresetName = None,
    mapping: Mapping = None,
    dry_run: DryRun = False,
    on_error: OnError = "skip",
) -> None:
    """Read a file of stock on hand, of one day or a history."""
    _hand_in(path, brand, "stock", preset, mapping, on_error, dry_run=dry_run)


@imports.command("inbound")
def import_inbound(
    path: Path,
    brand: Brand,
    mapping: Mapping = None,
    dry_run: DryRun = False,
    on_error: OnError = "skip",
) -> None:
    """Read a file of supply ordered elsewhere."""
    _hand_in(path, brand, "inbound", None, mapping, on_error, dry_run=dry_run)


@imports.command("known-demand")
def import_known_demand(
    path: Path,
    brand: Brand,
    mapping: Mapping = None,
    dry_run: DryRun = False,
    on_error: OnError = "skip",
) -> None:
    """Read a file of pre-orders, contracts or hiring cycles."""
    _hand_in(path, brand, "known_demand", None, mapping, on_error, dry_run=dry_run)


@imports.command("catalog")
def import_catalog(
    path: Path,
    brand: Brand,
    mapping: Mapping = None,
    dry_run: DryRun = False,
    on_error: OnError = "skip",
) -> None:
    """Read a file of styles and SKUs, a row a SKU."""
    _hand_in(path, brand, "catalog", None, mapping, on_error, dry_run=dry_run)


def _hand_in(
    path: Path,
    brand: str,
    kind: str,
    preset: str | None,
    mapping: list[str] | None,
    on_error: str,
    *,
    dry_run: bool,
) -> None:
    from app.imports.hand_in import FileWish, hand_in

    settings = Settings.read()
    wish = FileWish(path, brand, kind, preset, tuple(mapping or ()), dry_run, on_error)
    with ready_database(settings) as database:
        raise typer.Exit(0 if hand_in(database, settings, wish) else 1)
