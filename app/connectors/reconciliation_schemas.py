"""A day of orders compared, on the wire."""

from pydantic import ConfigDict, StrictBool

from app.connectors.reconcile import Comparison, Difference, Units
from app.web.wire import Day, Wire, example

DIFFERENCES_SHOWN = 500


class ReconciliationIn(Wire):
    """Which day, by the brand's calendar; `apply` books what the shop tells before it compares."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"date": "2026-03-02"}]})

    date: Day
    apply: StrictBool = False


class LineUnitsOut(Wire):
    """Units of a line that were wanted, and units of it that were sent back."""

    units: int
    returned_units: int

    @classmethod
    def of(cls, units: Units) -> "LineUnitsOut":
        """Show them by name."""
        return cls(units=units[0], returned_units=units[1])


class DifferenceOut(Wire):
    """A line that the shop tells otherwise than it was booked."""

    order: str
    line: str
    item: str
    at_shop: LineUnitsOut
    booked: LineUnitsOut

    @classmethod
    def of(cls, found: Difference) -> "DifferenceOut":
        """Show a difference."""
        return cls(
            order=found.order,
            line=found.line,
            item=found.item,
            at_shop=LineUnitsOut.of(found.at_shop),
            booked=LineUnitsOut.of(found.booked),
        )


class ReconciliationOut(Wire):
    """What a day of orders came to; at most 500 of the lines that differ are listed."""

    model_config = example(
        {
            "connection": "web-shop",
            "date": "2026-03-02",
            "orders_at_shop": 240,
            "orders_stored": 239,
            "differing_lines": 1,
            "differences": [
                {
                    "order": "450789469",
                    "line": "466157049",
                    "item": "S2-BLK-M",
                    "at_shop": {"units": 2, "returned_units": 0},
                    "booked": {"units": 0, "returned_units": 0},
                }
            ],
        }
    )

    connection: str
    date: Day
    orders_at_shop: int
    orders_stored: int
    differing_lines: int
    differences: list[DifferenceOut]

    @classmethod
    def of(cls, connection: str, day: Day, found: Comparison) -> "ReconciliationOut":
        """Show a comparison."""
        return cls(
            connection=connection,
            date=day,
            orders_at_shop=found.orders_at_shop,
            orders_stored=found.orders_stored,
            differing_lines=len(found.differences),
            differences=[DifferenceOut.of(one) for one in found.differences[:DIFFERENCES_SHOWN]],
        )
