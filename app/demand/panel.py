"""What a brand's signals look like once they are arrays: the input of every forecast."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import accumulate
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class PanelStyle:
    """One style of a panel: what likens it to others, and its life dates.

    Attributes:
        id: The row of the style, for whoever stores what becomes of it.
        code: The brand's code of the style.
        category: What the brand calls its family, or None.
        price: Selling price in the style's currency, 0 when unknown.
        attributes: Fabric, wheel size and so on, as the brand stated them.
        like: Codes of the brand's styles that it is expected to sell like.
        launched: First day on sale, in the future for a style announced; None when not known.
        fingerprint: Names what is known of the style before the origin; equal for equal.
        earlier_fingerprint: The same of an earlier day that was asked for, "" for none.
        name: What the brand calls the style, "" where it has no name.
        launch_stated: Whether the brand stated that day; else it is the day of the first sale.
        end_of_life: The day after which leftovers are worth salvage; None when it has no end.
        successor: Code of the style that follows it; None when it has none.
        successor_launch: First day on sale of that style, in the future when it is announced;
            None when not known.
        predecessors: Codes of the styles that name this one as their successor, oldest first.
    """

    id: int
    code: str
    category: str | None
    price: float
    attributes: Mapping[str, str]
    like: tuple[str, ...]
    launched: date | None
    end_of_life: date | None
    successor: str | None = None
    successor_launch: date | None = None
    predecessors: tuple[str, ...] = ()
    launch_stated: bool = True
    fingerprint: str = ""
    earlier_fingerprint: str = ""
    name: str = ""


@dataclass(frozen=True)
class KnownLine:
    """Demand of a SKU that the brand knows of beforehand.

    Attributes:
        sku: Index of the SKU in its panel.
        reference: The contract, pre-order or hiring cycle; its lines come together.
        quantity: Units, > 0.
        due_date: The brand-local day they are wanted.
        probability: That they will be wanted, 0 to 1.
        consumes: Share of them that the base demand has in it already, 0 to 1.
    """

    sku: int
    reference: str
    quantity: int
    due_date: date
    probability: float
    consumes: float = 1.0


def _not_counted() -> Ints:
    return np.zeros((0, 0), dtype=np.int64)


@dataclass(frozen=True, eq=False)
class DemandPanel:
    """Several styles of one brand, seen in periods of the same length.

    Attributes:
        origin: Brand-local day the plan starts. Periods count back from it: the last one ends
            where the origin begins, so it is always complete.
        period_days: Days in a period, 1 or 7.
        styles: The styles, in the order that forecasts come back.
        sku_ids: Row of each SKU.
        sku_codes: The brand's code of each SKU.
        style_of: Index into `styles` of each SKU, shape (skus,).
        colorways: A number for the colorway of each SKU, shape (skus,).
        demand: Units sold less units cancelled, >= 0, shape (skus, periods).
        in_stock_share: Share of the time on sale that the SKU was in stock, shape
            (skus, periods): 1 when nothing says otherwise, 0 when it was out the whole period,
            and then what sold is only a lower bound of the demand.
        exposure: Share of the period that the SKU was on sale at all, shape (skus, periods):
            0 before its launch.
        returned: Units sent back, shape (skus, periods): supply, never negative demand.
        sizes: Size label of each SKU; empty when labels are not known.
        orders: Sales events behind the demand, shape (skus, periods); where they were not
            counted, as many as units.
        largest: Units of the largest single sales event, at most the base demand of its period,
            shape (skus, periods); where they were not counted, 1.
        contracted: Part of the demand that came as the large order of a line known beforehand,
            shape (skus, periods); 0 where there were none.
        known: Known demand due on the day of the origin or later, by due date.
        colorway_labels: Label of each SKU's colorway; empty when labels are not known.
    """

    origin: date
    period_days: int
    styles: tuple[PanelStyle, ...]
    sku_ids: tuple[int, ...]
    sku_codes: tuple[str, ...]
    style_of: Ints
    colorways: Ints
    demand: Ints
    in_stock_share: Floats
    exposure: Floats
    returned: Ints
    sizes: tuple[str, ...] = ()
    orders: Ints = field(default_factory=_not_counted)
    largest: Ints = field(default_factory=_not_counted)
    contracted: Ints = field(default_factory=_not_counted)
    known: tuple[KnownLine, ...] = ()
    colorway_labels: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Give what was not counted the shape of the demand, so that every array has it."""
        units = np.maximum(self.demand, 0)
        assumed = {
            "orders": units,
            "largest": np.minimum(units, 1),
            "contracted": np.zeros_like(units),
        }
        for name, values in assumed.items():
            if getattr(self, name).shape != units.shape:
                object.__setattr__(self, name, values)

    @property
    def base_demand(self) -> Ints:
        """Return the demand without the large orders of lines known beforehand, >= 0."""
        return np.asarray(np.maximum(self.demand - self.contracted, 0))


