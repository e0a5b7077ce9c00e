"""A material as its factory sees it, and as a brand does: nothing of other brands in it."""

from datetime import date, datetime
from decimal import Decimal
from typing import Self

from pydantic import ConfigDict

from app.clock.time import local_day
from app.parties.refs import BrandRef
from app.sourcing.availability import Availability
from app.sourcing.material_queries import Reported
from app.sourcing.material_schemas import EXAMPLE, MeasureOut, ReservationOut
from app.web.wire import Day, MoneyOut, Timestamp, Wire

RESERVED = ReservationOut.model_config["json_schema_extra"]["example"]  # type: ignore[index]  # ours


class ArrivalOut(Wire):
    """More of a material, expected on a day."""

    quantity: MeasureOut
    due_date: Day


class MaterialOut(Wire):
    """A material as stored.

    `committed` is what accepted runs take that were not cut at `as_of`; `free` is what is there
    today and neither committed nor reserved.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "material": "oxford",
                "factory": "fab1",
                **EXAMPLE,
                "committed": "140",
                "free": "600.5",
                "reservations": [RESERVED],
                "updated_at": "2026-03-02T10:15:00Z",
            }
        }
    )

    material: str
    factory: str
    name: str
    unit: str
    on_hand: MeasureOut
    as_of: Timestamp
    arriving: list[ArrivalOut]
    returns: bool
    replenishment_lead_time_days: float | None
    minimum_buy: MeasureOut | None
    currency: str | None
    unit_cost: MoneyOut | None
    scrap_value: MoneyOut | None
    season_end: Day | None
    committed: MeasureOut
    free: MeasureOut
    reservations: list[ReservationOut]
    updated_at: Timestamp

    @classmethod
    def of(cls, reported: Reported, *, at: datetime) -> Self:
        """Read a report with what is left of it on the factory's day."""
        known, row = reported.known, reported.known.material
        plain = {name: getattr(row, name) for name in _PLAIN}
        return cls(
            **plain,
            material=row.code,
            factory=reported.factory,
            arriving=[ArrivalOut(quantity=much, due_date=due) for due, much in known.arrivals()],
            committed=known.committed,
            free=known.free(local_day(at, reported.timezone)),
            reservations=[
                ReservationOut.of(kept, reported.brands[kept.brand_id]) for kept in known.kept
            ],
        )


_PLAIN = MaterialOut.model_fields.keys() - {
    "material", "factory", "arriving", "committed", "free", "reservations",
}  # fmt: skip


class MaterialForBrandOut(Wire):
    """A material as a brand can have it: what others reserved is not there for it.

    `available` can be ordered from today, what is reserved for the brand included; `arriving` is
    what comes on top of it. Both are known as of the factory's report.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "material": "oxford",
                "factory": "fab1",
                "name": "Oxford 210D",
                "unit": "m",
                "available": "710.5",
                "reserved": RESERVED,
                "arriving": [{"quantity": "400", "due_date": "2026-03-16"}],
                "returns": True,
                "replenishment_lead_time_days": 28.0,
                "minimum_buy": "300",
                "season_end": "2026-09-30",
                "as_of": "2026-03-02T06:00:00Z",
            }
        }
    )

    material: str
    factory: str
    name: str
    unit: str
    available: MeasureOut
    reserved: ReservationOut | None
    arriving: list[ArrivalOut]
    returns: bool
    replenishment_lead_time_days: float | None
    minimum_buy: MeasureOut | None
    season_end: Day | None
    as_of: Timestamp

    @classmethod
    def of(cls, reported: Reported, brand: BrandRef, *, at: datetime) -> Self:
        """Read what a report means for a brand on its day."""
        known, row = reported.known, reported.known.material
        day = local_day(at, brand.timezone)
        own = [one for one in known.kept if one.brand_id == brand.id]
        return cls(
            material=row.code,
            factory=reported.factory,
            name=row.name,
            unit=row.unit,
            available=known.usable(brand.id, day=day, by=day),
            reserved=ReservationOut.of(own[0], brand.code) if own else None,
            arriving=_arriving(known, brand.id, day),
            returns=row.returns,
            replenishment_lead_time_days=row.replenishment_lead_time_days,
            minimum_buy=row.minimum_buy,
            season_end=row.season_end,
            as_of=row.as_of,
        )


def _arriving(known: Availability, brand_id: int, day: date) -> list[ArrivalOut]:
    """Return what each day adds to what the brand can have."""
    shown, before = [], known.usable(brand_id, day=day, by=day)
    for due in sorted({due for due, _ in known.arrivals() if due > day}):
        then = known.usable(brand_id, day=day, by=due)
        if then > before:
            shown.append(ArrivalOut(quantity=Decimal(then - before), due_date=due))
        before = then
    return shown
