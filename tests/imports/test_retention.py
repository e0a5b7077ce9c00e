"""Imports that ended long ago are forgotten; what they stored is not."""

from datetime import timedelta

import pytest

from app.database.database import Database
from app.imports.retention import prune_imports
from app.imports.tables import Import, RowFault
from app.sales.tables import SalesRow
from tests.imports.site import Site

SALES = b"order,sku,quantity,date\n1,S2,1,2026-03-01\n2,S9,1,2026-03-01\n3,S9,1,2026-03-01\n"


def test_an_import_goes_with_its_wrong_rows_and_its_sales_stay(
    site: Site, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.imports.retention.ROWS_A_TRANSACTION", 1)
    done = site.take(SALES)
    waits = site.send(SALES.replace(b"S9", b"S8")).json()["id"]
    [(ended,)] = [row for row in site.rows(Import, "finished_at") if row[0] is not None]
    assert done["rows"]["rejected"] == 2

    kept = prune_imports(database, before=ended)
    gone = prune_imports(database, before=ended + timedelta(seconds=1))

    assert (kept, gone) == (0, 1)
    assert site.rows(Import, "id") == [(waits,)]
    assert site.rows(RowFault, "import_id") == []
    assert len(site.rows(SalesRow, "id")) == 1