def part(
    panel: DemandPanel, styles: NDArray[np.bool_], *, skus: NDArray[np.bool_] | None = None
) -> DemandPanel:
    """Return the panel of some of its styles, and of these SKUs alone where they are given.

    Args:
        panel: The panel.
        styles: Which styles stay, shape (styles,).
        skus: Which of their SKUs stay, shape (skus,); None: all.
    """
    number: Ints = np.cumsum(styles) - 1
    stays = styles[panel.style_of] if skus is None else skus & styles[panel.style_of]
    chosen = tuple(panel.styles[style] for style in np.flatnonzero(styles))
    return _rows(
        replace(panel, styles=chosen, style_of=number[panel.style_of]), np.flatnonzero(stays)
    )


def _rows(panel: DemandPanel, rows: Ints) -> DemandPanel:
    """Return the panel with these of its SKUs, by index, in their order."""

    def labels(values: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(values[row] for row in rows) if values else ()

    return replace(
        panel,
        sku_ids=tuple(panel.sku_ids[row] for row in rows),
        sku_codes=tuple(panel.sku_codes[row] for row in rows),
        style_of=panel.style_of[rows],
        colorways=panel.colorways[rows],
        demand=panel.demand[rows],
        in_stock_share=panel.in_stock_share[rows],
        exposure=panel.exposure[rows],
        returned=panel.returned[rows],
        sizes=labels(panel.sizes),
        orders=panel.orders[rows],
        largest=panel.largest[rows],
        contracted=panel.contracted[rows],
        known=known_of(panel.known, rows),
        colorway_labels=labels(panel.colorway_labels),
    )


def by_code(panel: DemandPanel) -> DemandPanel:
    """Return the panel with its styles, and the SKUs of each, in the order of their codes.

    What is learned from a brand's styles together is then the same, bit by bit, in whatever order
    they were made or read: sums of floating point numbers are not.
    """
    codes = [style.code for style in panel.styles]
    styles = sorted(range(len(codes)), key=codes.__getitem__)
    rank = np.empty(len(styles), dtype=np.int64)
    rank[styles] = np.arange(len(styles))
    style_of = rank[panel.style_of]
    rows = np.array(
        sorted(range(len(style_of)), key=lambda row: (style_of[row], panel.sku_codes[row])),
        dtype=np.int64,
    )
    numbers: dict[int, int] = {}
    for number in panel.colorways[rows].tolist():
        numbers.setdefault(number, len(numbers))
    colorways = np.array([numbers[number] for number in panel.colorways.tolist()], dtype=np.int64)
    return _rows(
        replace(
            panel,
            styles=tuple(panel.styles[style] for style in styles),
            style_of=style_of,
            colorways=colorways,
        ),
        rows,
    )


def joined(panels: Sequence[DemandPanel]) -> DemandPanel | None:
    """Return panels of other styles of one brand, origin and period as one; None of none.

    The shorter ones begin with periods before they were on sale.
    """
    if not panels:
        return None
    periods = max(panel.demand.shape[1] for panel in panels)
    styles = _starts([len(panel.styles) for panel in panels])
    skus = _starts([len(panel.sku_ids) for panel in panels])
    colorways = _starts([int(panel.colorways.max(initial=-1)) + 1 for panel in panels])

    def padded(values: NDArray[Any], before: float = 0.0) -> NDArray[Any]:
        missing = periods - values.shape[1]
        return np.pad(values, ((0, 0), (missing, 0)), constant_values=before)

    return DemandPanel(
        origin=panels[0].origin,
        period_days=panels[0].period_days,
        styles=tuple(style for one in panels for style in one.styles),
        sku_ids=tuple(sku for one in panels for sku in one.sku_ids),
        sku_codes=tuple(code for one in panels for code in one.sku_codes),
        style_of=np.concatenate([one.style_of + styles[at] for at, one in enumerate(panels)]),
        colorways=np.concatenate([one.colorways + colorways[at] for at, one in enumerate(panels)]),
        demand=np.concatenate([padded(one.demand) for one in panels]),
        in_stock_share=np.concatenate([padded(one.in_stock_share, 1.0) for one in panels]),
        exposure=np.concatenate([padded(one.exposure) for one in panels]),
        returned=np.concatenate([padded(one.returned) for one in panels]),
        sizes=tuple(size for one in panels for size in one.sizes),
        orders=np.concatenate([padded(one.orders) for one in panels]),
        largest=np.concatenate([padded(one.largest) for one in panels]),
        contracted=np.concatenate([padded(one.contracted) for one in panels]),
        known=tuple(
            replace(line, sku=line.sku + skus[at])
            for at, one in enumerate(panels)
            for line in one.known
        ),
        colorway_labels=tuple(label for one in panels for label in one.colorway_labels),
    )


def _starts(lengths: Sequence[int]) -> list[int]:
    """Return where each of some rows of things begins, laid end to end."""
    return [0, *accumulate(lengths)][:-1]


def known_of(known: Sequence[KnownLine], skus: Ints) -> tuple[KnownLine, ...]:
    """Return the lines of these SKUs, by index, numbered in their order."""
    place = {int(sku): index for index, sku in enumerate(skus)}
    return tuple(replace(line, sku=place[line.sku]) for line in known if line.sku in place)
