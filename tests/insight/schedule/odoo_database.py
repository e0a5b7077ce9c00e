"""A database that imports manufacturing orders as Odoo does, written from its rules.

The rules are those of `base_import` (separator, headers, formats), of the loading of records by
external id, of how a product is found by name, and of `mrp.production` in Odoo 17 to 19.
"""

import csv
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

FIELDS = {
    "id": "External ID",
    "origin": "Source",
    "product_id": "Product",
    "product_qty": "Quantity To Produce",
    "date_start": "Start",
    "date_finished": "End",
    "date_deadline": "Deadline",
    "bom_id": "Bill of Material",
}
"""Of `mrp.production`, with their labels. The company, the operation type, the unit and the
locations are required too and computed where a file has none."""

READ_ONLY = ("date_deadline",)
SEPARATORS = (",", ";", "\t", " ", "|")
DATETIME = "%Y-%m-%d %H:%M:%S"


class Refused(ValueError):
    """The import would have stopped, or left something out."""


@dataclass(frozen=True)
class OdooDatabase:
    """What stands in the system before the import.

    Attributes:
        references: Internal references (`default_code`) of the products.
        orders: Manufacturing orders by their external ids.
    """

    references: Sequence[str]
    orders: dict[str, dict[str, Any]] = field(default_factory=dict)

    def load(self, written: bytes) -> dict[str, dict[str, Any]]:
        """Create or update the order of every row, or refuse the file with the first reason."""
        header, *rows = _table(written)
        names = [_field(title) for title in header]
        if len(set(names)) != len(names):
            raise Refused("a field is there twice")
        found = [self._order(dict(zip(names, row, strict=True))) for row in rows]
        if twice := [key for key, times in Counter(key for key, _ in found).items() if times > 1]:
            raise Refused(f"{twice[0]} is two orders")
        self.orders.update(found)
        return self.orders

    def _order(self, cells: dict[str, str]) -> tuple[str, dict[str, Any]]:
        key = cells["id"]
        module, dot, name = key.partition(".")
        if not (module and dot and name) or "." in name or " " in key:
            raise Refused(f"{key} is no external id")
        matching = self.references.count(cells["product_id"])
        if matching != 1:
            raise Refused(f"{matching} products are called {cells['product_id']}")
        quantity = float(cells["product_qty"])
        if quantity <= 0:
            raise Refused("the quantity to produce must be positive")
        start = datetime.strptime(cells["date_start"], DATETIME)  # noqa: DTZ007  # the user's zone
        return key, {
            "origin": cells["origin"],
            "product": cells["product_id"],
            "product_qty": quantity,
            "date_start": start,
        }


def _table(written: bytes) -> list[list[str]]:
    """Read with the first separator that gives rows of one width, at least two columns."""
    text = written.decode("utf-8")
    for separator in SEPARATORS:
        table = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
        rows = [row for row in table if any(cell.strip() for cell in row)]
        widths = {len(row) for row in rows}
        if len(widths) == 1 and widths.pop() > 1:
            return rows
    raise Refused("no separator makes it a table")


def _field(title: str) -> str:
    """Match a title as a field's name or its label, whatever the case."""
    for name, label in FIELDS.items():
        if title.casefold() in (name.casefold(), label.casefold()):
            if name in READ_ONLY:
                raise Refused(f"{name} cannot be imported")
            return name
    raise Refused(f"no field is called {title}")
