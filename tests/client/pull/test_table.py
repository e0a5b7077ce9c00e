"""Recommendations as rows that a spreadsheet opens and no formula runs in."""

import csv
import io
from typing import Any

import pytest

from app.client.pull.table import as_csv

RECOMMENDATION: dict[str, Any] = {
    "id": "rec_1",
    "status": "open",
    "mode": "small_batch",
    "final": False,
    "brand": "acme",
    "factory": "fab1",
    "offer": "S2-small",
    "style": "S2",
    "lines": [
        {"sku": "S2-BLK-M", "colorway": "BLK", "size": "M", "quantity": 80},
        {"sku": "S2-BLK-L", "colorway": 'Größe, "weiß"', "size": "L", "quantity": 40},
    ],
    "quantity": 120,
    "currency": "EUR",
    "unit_cost": "14.00",
    "total_cost": "1926.00",
    "run": None,
}


def rows(*lines: dict[str, Any]) -> list[dict[str, str]]:
    told = RECOMMENDATION | ({"lines": list(lines)} if lines else {})
    event = {"seq": 7, "type": "recommendation.issued", "at": "2026-03-02T10:15:00Z"}
    written = as_csv([event | {"recommendation": told}])
    return list(csv.DictReader(io.StringIO(written.decode("utf-8-sig"), newline="")))


def test_each_sku_has_a_row_with_the_terms_of_its_recommendation() -> None:
    first, second = rows()

    assert (first["seq"], first["recommendation"], first["final"]) == ("7", "rec_1", "false")
    assert (first["sku"], first["quantity"], first["total_cost"]) == ("S2-BLK-M", "80", "1926.00")
    assert (second["colorway"], second["quantity"]) == ('Größe, "weiß"', "40")
    assert first["run"] == ""


def test_excel_is_told_that_it_is_utf_8() -> None:
    assert as_csv([]).startswith(b"\xef\xbb\xbfseq,type,at,recommendation,")


@pytest.mark.parametrize("sku", ["=1+1", "+1", "-1", "@SUM(A1)", " =1", "＝1"])  # noqa: RUF001
def test_no_text_becomes_a_formula(sku: str) -> None:
    [row] = rows({"sku": sku, "colorway": "", "size": "", "quantity": 1})

    assert row["sku"] == f"'{sku}"


def test_an_event_without_lines_still_has_a_row() -> None:
    written = as_csv([{"seq": 8, "recommendation": RECOMMENDATION | {"lines": []}}])

    [row] = csv.DictReader(io.StringIO(written.decode("utf-8-sig")))
    assert (row["seq"], row["sku"]) == ("8", "")
