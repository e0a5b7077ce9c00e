"""What a brand sells and who makes it on which terms: the shapes that the two lines fill in."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True)
class LaunchCurve:
    """Demand that rises after the launch, peaks, and fades.

    Attributes:
        life_units: Units wanted from launch to end of life, before noise.
        peak_week: Weeks from the launch to the best week.
    """

    life_units: float
    peak_week: float


@dataclass(frozen=True)
class SteadyCurve:
    """Demand that stays, with a drift.

    Attributes:
        weekly_units: Units wanted per week at the season's start.
        drift_per_week: Relative change from week to week.
        ramp_weeks: Weeks a newcomer takes to get most of the way there.
    """

    weekly_units: float
    drift_per_week: float = 0.0
    ramp_weeks: float = 0.0


@dataclass(frozen=True)
class Style:
    """A style as its brand knows it, and the true demand that its brand does not know.

    Attributes:
        style: Id at the service.
        part: What it stands for in the season, for the reader of the report.
        make_cost: Unit cost of a large batch.
        launch_day: Season day of the first sale; negative with history.
        end_day: Season day after which it is not sold, or None.
        opening_units: Bought before the season; in the shop from the launch day or day 0 on.
        size_shares: Usual share of each size, adding up to 1.
    """

    style: str
    name: str
    part: str
    category: str
    attributes: Mapping[str, str]
    price: Decimal
    make_cost: Decimal
    salvage: Decimal
    holding_per_week: Decimal
    curve: LaunchCurve | SteadyCurve
    launch_day: int
    end_day: int | None
    opening_units: int
    colorways: tuple[str, ...]
    size_shares: Mapping[str, float]
    return_rate: float = 0.0
    like: tuple[str, ...] = ()
    successor: str | None = None

    @property
    def is_past(self) -> bool:
        """Whether it had ended before the season; its history still teaches."""
        return self.end_day is not None and self.end_day <= 0

    def skus(self) -> Iterator[tuple[str, str, str]]:
        """Yield each SKU with its colorway and size."""
        for colorway in self.colorways:
            for size in self.size_shares:
                yield f"{self.style}-{colorway}-{size}".upper(), colorway, size


@dataclass(frozen=True)
class Terms:
    """One way of making, priced relative to the make cost of whatever is made.

    Attributes:
        mode: What the factory calls it.
        factory: Who offers it.
        cost_breaks: From this quantity on, this multiple of the make cost, for all units.
        moq_run: Least units of a run.
        moq_colorway: Least units of a colorway in it.
        lead_days: Mean days from acceptance to sellable stock.
        lead_sd_days: Their standard deviation.
    """

    mode: str
    factory: str
    cost_breaks: tuple[tuple[int, Decimal], ...]
    setup_cost: Decimal
    colorway_setup_cost: Decimal
    freight_per_unit: Decimal
    moq_run: int
    moq_colorway: int
    max_quantity: int
    lead_days: int
    lead_sd_days: float
    yield_rate: float
    capacity_per_week: int

    def unit_cost(self, style: Style, quantity: int) -> Decimal:
        """Return what each unit of a run of this size costs."""
        reached = [factor for least, factor in self.cost_breaks if quantity >= least]
        return (style.make_cost * reached[-1]).quantize(Decimal("0.01"))

    def run_cost(self, style: Style, quantities: Mapping[str, int]) -> Decimal:
        """Return what a run costs with set-ups and freight; nothing is free."""
        quantity = sum(quantities.values())
        if quantity == 0:
            return Decimal(0)
        used = {colorway for sku, colorway, _ in style.skus() if quantities.get(sku)}
        each = self.unit_cost(style, quantity) + self.freight_per_unit
        return quantity * each + self.setup_cost + len(used) * self.colorway_setup_cost


@dataclass(frozen=True)
class Maker:
    """A factory as the service knows it."""

    factory: str
    name: str
    timezone: str


@dataclass(frozen=True)
class Line:
    """A brand, its styles, and the factories whose offers it takes.

    Attributes:
        weekday_factors: Demand of Monday to Sunday against the average day.
        return_days: Shortest and longest time from a sale to its return.
        resalable_share: Share of returned units that can be sold again.
    """

    brand: str
    name: str
    timezone: str
    currency: str
    styles: tuple[Style, ...]
    makers: tuple[Maker, ...]
    terms: tuple[Terms, ...]
    weekday_factors: tuple[float, ...]
    return_days: tuple[int, int] = (4, 18)
    resalable_share: float = 0.9
    cancelled_share: float = 0.02
    style_of: Mapping[str, Style] = field(init=False)

    def __post_init__(self) -> None:
        """Index the styles by SKU."""
        index = {sku: style for style in self.styles for sku, _, _ in style.skus()}
        object.__setattr__(self, "style_of", index)

    @property
    def seasonal(self) -> tuple[Style, ...]:
        """The styles that are sold in this season."""
        return tuple(style for style in self.styles if not style.is_past)
