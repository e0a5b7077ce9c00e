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
class AgreedDelivery:
    """A part of a run that comes on a day of its own: units ordered, by SKU code."""

    due_date: date
    units: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class AgreedTerms:
    """What a brand and a factory agreed on.

    Attributes:
        expected_good_share: Share of the ordered units expected to arrive good.
        due_date: Brand-local day from whose start the units can be sold; with deliveries, of the
            last of them.
        deliveries: The parts, one a day, earliest first; empty: all comes at once.
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
    deliveries: tuple[AgreedDelivery, ...] = ()

    @property
    def quantity(self) -> int:
        """Units ordered, over all lines."""
        return sum(line.quantity for line in self.lines)

    def expected_by_day(self) -> dict[date, dict[int, int]]:
        """Return the good units to expect of each SKU on each day; rounding falls to the first."""
        share = self.expected_good_share
        parts = self.deliveries or (self._all_at_once(),)
        due: dict[date, dict[int, int]] = {one.due_date: {} for one in parts}
        for line in self.lines:
            first, *later = [one for one in parts if one.units.get(line.sku)]
            rest = good_units(line.quantity, share)
            for one in reversed(later):
                comes = min(rest, good_units(one.units[line.sku], share))
                due[one.due_date][line.sku_id] = comes
                rest -= comes
            due[first.due_date][line.sku_id] = rest
        return due

    def _all_at_once(self) -> AgreedDelivery:
        return AgreedDelivery(self.due_date, {line.sku: line.quantity for line in self.lines})


def good_units(quantity: int, expected_good_share: float) -> int:
    """Return how many of the units ordered to expect good, to the nearest unit."""
    return round(quantity * expected_good_share)


def start_run(session: Session, run_id: str, terms: AgreedTerms, *, at: datetime) -> None:
    """Store a run on these terms, and count its good units as supply from when they are due.

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
        due=terms.expected_by_day(),
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
