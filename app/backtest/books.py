"""What a simulated warehouse says of a day, and what it comes to in the end."""

from dataclasses import dataclass

from app.backtest.terms import Floats, Ints


@dataclass(frozen=True, eq=False)
class DayAtWarehouse:
    """One day, every array of shape (lanes, skus).

    Attributes:
        sold: Units that customers ordered: those that wait are in it.
        in_stock: Share of the day that the SKU was in stock.
        returned: Units that came back.
    """

    sold: Ints
    in_stock: Floats
    returned: Ints


@dataclass(frozen=True, eq=False)
class Books:
    """What came of a while, every array of shape (lanes, styles).

    Attributes:
        profit: Revenue after refunds, less making, holding and goodwill; stock counts nothing.
        stock_value: What stock and runs on their way count at the end, less refunds to come.
        salvage_value: The same with every unit at its salvage value.
    """

    profit: Floats
    revenue: Floats
    making_cost: Floats
    setup_cost: Floats
    holding_cost: Floats
    goodwill_cost: Floats
    stock_value: Floats
    salvage_value: Floats
    wanted: Floats
    sold: Floats
    lost: Floats
    leftover: Floats
    on_hand: Floats
    ordered: Floats
    runs: Floats
    setups: Floats
