"""Every SELECT of forecasting."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.database.upsert import one_of
from app.forecasting.model import StyleForecast
from app.forecasting.past.priors import BrandPriors
from app.forecasting.tables import ForecastRow, PriorsRow


def latest_forecast(session: Session, style_id: int) -> ForecastRow | None:
    """Return the forecast made last; None before the first refresh.

    Last by its id, which the machine's clock orders: the first time that a sandbox is set to may
    lie before forecasts that were already made.
    """
    return session.scalars(
        select(ForecastRow)
        .where(ForecastRow.style_id == style_id)
        .order_by(ForecastRow.id.desc())
        .limit(1)
    ).one_or_none()


def forecast_as_of(
    session: Session, style_id: int, as_of: date | datetime | None
) -> ForecastRow | None:
    """Return the forecast made last by then; None before the first.

    Args:
        session: A read transaction.
        style_id: Whose.
        as_of: A day: of the latest origin on or before it. An instant: made at it or before.
            None: the latest.
    """
    if as_of is None:
        return latest_forecast(session, style_id)
    query = select(ForecastRow).where(ForecastRow.style_id == style_id)
    if isinstance(as_of, datetime):
        query = query.where(ForecastRow.made_at <= as_of)
    else:
        query = query.where(ForecastRow.origin <= as_of).order_by(ForecastRow.origin.desc())
    return session.scalars(query.order_by(ForecastRow.id.desc()).limit(1)).one_or_none()


def forecast_before(session: Session, row: ForecastRow) -> ForecastRow | None:
    """Return the last forecast of the style from an earlier day; None for the first."""
    query = (
        select(ForecastRow)
        .where(ForecastRow.style_id == row.style_id)
        .where(ForecastRow.id < row.id, ForecastRow.origin < row.origin)
        .order_by(ForecastRow.id.desc())
        .limit(1)
    )
    return session.scalars(query).one_or_none()


def fit_states(session: Session, style_ids: Sequence[int]) -> dict[str, Mapping[str, Any]]:
    """Return what the last forecast of each style left for its next fit, by the style's code.

    Each names the day of its full fit; what another version left without one is none.
    """
    last = (
        select(func.max(ForecastRow.id))
        .where(one_of(session, ForecastRow.style_id, style_ids))
        .group_by(ForecastRow.style_id)
    )
    found = session.scalars(select(ForecastRow.numbers).where(ForecastRow.id.in_(last)))
    return {
        numbers["style_code"]: numbers["fit_state"]
        for numbers in found
        if "day" in (numbers.get("fit_state") or {})
    }


def forecast_of(row: ForecastRow) -> StyleForecast:
    """Return what a stored forecast says."""
    return StyleForecast.from_json(row.numbers)


@dataclass(frozen=True)
class StoredPriors:
    """A day's priors, and what they were learned from.

    Attributes:
        priors: What was learned.
        last_event: Row id of the newest event that was seen.
        events: How many of the brand's events taught.
    """

    priors: BrandPriors
    last_event: int
    events: int


def priors_of_day(session: Session, brand_id: int, day: date) -> StoredPriors | None:
    """Return the priors that forecasts of that brand-local day use; None if not learned yet."""
    return _read(session.get(PriorsRow, (brand_id, day)))


def priors_since(session: Session, brand_id: int, first: date, before: date) -> StoredPriors | None:
    """Return the brand's last priors from `first` on and before another day; None without any."""
    query = (
        select(PriorsRow)
        .where(PriorsRow.brand_id == brand_id, PriorsRow.day >= first, PriorsRow.day < before)
        .order_by(PriorsRow.day.desc())
        .limit(1)
    )
    return _read(session.scalars(query).one_or_none())


def _read(row: PriorsRow | None) -> StoredPriors | None:
    """Return stored priors; None also where another version stored others: they are learned anew.

    Raising instead stopped every refresh of the day of an upgrade, and left the week after it
    with nothing but the default.
    """
    if row is None:
        return None
    try:
        seen = row.numbers["learned_from"]
        return StoredPriors(
            BrandPriors.from_json(row.numbers["priors"]), seen["last_event"], seen["events"]
        )
    except (KeyError, TypeError):
        return None


def latest_forecasts(session: Session, style_ids: Sequence[int]) -> dict[int, ForecastRow]:
    """Return the forecast made last for each of these styles that has any."""
    last = (
        select(func.max(ForecastRow.id))
        .where(one_of(session, ForecastRow.style_id, style_ids))
        .group_by(ForecastRow.style_id)
    )
    query = select(ForecastRow).where(ForecastRow.id.in_(last))
    return {row.style_id: row for row in session.scalars(query)}
