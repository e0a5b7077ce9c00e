"""Demand on the wire."""

from pydantic import ConfigDict

from app.demand.days import DemandDay
from app.web.wire import Day, Wire


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
