"""Ask for a backtest: a worker runs it beside the live refreshes."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from app.backtest.queries import open_backtests
from app.backtest.tables import Backtest
from app.errors import Conflict, FieldError, Invalid
from app.ids import new_id
from app.imports.economics_file import EconomicsTable, offers_that_cannot_be
from app.web.fields import field_error

MOST_OPEN = 5
"""Backtests of one brand that may wait or run: each takes minutes of a worker."""


def ask(
    session: Session,
    brand_id: int,
    *,
    until: date,
    weeks: int,
    styles: int,
    terms: EconomicsTable | None,
    at: datetime,
) -> Backtest:
    """Ask for a backtest of the days before `until`, by other terms than those stored or by these.

    Raises:
        Invalid: If one of the offers to try cannot be; naming its fields.
        Conflict: If MOST_OPEN of the brand's wait or run.
    """
    if terms is not None:
        refuse_impossible(terms)
    waiting = open_backtests(session, brand_id)
    if waiting >= MOST_OPEN:
        raise Conflict(f"{waiting} backtests of the brand wait or run", code="too_many_open")
    asked = Backtest(
        id=new_id("bt"),
        brand_id=brand_id,
        status="queued",
        until=until,
        weeks=weeks,
        styles=styles,
        terms=None if terms is None else terms.model_dump(mode="json"),
        progress=0.0,
        requested_at=at,
        attempts=0,
    )
    session.add(asked)
    session.flush()
    return asked


def refuse_impossible(terms: EconomicsTable) -> None:
    """Refuse offers that no factory could put, naming the fields.

    Raises:
        Invalid: If one cannot be.
    """
    errors = [
        field_error({**found, "loc": ("body", "terms", "offers", index, *found["loc"])})
        for index, broken in offers_that_cannot_be(terms)
        for found in broken.errors()
    ]
    if errors:
        raise Invalid("the terms are not valid", errors=errors)


def not_begun(until: date, today: date) -> Invalid:
    """Return the refusal of a day that has not begun."""
    message = f"{until} has not begun yet: today is {today}"
    return Invalid(message, code="not_begun", errors=[FieldError("/as_of", "not_begun", message)])
