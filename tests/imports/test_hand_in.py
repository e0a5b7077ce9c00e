"""`shortrun import KIND FILE`: the same as over HTTP, here and now."""

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import app
from app.errors import SetupError
from app.sales.tables import SalesRow
from app.stock.tables import StockLevel
from tests.imports.files import WriteText
from tests.imports.site import Site

Run = Callable[..., tuple[int, str]]

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def run(site: Site, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("SHORTRUN_DATABASE_URL", database_url)

    def shortrun(*arguments: str | Path) -> tuple[int, str]:
        done = CliRunner().invoke(app, [str(one) for one in arguments], catch_exceptions=True)
        if isinstance(done.exception, SetupError):
            return 2, str(done.exception)
        return done.exit_code, done.output

    return shortrun


def test_a_file_of_stock_is_taken_in(site: Site, run: Run, text_file: WriteText) -> None:
    path = text_file("Artikel;Bestand;Datum", "S2;7;02.03.2026", "S9;1;02.03.2026")

    code, said = run("import", "stock", path, "--brand", "acme")

    assert code == 0
    assert "2 rows read: 1 stored, 0 there already, 1 wrong, 0 left out" in said
    assert "the brand has no such SKU" in said
    assert [row for (row,) in site.rows(StockLevel, "on_hand")] == [7]


def test_a_foreign_file_of_sales_goes_the_same_way(
    site: Site, run: Run, text_file: WriteText
) -> None:
    path = text_file("when,what,how many", "2026-03-01,S2,1")
    mapping = [f"--mapping={one}" for one in ("sku=what", "quantity=how many", "occurred_at=when")]

    tried = run("import", "sales", path, "--brand", "acme", *mapping, "--dry-run")
    nothing = site.rows(SalesRow, "id")
    done = run("import", "sales", path, "--brand", "acme", *mapping)

    assert (tried[0], nothing, done[0]) == (0, [], 0)
    assert "1 would be stored" in tried[1]
    assert len(site.rows(SalesRow, "id")) == 1


def test_with_abort_a_wrong_row_ends_the_command_with_1(
    site: Site,
    run: Run,
    text_file: WriteText,
) -> None:
    path = text_file("sku,on hand,date", "S9,1,2026-03-01")

    code, said = run("import", "stock", path, "--brand", "acme", "--on-error", "abort")

    assert code == 1
    assert "1 rows are wrong, so nothing was stored" in said


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--brand", "none"), "there is no brand none"),
        (("--brand", "acme", "--mapping", "sku"), "sku=Artikel"),
        (("--brand", "acme", "--preset", "shopify-orders"), "presets for stock: stock-history"),
    ],
)
def test_what_cannot_be_is_one_line(
    run: Run,
    text_file: WriteText,
    arguments: tuple[str, ...],
    message: str,
) -> None:
    path = text_file("sku,on hand,date")

    code, said = run("import", "stock", path, *arguments)

    assert code == 2
    assert message in said
