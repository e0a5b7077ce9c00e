"""Files of supply that is on its way, and of demand that is known beforehand."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.demand.known import Expectation, KnownItem, store_known_demand
from app.imports.kinds import values
from app.imports.kinds.dates import read_time
from app.imports.kinds.keys import fitted
from app.imports.kinds.kind import UNKNOWN_SKU, Columns, Item, Portion, begun
from app.imports.kinds.values import Column, Style, Wrong, text, units
from app.imports.sources.source import Batch
from app.parties.refs import BrandRef
from app.stock.inbound import InboundItem, store_inbound

MOST_UNITS = 1_000_000_000


class Inbound:
    """Reads rows into supply ordered elsewhere; a line again replaces it, 0 units call it off."""

    refusals: Mapping[str, tuple[str, str]] = {"unknown_sku": UNKNOWN_SKU}

    def __init__(self, headings: Mapping[str, str], style: Style) -> None:
        day = values.day(style, read_time)
        self._columns = Columns(
            headings, {**_lines(style), "received_on": Column(_came(day, style))}
        )

    def portion(self, batch: Batch) -> Portion[InboundItem]:
        """Read some rows."""
        portion: Portion[InboundItem] = begun(batch)
        good, read = self._columns.read(batch, portion)
        received = read.get("received_on", [None] * len(batch.numbers))
        for at in good:
            line = InboundItem(
                reference=read["reference"][at],
                sku=read["sku"][at],
                quantity=read["quantity"][at],
                due_date=read["due_date"][at],
                received_on=received[at],
            )
            portion.items.append(Item(batch.numbers[at], line))
        return portion

    def store(
        self, session: Session, brand: BrandRef, items: Sequence[Item[InboundItem]], *, at: datetime
    ) -> Sequence[str]:
        """Let each line stand as given."""
        return store_inbound(session, brand, [item.what for item in items], at=at)

    def shown(self, what: InboundItem) -> dict[str, Any]:
        """Return a line as `POST /v1/inbound` has it."""
        received = None if what.received_on is None else what.received_on.isoformat()
        return {
            "reference": what.reference,
            "sku": what.sku,
            "quantity": what.quantity,
            "due_date": what.due_date.isoformat(),
            "received_on": received,
        }


class KnownDemands:
    """Reads rows into demand known beforehand; without a probability it is certain."""

    refusals: Mapping[str, tuple[str, str]] = {"unknown_sku": UNKNOWN_SKU}

    def __init__(self, headings: Mapping[str, str], style: Style) -> None:
        probability = Column(values.share(style))
        self._columns = Columns(headings, {**_lines(style), "probability": probability})

    def portion(self, batch: Batch) -> Portion[KnownItem]:
        """Read some rows."""
        portion: Portion[KnownItem] = begun(batch)
        good, read = self._columns.read(batch, portion)
        likely = read.get("probability", [None] * len(batch.numbers))
        for at in good:
            probability = 1.0 if likely[at] is None else likely[at]
            wanted = Expectation(read["quantity"][at], read["due_date"][at], probability)
            known = KnownItem(read["reference"][at], read["sku"][at], wanted)
            portion.items.append(Item(batch.numbers[at], known))
        return portion

    def store(
        self, session: Session, brand: BrandRef, items: Sequence[Item[KnownItem]], *, at: datetime
    ) -> Sequence[str]:
        """Let each line stand as given."""
        return store_known_demand(session, brand, [item.what for item in items], at=at)

    def shown(self, what: KnownItem) -> dict[str, Any]:
        """Return a line as `POST /v1/known-demand` has it."""
        wanted = what.expectation
        return {
            "reference": what.reference,
            "sku": what.sku,
            "quantity": wanted.quantity,
            "due_date": None if wanted.due_date is None else wanted.due_date.isoformat(),
            "probability": wanted.probability,
        }


def _lines(style: Style) -> dict[str, Column]:
    return {
        "reference": Column(_reference, required=True),
        "sku": Column(text(100), required=True),
        "quantity": Column(units(style, least=0, most=MOST_UNITS), required=True),
        "due_date": Column(values.day(style, read_time), required=True),
    }


def _reference(value: Any) -> Any:
    said = text(200)(value)
    return said if type(said) is Wrong else fitted(said)


def _came(day: values.Reader, style: Style) -> values.Reader:
    """Return the reader of a day on which something came: none that lies ahead."""

    def read(value: Any) -> Any:
        found = day(value)
        if type(found) is Wrong or found <= style.at.date():
            return found
        return Wrong("in_future", f"{values.shown(value)} lies ahead: nothing came in then yet")

    return read
