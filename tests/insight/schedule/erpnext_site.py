"""A site that takes Material Requests as ERPNext's Data Import does, written from its rules.

The rules are those of frappe's importer (`core/doctype/data_import/importer.py`), of the doctypes
Material Request and Material Request Item, and of the request's validation (versions 14 to 16).
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

PARENT = {
    "material_request_type": ("Purpose", "Select"),
    "transaction_date": ("Transaction Date", "Date"),
    "schedule_date": ("Required By", "Date"),
    "title": ("Title", "Data"),
    "company": ("Company", "Link"),
    "naming_series": ("Series", "Select"),
    "set_warehouse": ("Set Target Warehouse", "Link"),
}
"""Fieldname to label and type."""

CHILD = {
    "item_code": ("Item Code", "Link"),
    "schedule_date": ("Required By", "Date"),
    "description": ("Description", "Text"),
    "qty": ("Quantity", "Float"),
    "uom": ("UOM", "Link"),
    "conversion_factor": ("UOM Conversion Factor", "Float"),
    "warehouse": ("Target Warehouse", "Link"),
}
MANDATORY = ("item_code", "schedule_date", "description", "qty", "uom", "conversion_factor")
PURPOSES = ("Purchase", "Material Transfer", "Material Issue", "Manufacture", "Customer Provided")
DATE_FORMATS = ("%d-%m-%Y", "%m-%d-%Y", "%Y-%m-%d", "%d-%m-%y", "%m-%d-%y", "%d/%m/%Y", "%m/%d/%Y")
DATA_CHARACTERS = 140
WHOLE_UNITS = ("Nos",)
"""Units that the site marks as whole numbers."""

Column = tuple[str, str, str]
"""Table ("" for the request itself), fieldname, type."""
Cells = Sequence[str | None]


class Refused(ValueError):
    """The import would have stopped, or left something out."""


@dataclass(frozen=True)
class Site:
    """What stands in the system before the import.

    Attributes:
        today: Default of the transaction date.
        items: Item codes, each a stock item.
        default_warehouse: Of the stock settings; a fresh site has one.
    """

    today: date
    items: frozenset[str]
    uoms: frozenset[str] = frozenset({"Nos", "Kg"})
    default_warehouse: str | None = "Stores - F"
    requests: list[dict[str, Any]] = field(default_factory=list)

    def insert(self, written: bytes) -> list[dict[str, Any]]:
        """Insert every request of a file, or refuse it with the first reason."""
        header, *rows = list(_rows(written))
        columns = [_column(title) for title in header]
        if len(set(columns)) != len(columns):
            raise Refused("a column is there twice")
        formats = {at: _date_format(at, rows) for at, c in enumerate(columns) if c[2] == "Date"}
        for documents in _grouped(columns, rows):
            self.requests.append(self._request(columns, documents, formats))
        return self.requests

    def _request(
        self, columns: Sequence[Column], rows: Sequence[Cells], formats: Mapping[int, str]
    ) -> dict[str, Any]:
        made: dict[str, Any] = {"transaction_date": self.today, "items": []}
        for number, cells in enumerate(rows):
            item: dict[str, Any] = {"warehouse": self.default_warehouse}
            for at, (table, name, kind) in enumerate(columns):
                value = cells[at]
                if value is None or (number and not table):
                    continue
                read = self._value(name, kind, value, formats.get(at, ""))
                (item if table else made)[name] = read
            made["items"].append(item)
        _validated(made)
        return made

    def _value(self, name: str, kind: str, value: str, date_format: str) -> object:
        if kind == "Date":
            return datetime.strptime(value, date_format).date()  # noqa: DTZ007  # a day
        if kind == "Float":
            return float(value)
        if kind == "Link" and value not in self._known(name):
            raise Refused(f"{value} is no {name}")
        if kind == "Select" and value not in PURPOSES:
            raise Refused(f"{value} is no {name}")
        if kind == "Data" and len(value) > DATA_CHARACTERS:
            raise Refused(f"{name} is too long")
        return value

    def _known(self, name: str) -> frozenset[str]:
        return {"item_code": self.items, "uom": self.uoms}.get(name, frozenset())


def _rows(written: bytes) -> Iterator[Cells]:
    for row in csv.reader(io.StringIO(written.decode("utf-8"), newline="")):
        cells = [cell.strip() or None for cell in row]
        if any(cells):
            yield cells


def _column(title: str | None) -> Column:
    """Match a title as fieldname, label, or either of the table `items`."""
    for name, (label, kind) in PARENT.items():
        if title in (name, label, f"{label} ({name})"):
            return ("", name, kind)
    for name, (label, kind) in CHILD.items():
        if title in (f"items.{name}", f"{label} (Items)"):
            return ("items", name, kind)
    raise Refused(f"no field is called {title}")


def _date_format(at: int, rows: Sequence[Cells]) -> str:
    """Return the one format that reads every day of a column."""
    for tried in DATE_FORMATS:
        try:
            for row in rows:
                if row[at]:
                    datetime.strptime(row[at] or "", tried)  # noqa: DTZ007  # a day
        except ValueError:
            continue
        return tried
    raise Refused(f"the days of column {at + 1} are of no one format")


def _grouped(columns: Sequence[Column], rows: Sequence[Cells]) -> list[list[Cells]]:
    """Begin a request at each row that has something in a column of its own."""
    documents: list[list[Cells]] = []
    for row in rows:
        if len(row) != len(columns):
            raise Refused("a row has not as many cells as the header")
        own = [row[at] for at, (table, _, _) in enumerate(columns) if not table]
        if any(own):
            documents.append([])
        elif not documents:
            raise Refused("the first row has nothing of a request")
        documents[-1].append(row)
    return documents


def _validated(request: dict[str, Any]) -> None:
    if "material_request_type" not in request:
        raise Refused("the purpose is mandatory")
    for item in request["items"]:
        if missing := [name for name in MANDATORY if item.get(name) is None]:
            raise Refused(f"{missing} are mandatory")
        if item["qty"] <= 0 or (item["uom"] in WHOLE_UNITS and item["qty"] % 1):
            raise Refused("that is no quantity")
        if not item["warehouse"]:
            raise Refused("a stock item needs a warehouse")
        if item["schedule_date"] < request["transaction_date"]:
            raise Refused("required before the transaction date")
    request["schedule_date"] = min(item["schedule_date"] for item in request["items"])
