"""What is behind a forecast, on the wire."""

from datetime import date, datetime
from typing import Any, Literal

from pydantic import ConfigDict, Field

from app.web.wire import Wire


class Open(Wire):
    """A part that later versions may add to."""

    model_config = ConfigDict(extra="allow", frozen=True)


class ForecastNoteOut(Open):
    """A reason by its code; the other keys are its values."""

    code: str


class CensoredPeriodOut(Open):
    """A period in which some of the style was out of stock; figures of the style, in units."""

    start: date
    end: date
    skus_out: int
    sold_units: int
    assumed_units: float


class CensoredOut(Open):
    """What stock-outs hid, figures of the style; `sku` has the SKU's own where one is shown."""

    periods: int
    sold_units: int
    assumed_units: float
    latest: list[CensoredPeriodOut]
    more: int = Field(description="Periods that are not listed.")


class KnownLineOut(Open):
    """A line of known demand in the periods shown."""

    reference: str
    sku: str
    period: date
    quantity: int
    probability: float
    consumes: float


class ForecastKnownOut(Open):
    """Known demand in the periods shown, and what of the forecast gave way to it, in units."""

    expected_units: float
    consumed_units: float
    added_units: float
    lines: list[KnownLineOut]
    more: int = Field(description="Lines that are not listed.")


class ForecastReturnsOut(Open):
    """How units of the style come back."""

    rate: float
    stated: bool
    mean_delay_weeks: float
    sold_units: float
    paired_units: int
    units_to_come: float


class ChangedOut(Open):
    """The days shared with the forecast before: units a week then and now, and why."""

    previous_origin: date
    shared_days: int
    mean_per_week_before: float
    mean_per_week_now: float
    reasons: list[ForecastNoteOut]


class ExplanationOut(Open):
    """What a forecast rests on, as figures and as sentences.

    Sales, stock-outs and returns are the style's, of a SKU too: it is forecast as a part of it.
    """

    layer: Literal["prior", "launch", "statsforecast", "fallback"]
    scale_cv: float
    notes: list[ForecastNoteOut]
    made_at: datetime
    prior_share: float = Field(description="How much rests on other styles, 0 to 1.")
    sales_share: float = Field(description="How much rests on the style's own sales, 0 to 1.")
    models: dict[str, float] = Field(description="Weight of each fitted model, heaviest first.")
    sold_units: int | None = Field(description="Units of the style in the history it reads.")
    periods_on_sale: int | None
    censored: CensoredOut | None
    known_demand: ForecastKnownOut | None
    returns: ForecastReturnsOut | None
    unknown_successor: str | None = Field(description="A stated successor that is no style.")
    changed: ChangedOut | None
    text: list[str] = Field(description="The same in sentences.")


EXAMPLE: dict[str, Any] = {
    "layer": "launch",
    "scale_cv": 0.3412,
    "notes": [
        {"code": "prior_weight", "value": 0.25},
        {
            "code": "prior_basis",
            "styles": 18,
            "category": "tee",
            "category_styles": 7,
            "attributes": ["fabric"],
            "price": True,
            "like": ["S1"],
            "unknown_like": [],
            "predecessors": [],
        },
    ],
    "made_at": "2026-03-02T04:00:12Z",
    "prior_share": 0.25,
    "sales_share": 0.75,
    "models": {},
    "sold_units": 120,
    "periods_on_sale": 6,
    "censored": None,
    "known_demand": None,
    "returns": {
        "rate": 0.25,
        "stated": False,
        "mean_delay_weeks": 2.5,
        "sold_units": 120.0,
        "paired_units": 20,
        "units_to_come": 14.0,
    },
    "unknown_successor": None,
    "changed": {
        "previous_origin": "2026-02-23",
        "shared_days": 175,
        "mean_per_week_before": 17.2,
        "mean_per_week_now": 18.4,
        "reasons": [{"code": "new_sales", "units": 22}],
    },
    "text": [
        "There is little history: other styles and its own sales speak together.",
        (
            "It starts from 18 styles of the brand, by its category tee (7 styles); its fabric; "
            "its price; S1, which it is said to be like."
        ),
        "25% of it rests on other styles and 75% on the style's own sales: 120 units in 6 weeks.",
        (
            "25% of what sells comes back, as learned, after 2.5 weeks on average; 14 units of the "
            "style already sold are still to come back."
        ),
        (
            "The forecast of 2026-02-23 expected 17.2 units a week, this one 18.4: 22 more units "
            "of the style sold since."
        ),
    ],
}
"""A style six weeks old; its sentences are those that `words` makes of it."""

FIRST_EXAMPLE = {**EXAMPLE, "changed": None, "text": EXAMPLE["text"][:-1]}
"""The same without a forecast before it."""
