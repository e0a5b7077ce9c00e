"""What the service tells a brand beside recommendations: styles, demand, forecasts, decisions."""

from collections.abc import Mapping
from typing import Any, NotRequired, TypedDict

from app.client.answers import Reason


class Sku(TypedDict):
    """What is sold and planned."""

    sku: str
    colorway: str
    size: str


class Style(TypedDict):
    """A design, its SKUs, life and economics."""

    style: str
    name: str
    category: str | None
    attributes: Mapping[str, Any]
    planning: str
    test: Mapping[str, str] | None
    launch_date: str | None
    end_of_life_date: str | None
    successor: str | None
    like: list[str]
    materials: list[Mapping[str, Any]]
    currency: str
    price: str
    salvage_value: str
    holding_cost_per_unit_week: str
    lost_sale_cost: str
    backorder_share: float
    return_rate: float | None
    resalable_share: float
    skus: list[Sku]
    updated_at: str


class CatalogRow(TypedDict):
    """What became of one style of a catalog."""

    index: int
    style: str
    status: str
    created: NotRequired[bool | None]
    code: NotRequired[str | None]
    message: NotRequired[str | None]


class CatalogAnswer(TypedDict):
    """What became of a catalog, in all and style by style."""

    accepted: int
    rejected: int
    results: list[CatalogRow]


class DemandDay(TypedDict):
    """One brand-local day of a SKU."""

    date: str
    sold_units: int
    cancelled_units: int
    returned_units: int
    demand_units: int
    in_stock_share: float
    censored: bool


class DemandAnswer(TypedDict):
    """A SKU's days, without gaps."""

    sku: str
    data: list[DemandDay]


class ForecastPeriod(TypedDict):
    """Demand of one period, or from the origin to its end; `end` is exclusive."""

    start: str
    end: str
    mean: float
    p10: float
    p50: float
    p70: float
    p80: float
    p90: float


class ForecastAnswer(TypedDict):
    """What is expected of a SKU or a style."""

    sku: NotRequired[str]
    style: NotRequired[str]
    origin: str
    frequency: str
    model: str
    periods: list[ForecastPeriod]
    cumulative: list[ForecastPeriod]
    explanation: Mapping[str, Any]


class DecisionAnswer(TypedDict):
    """What was decided last for a style."""

    style: str
    action: str
    final: bool
    at: str
    chosen: Mapping[str, Any] | None
    alternatives: list[Mapping[str, Any]]
    reasons: list[Reason]
    suitability: Mapping[str, Any] | None
    test_verdict: Mapping[str, Any] | str | None


class BacktestAnswer(TypedDict):
    """How far a backtest has come; `result` once it is done."""

    id: str
    status: str
    as_of: str
    weeks: int
    styles: int
    terms: Mapping[str, Any] | None
    progress: float
    requested_at: str
    started_at: str | None
    finished_at: str | None
    seconds: float | None
    error: Mapping[str, str] | None
    picture: str | None
    result: Mapping[str, Any] | None


class ImportAnswer(TypedDict):
    """How far an import is, how its file was understood, and what became of the rows."""

    id: str
    status: str
    kind: str
    preset: str | None
    mapping: Mapping[str, str] | None
    dry_run: bool
    on_error: str
    file: str
    bytes: int
    sha256: str
    requested_at: str
    started_at: str | None
    finished_at: str | None
    seconds: float | None
    progress: float
    rows: Mapping[str, Any]
    read_as: Mapping[str, Any] | None
    preview: list[Mapping[str, Any]] | None
    error: Mapping[str, str] | None


class ReplayAnswer(TypedDict):
    """Whether deciding again from what was kept gives the same, bit for bit."""

    identical: bool
    digest: str
    recorded_digest: str
    differences: list[str]
