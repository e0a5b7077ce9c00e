"""A brand and a factory as every other room knows them: read once per request, never written."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.parties.tables import Brand, Factory


@dataclass(frozen=True)
class BrandRef:
    """A brand, its calendar, its currency and its rules."""

    id: int
    code: str
    name: str
    timezone: str
    currency: str
    review_period_days: int
    release: str
    release_limit: Decimal | None
    counter_tolerance: Decimal
    respond_within_hours: int
    open_to_buy: Decimal | None
    share_forecast: bool

    @classmethod
    def of(cls, row: Brand) -> "BrandRef":
        """Read the row."""
        return cls(**{name: getattr(row, name) for name in cls.__dataclass_fields__})


@dataclass(frozen=True)
class FactoryRef:
    """A factory and its calendar."""

    id: int
    code: str
    name: str
    timezone: str
    setup_matrix: dict[str, Any] | None

    @classmethod
    def of(cls, row: Factory) -> "FactoryRef":
        """Read the row."""
        return cls(**{name: getattr(row, name) for name in cls.__dataclass_fields__})
