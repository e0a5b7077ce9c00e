"""Figures of a period on the wire: a factory's, and a brand's with its own money and sales."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Self

from pydantic import Field

from app.insight.figure_schemas import SpreadOut
from app.insight.kpi import Amount, Kpi
from app.insight.period import Asked
from app.web.wire import Day, Wire, money_text


class KpiOut(Wire):
    """A figure: `value` is numerator / denominator, null where nothing is known; money is text.

    `count` says how many runs, styles, SKUs or recommendations are behind it.
    """

    unit: str
    value: float | str | None
    numerator: float | str | None
    denominator: float | None
    count: int
    spread: SpreadOut | None

    @classmethod
    def of(cls, kpi: Kpi) -> Self:
        """Show a figure."""
        return cls(
            unit=kpi.unit,
            value=_shown(kpi.value),
            numerator=_shown(kpi.numerator),
            denominator=None if kpi.denominator is None else float(kpi.denominator),
            count=kpi.count,
            spread=None if kpi.spread is None else SpreadOut.of_spread(kpi.spread),
        )


def _shown(amount: Amount | None) -> float | str | None:
    if amount is None:
        return None
    return money_text(amount) if isinstance(amount, Decimal) else float(amount)


class FactoryFigures(Wire):
    """What a factory may know of its work: nothing of a brand's margin, sales or stock."""

    unit_cost: KpiOut
    setup_cost_per_unit: KpiOut
    lead_time_days: KpiOut
    kept_dates: KpiOut
    reject_rate: KpiOut
    complaint_rate: KpiOut
    signal_to_recommendation_hours: KpiOut
    signal_to_answer_hours: KpiOut
    superseded_share: KpiOut


class BrandFigures(FactoryFigures):
    """What a brand knows of its own work."""

    unit_cost_vs_large_batch: KpiOut
    total_cost_of_ownership: KpiOut
    adjustability: KpiOut
    commitment_delay_days: KpiOut
    time_to_market_days: KpiOut
    investment_avoided: KpiOut
    forecast_error: KpiOut
    forecast_bias: KpiOut
    sell_through: KpiOut
    fill_rate: KpiOut
    leftovers: KpiOut


class KpisOut(Wire):
    """Figures over a period, both its days included; null: not one party's alone."""

    brand: str | None
    factory: str | None
    first: Day = Field(serialization_alias="from")
    last: Day = Field(serialization_alias="to")
    kpis: BrandFigures | FactoryFigures

    @classmethod
    def of(cls, asked: Asked, found: Mapping[str, Kpi], *, is_brand: bool) -> Self:
        """Show the figures that their reader may see."""
        figures = BrandFigures if is_brand else FactoryFigures
        return cls(
            brand=asked.brand.code if asked.brand else None,
            factory=asked.factory.code if asked.factory else None,
            first=asked.first,
            last=asked.last,
            kpis=figures(**{name: KpiOut.of(found[name]) for name in figures.model_fields}),
        )
