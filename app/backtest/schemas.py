"""Backtests on the wire."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from app.backtest.tables import Backtest
from app.imports.economics_file import EconomicsTable, OfferTable
from app.web.wire import Day, MoneyOut, Wire, example

CENT = Decimal("0.01")

Amount = Annotated[MoneyOut, BeforeValidator(lambda value: Decimal(repr(value)).quantize(CENT))]
"""Money that was counted as a float."""

Units = Annotated[int, BeforeValidator(round)]


class TermsIn(EconomicsTable):
    """Economics and offers to try instead of those stored; nothing of them is stored but here."""

    offers: Annotated[list[OfferTable], Field(min_length=1, max_length=200)]


class BacktestIn(Wire):
    """What to look at; everything has a default."""

    model_config = example(
        {
            "as_of": "2026-03-02",
            "weeks": 40,
            "styles": 200,
            "terms": {
                "style": {"salvage_share": "0.2", "holding_cost_share_per_week": "0.005"},
                "offers": [
                    {
                        "offer": "small",
                        "factory": "workshop",
                        "mode": "small_batch",
                        "price_breaks": [{"min_quantity": 24, "unit_cost_share": "0.5"}],
                        "setup_cost": "15.00",
                        "lead_time_days": {"mean": 14, "sd": 2},
                    }
                ],
            },
        }
    )

    as_of: Annotated[
        Day | None, Field(description="The day after the last one looked at; null: today.")
    ] = None
    weeks: Annotated[
        int,
        Field(
            strict=True, ge=1, le=130, description="Weeks decided; fewer if the past is shorter."
        ),
    ] = 40
    styles: Annotated[
        int, Field(strict=True, ge=1, le=500, description="Styles looked at, at most.")
    ] = 200
    terms: Annotated[
        TermsIn | None,
        Field(description="Economics and offers to try; null: those that are stored."),
    ] = None


class WeekOut(Wire):
    """A rule's figures from the start to the end of one review period."""

    first_day: date
    profit_to_date: Amount
    sold_to_date: Units
    lost_to_date: Units
    on_hand: Units
    runs_to_date: Units


class RuleOut(Wire):
    """What one rule came to.

    `ours_above` is how far Shortrun's profit lies above this rule's, with its standard error over
    styles; `told_apart` says whether it is more than two of them in a range that is long enough
    (null: of Shortrun itself). A rule with `hindsight` knows what nobody could: it bounds what its
    kind can reach.
    """

    rule: str
    label: str
    hindsight: bool
    profit: Amount
    ours_above: Amount
    ours_above_error: Amount | None
    told_apart: bool | None = None
    profit_at_salvage: Amount
    ours_above_at_salvage: Amount
    ours_above_at_salvage_error: Amount | None
    revenue: Amount
    making_cost: Amount
    setup_cost: Amount
    holding_cost: Amount
    goodwill_cost: Amount
    stock_value: Amount
    fill_rate: float | None
    wanted: Units
    sold: Units
    lost: Units
    leftover: Units
    ordered: Units
    runs: Units
    setups: Units
    series: list[WeekOut]


class GroupRuleOut(Wire):
    """What one rule came to with the styles of a group."""

    rule: str
    profit: Amount
    ours_above: Amount
    ours_above_error: Amount | None


class GroupOut(Wire):
    """Styles by when they came on sale, and by thirds of the units wanted a week."""

    on_sale: Literal["at the start", "later"]
    volume: Literal["low", "middle", "high"]
    styles: int
    rules: list[GroupRuleOut]


class FailedStyleOut(Wire):
    """A style that could not be decided on some day."""

    style: str
    message: str


class ResultOut(Wire):
    """What a backtest found, Shortrun first.

    In fewer than `least_weeks` (two of the slowest lead times and a review) no rule is told from
    another: much of what was made may not be sold yet.
    """

    brand: str
    currency: str
    first_day: date
    last_day: date
    weeks: int
    least_weeks: int | None = None
    is_long_enough: bool | None = None
    review_days: int
    paths: int
    styles: int
    of_styles: int
    failed_styles: list[FailedStyleOut]
    assumptions: list[str]
    rules: list[RuleOut]
    groups: list[GroupOut]


class ErrorOut(Wire):
    """Why a backtest failed."""

    code: str
    message: str


class BacktestOut(Wire):
    """A backtest: how far it is, and once it is done what it found."""

    id: str
    status: Literal["queued", "running", "done", "failed"]
    as_of: date
    weeks: int
    styles: int
    terms: TermsIn | None
    progress: float
    requested_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    seconds: float | None
    error: ErrorOut | None
    picture: str | None
    result: ResultOut | None

    @classmethod
    def of(cls, row: Backtest) -> "BacktestOut":
        """Show a backtest."""
        failed = row.error_code is not None
        return cls(
            id=row.id,
            status=row.status,
            as_of=row.until,
            weeks=row.weeks,
            styles=row.styles,
            terms=None if row.terms is None else TermsIn.model_validate(row.terms),
            progress=row.progress,
            requested_at=row.requested_at,
            started_at=row.started_at,
            finished_at=row.finished_at,
            seconds=row.seconds,
            error=ErrorOut(code=row.error_code, message=row.error or "") if failed else None,
            picture=None if row.result is None else f"/v1/backtests/{row.id}/picture.svg",
            result=None if row.result is None else result_out(row.result),
        )


def result_out(result: Mapping[str, Any]) -> ResultOut:
    """Return what was found as it is shown: days as days, money in cents, units whole."""
    return ResultOut.model_validate(result)
