"""Demand on the wire."""

from typing import Annotated

from pydantic import ConfigDict, Field

from app.demand.days import DemandDay
from app.demand.known import Expectation, KnownItem
from app.demand.tables import KnownDemand
from app.web.wire import Count, Day, Identifier, Share, SkuCode, Wire, example


class DemandDayOut(Wire):
    """One brand-local day: demand is what was sold less what was cancelled, never below 0.

    `in_stock_share` is the share of the day the SKU was not reported out of stock; below 1 the
    demand is `censored`: customers may have wanted more than could be sold.
    """

    date: Day
    sold_units: int
    cancelled_units: int
    returned_units: int
    demand_units: int
    in_stock_share: float
    censored: bool


class DemandOut(Wire):
    """The demand of a SKU, a row for each day."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "sku": "S2-BLK-M",
                "data": [
                    {
                        "date": "2026-03-02",
                        "sold_units": 12,
                        "cancelled_units": 1,
                        "returned_units": 2,
                        "demand_units": 11,
                        "in_stock_share": 0.75,
                        "censored": True,
                    }
                ],
            }
        }
    )

    sku: str
    data: list[DemandDayOut]

    @classmethod
    def of(cls, sku: str, days: list[DemandDay]) -> "DemandOut":
        """Return the days as they are answered."""
        return cls(sku=sku, data=[DemandDayOut(**vars(day)) for day in days])


class KnownDemandIn(Wire):
    """Units of a SKU wanted by a day, and how likely; quantity 0 removes the line."""

    reference: Identifier
    sku: SkuCode
    quantity: Count
    due_date: Day
    probability: Share

    def to_item(self) -> KnownItem:
        """Return it as the room knows it."""
        wanted = Expectation(self.quantity, self.due_date, self.probability)
        return KnownItem(self.reference, self.sku, wanted)


class KnownDemandBatchIn(Wire):
    """Hiring cycles, pre-orders and contracts, line by line."""

    model_config = example(
        {
            "items": [
                {
                    "reference": "PRE-17",
                    "sku": "S2-BLK-M",
                    "quantity": 40,
                    "due_date": "2026-04-15",
                    "probability": 0.8,
                }
            ]
        }
    )

    items: Annotated[list[KnownDemandIn], Field(min_length=1, max_length=10_000)]

    def to_items(self) -> list[KnownItem]:
        """Return the items as the room knows them."""
        return [item.to_item() for item in self.items]


class KnownDemandOut(Wire):
    """A line of known demand as it stands."""

    reference: str
    sku: str
    quantity: int
    due_date: Day
    probability: float

    @classmethod
    def of(cls, row: KnownDemand, sku: str) -> "KnownDemandOut":
        """Show a row and the code of its SKU."""
        shown = cls.model_fields.keys() - {"sku"}
        return cls(sku=sku, **{name: getattr(row, name) for name in shown})
