"""What the service tells a factory, and what both sides read: offers, materials, figures."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NotRequired, TypedDict


class Offer(TypedDict):
    """A factory's terms for one way of making a brand's styles."""

    offer: str
    factory: str
    brand: str
    styles: list[str] | None
    mode: str
    made_to_order: bool
    currency: str
    price_break_kind: str
    price_breaks: list[Mapping[str, Any]]
    setup_cost: str
    colorway_setup_cost: str
    setup_hours: float
    setup_loss_units: int
    tooling_cost: str
    freight_per_unit: str
    freight_per_run: str
    moq: Mapping[str, int]
    order_multiple: int
    max_quantity: int | None
    lead_time_days: Mapping[str, float]
    lead_time_days_with_material: Mapping[str, float] | None
    yield_rate: float
    yield_sd: float
    early_run: Mapping[str, Any] | None
    capacity_per_week: int | None
    valid_from: str | None
    valid_to: str | None
    updated_at: str


class Reservation(TypedDict):
    """Material that a factory holds for a brand until a day."""

    brand: str
    quantity: str
    left: str
    until: str
    as_of: str
    reserved_by: str
    updated_at: str


class Material(TypedDict):
    """Material at a factory; a brand sees what is available to it instead of what there is."""

    material: str
    factory: str
    name: str
    unit: str
    as_of: str
    arriving: list[Mapping[str, str]]
    returns: bool
    replenishment_lead_time_days: float | None
    minimum_buy: str | None
    season_end: str | None
    on_hand: NotRequired[str]
    currency: NotRequired[str | None]
    unit_cost: NotRequired[str | None]
    scrap_value: NotRequired[str | None]
    committed: NotRequired[str]
    free: NotRequired[str]
    reservations: NotRequired[list[Reservation]]
    updated_at: NotRequired[str]
    available: NotRequired[str]
    reserved: NotRequired[Reservation | None]


class ScheduleLine(TypedDict):
    """Units of one SKU due on one day."""

    commitment: str
    reference: str
    brand: str
    style: str
    colorway: str
    size: str
    sku: str
    due_date: str
    past_due: bool
    quantity: int
    to_make: int


class Schedule(TypedDict):
    """What a factory has before it: by week, line by line, materials and checks by date."""

    factory: str
    timezone: str
    today: str
    release: int
    weeks: list[Mapping[str, Any]]
    lines: list[ScheduleLine]
    materials: list[Mapping[str, Any]]
    checkpoints: list[Mapping[str, Any]]


@dataclass(frozen=True)
class ScheduleFile:
    """A factory's schedule as a file, and the release it replaces all before with."""

    release: int
    content: bytes


class Scorecard(TypedDict):
    """What a brand and a factory learned of each other; each share with the counts behind it."""

    brand: str
    factory: str
    since: str
    asked: int
    response_hours: Mapping[str, Any]
    accepted: Mapping[str, Any]
    declined: Mapping[str, Any]
    countered: Mapping[str, Any]
    unanswered: Mapping[str, Any]
    kept_dates: Mapping[str, Any]
    lead_time_days: Mapping[str, Any]
    received_units: Mapping[str, Any]
    rejected_units: Mapping[str, Any]
    flexibility: Mapping[str, Any]
    complaints: int
    complained_runs: Mapping[str, Any]
    complained_units: Mapping[str, Any]
    offers: list[Mapping[str, Any]]


Kpis = TypedDict(
    "Kpis",
    {
        "brand": str | None,
        "factory": str | None,
        "from": str,
        "to": str,
        "kpis": Mapping[str, Mapping[str, Any]],
    },
)
"""The figures of a period, each with its unit and the counts behind it."""


class Suitability(TypedDict):
    """Which way of making suits how many styles; the money at stake to a brand alone."""

    styles: int
    ways: list[Mapping[str, Any]]
    verdict: Mapping[str, str]
    brand: NotRequired[str]
    currency: NotRequired[str]
    gain: NotRequired[str]
    factories: NotRequired[list[Mapping[str, Any]]]
    factory: NotRequired[str]
    fits: NotRequired[int]
