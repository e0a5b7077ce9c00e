"""Known demand beside what sold: what is to come of it, and which past orders were a line's own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil

import numpy as np

from app.demand.panel import Floats, Ints, KnownLine
from app.demand.tables import KnownDemand

EARLY_OR_LATE_DAYS = 7
"""How far from its due date the order of a line may lie."""

ORDER_SHARE = 0.5
"""Share of a line's units that one order must hold to be that line's: a contract comes as one
order, and the pre-orders of many customers are ordinary demand that happens to be known."""


@dataclass(frozen=True, eq=False)
class Served:
    """The past orders that were lines known beforehand.

    Attributes:
        units: Units of them by SKU and period, shape (skus, periods).
        of_line: Units of each line that such an order served, by the row of the line.
        expected: Units that lines due before the origin let expect, shape (skus,).
    """

    units: Ints
    of_line: Mapping[int, int]
    expected: Floats

    def consuming(self, style_of: Ints) -> Floats:
        """Return which share of its lines to come is part of each SKU's base demand, (skus,).

        Of the lines that its style had before, all that did not come as orders of their own:
        the base demand was learned without those.
        """
        own, expected = (
            np.bincount(style_of, values)[style_of]
            for values in (self.units.sum(axis=1), self.expected)
        )
        return np.asarray(1.0 - np.clip(own / np.maximum(expected, 1.0), 0.0, 1.0))


def lines_to_come(
    known: Sequence[KnownDemand],
    sku_ids: Sequence[int],
    style_of: Ints,
    served: Served,
    *,
    origin: date,
) -> tuple[KnownLine, ...]:
    """Return what is still to come of these SKUs' lines due on the day of the origin or later."""
    place = {sku_id: index for index, sku_id in enumerate(sku_ids)}
    consuming = served.consuming(style_of).round(4).tolist()
    lines = (
        (row, row.quantity - served.of_line.get(row.id, 0))
        for row in known
        if row.sku_id in place and row.due_date >= origin
    )
    return tuple(
        KnownLine(sku, row.reference, units, row.due_date, row.probability, consuming[sku])
        for row, units in lines
        for sku in [place[row.sku_id]]
        if units
    )


def served_lines(
    known: Sequence[KnownDemand],
    sku_ids: Sequence[int],
    demand: Ints,
    largest: Ints,
    *,
    origin: date,
    length: int,
) -> Served:
    """Return which units came as the one order of a line known beforehand.

    Such an order is no sign of what other customers want, and what it served is not to come any
    more. Looked for around the due date, where the largest order is nearest to the quantity.

    Args:
        known: The lines by due date, past ones among them.
        sku_ids: The SKUs, in the order of the rows.
        demand: Units wanted, shape (skus, periods).
        largest: Units of the largest order of each period, shape (skus, periods).
        origin: The day after the last period.
        length: Days in a period.
    """
    place = {sku_id: index for index, sku_id in enumerate(sku_ids)}
    taken = np.zeros_like(demand)
    of_line: dict[int, int] = {}
    expected = np.zeros(len(demand))
    periods = demand.shape[1]
    reach = ceil(EARLY_OR_LATE_DAYS / length)
    for row in known:
        days = (origin - row.due_date).days
        if row.sku_id not in place or days < -EARLY_OR_LATE_DAYS:
            continue
        sku, due = place[row.sku_id], periods - ceil(days / length)
        expected[sku] += row.quantity * row.probability if days > 0 else 0.0
        around = np.arange(max(due - reach, 0), min(due + reach + 1, periods))
        orders = largest[sku, around]
        if not len(around) or orders.max() < ORDER_SHARE * row.quantity:
            continue
        nearest = around[np.argmin(np.abs(orders - row.quantity))]
        left = demand[sku, nearest] - taken[sku, nearest]
        of_line[row.id] = int(min(row.quantity, largest[sku, nearest], left))
        taken[sku, nearest] += of_line[row.id]
    return Served(taken, of_line, expected)
