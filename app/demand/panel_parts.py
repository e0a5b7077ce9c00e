"""Panels of some styles of another, in the order of their codes, or of several laid as one."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.demand.panel import DemandPanel, Ints, KnownLine


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
