"""Files of stock on hand."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.imports.kinds import values
from app.imports.kinds.dates import read_time
from app.imports.kinds.kind import UNKNOWN_SKU, Columns, Item, Portion, begun
from app.imports.kinds.values import Column, Style, text, units
from app.imports.sources.source import Batch
from app.parties.refs import BrandRef
from app.stock.report import ReportedLevel, store_levels

MOST_ON_HAND = 1_000_000_000
OVERSOLD = -1_000_000
"""Systems that sell ahead report stock below nothing: nothing is there."""


class Stock:
    """Reads rows into reported levels; of several for one SKU and time the last one wins."""

    refusals: Mapping[str, tuple[str, str]] = {"unknown_sku": UNKNOWN_SKU}

    def __init__(self, headings: Mapping[str, str], style: Style) -> None:
        self._columns = Columns(
            headings,
            {
                "sku": Column(text(100), required=True),
                "on_hand": Column(units(style, least=OVERSOLD, most=MOST_ON_HAND), required=True),
                "as_of": Column(values.closing(style, read_time), required=True),
            },
        )

    def portion(self, batch: Batch) -> Portion[ReportedLevel]:
        """Read some rows."""
        portion: Portion[ReportedLevel] = begun(batch)
        good, read = self._columns.read(batch, portion)
        skus, on_hand, times = read["sku"], read["on_hand"], read["as_of"]
        portion.items.extend(
            Item(batch.numbers[at], ReportedLevel(skus[at], max(0, on_hand[at]), times[at]))
            for at in good
        )
        return portion

    def store(
        self,
        session: Session,
        brand: BrandRef,
        items: Sequence[Item[ReportedLevel]],
        *,
        at: datetime,
    ) -> Sequence[str]:
        """Store the levels; one that says what is known already is a duplicate."""
        return store_levels(session, brand, [item.what for item in items], at=at)

    def shown(self, what: ReportedLevel) -> dict[str, Any]:
        """Return a level as `POST /v1/stock` has it."""
        as_of = what.as_of.isoformat().replace("+00:00", "Z")
        return {"sku": what.sku, "on_hand": what.on_hand, "as_of": as_of}
