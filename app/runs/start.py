"""Start a run: the terms that were agreed, frozen, and its units expected."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.runs.tables import Run, RunLine
from app.sourcing.consumption import take_material
from app.stock.ledger import expect


@dataclass(frozen=True, slots=True)
class AgreedLine:
    """Units of one SKU that were agreed."""

    sku_id: int
    sku: str
    colorway: str
    size: str
    quantity: int


@dataclass(frozen=True, slots=True)
class AgreedTerms:
    """What a brand and a factory agreed on.

    Attributes:
        expected_good_share: Share of the ordered units expected to arrive good.
        due_date: Brand-local day from whose start the units can be sold.
    """

    recommendation_id: str
    brand_id: int
    factory_id: int
    style_id: int
    brand: str
    factory: str
    style: str
    offer: str
    mode: str
    lines: Sequence[AgreedLine]
    currency: str
    unit_cost: Decimal
    total_cost: Decimal
    expected_good_share: float
    need_by: date
    due_date: date

    @property
    def quantity(self) -> int:
        """Units ordered, over all lines."""
        return sum(line.quantity for line in self.lines)

    def expected_units(self) -> dict[int, int]:
        """Return the good units to expect of each SKU."""
        return {
            line.sku_id: good_units(line.quantity, self.expected_good_share) for line in self.lines
        }


def good_units(quantity: int, expected_good_share: float) -> int:
    """Return how many of the units ordered to expect good, to the nearest unit."""
    return round(quantity * expected_good_share)


def start_run(session: Session, run_id: str, terms: AgreedTerms, *, at: datetime) -> None:
    """Store a run on these terms, and count its good units as supply from its due date on.

    What it takes of materials is taken. The caller holds the style's row and tells
    `styles_changed(..., supply=True)`.
    """
    named = (
        "recommendation_id", "brand_id", "factory_id", "style_id", "brand", "factory", "style",
        "offer", "mode", "quantity", "currency", "unit_cost", "total_cost", "expected_good_share",
        "need_by", "due_date",
    )  # fmt: skip
    row = {name: getattr(terms, name) for name in named}
    session.execute(insert(Run), [{"id": run_id, "status": "planned", "accepted_at": at, **row}])
    session.execute(insert(RunLine), [_line(run_id, line) for line in terms.lines])
    take_material(
        session,
        run_id,
        style_id=terms.style_id,
        factory_id=terms.factory_id,
        units=terms.quantity,
        due_date=terms.due_date,
        at=at,
    )
    expect(
        session,
        terms.brand_id,
        source="run",
        reference=run_id,
        due_date=terms.due_date,
        units=terms.expected_units(),
    )


def _line(run_id: str, line: AgreedLine) -> Mapping[str, object]:
    return {
        "run_id": run_id,
        "sku_id": line.sku_id,
        "sku": line.sku,
        "colorway": line.colorway,
        "size": line.size,
        "quantity": line.quantity,
        "produced": 0,
        "rejected": 0,
        "shipped": 0,
        "received": 0,
    }
