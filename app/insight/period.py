"""The period and the parties that figures are of."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement

from app.clock.time import end_of_day, local_day, start_of_day
from app.errors import Malformed
from app.parties.refs import BrandRef, FactoryRef

DEFAULT_DAYS = 365
DAYS_AT_MOST = 1096
"""Three years: longer ones would read more than a request may."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose figures, over which days, as known when.

    Attributes:
        first: First day, in the brand's zone, else the factory's.
        last: Last day, included.
        at: The service's time: nothing later is known.
    """

    brand: BrandRef | None
    factory: FactoryRef | None
    first: date
    last: date
    at: datetime

    @property
    def timezone(self) -> str:
        """Return the zone of its days."""
        return timezone_of(self.brand, self.factory)

    @property
    def since(self) -> datetime:
        """Return the instant the period begins."""
        return start_of_day(self.first, self.timezone)

    @property
    def until(self) -> datetime:
        """Return the last second of the period."""
        return end_of_day(self.last, self.timezone)

    def of(self, table: Any) -> list[ColumnElement[bool]]:
        """Return the conditions that rows with `brand_id` and `factory_id` are theirs."""
        mine: list[ColumnElement[bool]] = []
        if self.brand is not None:
            mine.append(table.brand_id == self.brand.id)
        if self.factory is not None:
            mine.append(table.factory_id == self.factory.id)
        return mine


def timezone_of(brand: BrandRef | None, factory: FactoryRef | None) -> str:
    """Return whose calendar counts: the brand's, where there is one."""
    party = brand or factory
    assert party is not None, "a reader has a brand or a factory"
    return party.timezone


def asked(
    brand: BrandRef | None,
    factory: FactoryRef | None,
    first: date | None,
    last: date | None,
    *,
    at: datetime,
) -> Asked:
    """Return the period asked for; by default the year up to today.

    Raises:
        Malformed: If it ends before it begins, or is longer than three years.
    """
    last = last or local_day(at, timezone_of(brand, factory))
    first = first or last - timedelta(days=DEFAULT_DAYS - 1)
    if last < first:
        raise Malformed("the parameter to lies before from", code="bad_parameter")
    if (last - first).days >= DAYS_AT_MOST:
        raise Malformed(f"at most {DAYS_AT_MOST} days are read at once", code="bad_parameter")
    return Asked(brand, factory, first, last, at)
