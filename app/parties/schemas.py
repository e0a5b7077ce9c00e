"""Brands, factories and keys on the wire."""

from typing import Annotated, Literal

from pydantic import Field, StrictBool

from app.parties.tables import ApiKey, Brand, Factory
from app.web.wire import (
    Currency,
    Identifier,
    Label,
    MoneyIn,
    MoneyOut,
    Timestamp,
    TimezoneName,
    Wire,
    example,
)

Role = Literal["ops", "brand", "factory"]
Hours = Annotated[float, Field(strict=True, ge=0, le=10_000, allow_inf_nan=False)]
Days = Annotated[int, Field(strict=True, ge=1, le=365)]
RespondHours = Annotated[int, Field(strict=True, ge=1, le=8760)]


class BrandIn(Wire):
    """A brand's calendar, currency and rules; a PUT replaces them all."""

    model_config = example(
        {"name": "Acme", "timezone": "Europe/Paris", "currency": "EUR", "factories": ["fab1"]}
    )

    name: Label
    timezone: TimezoneName
    currency: Currency
    review_period_days: Days = 7
    release: Literal["auto", "manual"] = "auto"
    release_limit: MoneyIn | None = None
    factories: Annotated[list[Identifier], Field(max_length=1000, default_factory=list)]
    counter_tolerance: MoneyIn = Field(default="0", validate_default=True)
    respond_within_hours: RespondHours = 48
    open_to_buy: MoneyIn | None = None
    share_forecast: StrictBool = False


class BrandOut(Wire):
    """A brand as it stands."""

    model_config = example(
        {
            "brand": "acme",
            "name": "Acme",
            "timezone": "Europe/Paris",
            "currency": "EUR",
            "review_period_days": 7,
            "release": "auto",
            "release_limit": None,
            "factories": ["fab1"],
            "counter_tolerance": "0.00",
            "respond_within_hours": 48,
            "open_to_buy": None,
            "share_forecast": False,
            "created_at": "2026-03-02T10:15:00Z",
        }
    )

    brand: str
    name: str
    timezone: str
    currency: str
    review_period_days: int
    release: str
    release_limit: MoneyOut | None
    factories: list[str]
    counter_tolerance: MoneyOut
    respond_within_hours: int
    open_to_buy: MoneyOut | None
    share_forecast: bool
    created_at: Timestamp

    @classmethod
    def of(cls, row: Brand, factories: list[str]) -> "BrandOut":
        """Show a row and the factories it lists."""
        shown = cls.model_fields.keys() - {"brand", "factories"}
        return cls(
            brand=row.code, factories=factories, **{name: getattr(row, name) for name in shown}
        )


class FactoryIn(Wire):
    """A factory; `setup_matrix` gives hours from style or colorway to style or colorway."""

    model_config = example({"name": "Fab One", "timezone": "Asia/Kolkata"})

    name: Label
    timezone: TimezoneName
    setup_matrix: (
        Annotated[
            dict[Label, Annotated[dict[Label, Hours], Field(max_length=500)]],
            Field(max_length=500),
        ]
        | None
    ) = None


class FactoryOut(Wire):
    """A factory as it stands."""

    factory: str
    name: str
    timezone: str
    setup_matrix: dict[str, dict[str, float]] | None
    created_at: Timestamp

    @classmethod
    def of(cls, row: Factory) -> "FactoryOut":
        """Show a row."""
        return cls(
            factory=row.code,
            name=row.name,
            timezone=row.timezone,
            setup_matrix=row.setup_matrix,
            created_at=row.created_at,
        )


class KeyIn(Wire):
    """A key to make: its role, and the one party that a brand or factory key acts for."""

    model_config = example({"role": "brand", "brand": "acme", "name": "web shop"})

    role: Role
    brand: Identifier | None = None
    factory: Identifier | None = None
    name: Label
    expires_at: Timestamp | None = None


class RotateIn(Wire):
    """How long the old key still works beside the new one."""

    model_config = example({"overlap_seconds": 3600})

    overlap_seconds: Annotated[int, Field(strict=True, ge=0, le=2_592_000)] = 0


class KeyOut(Wire):
    """A key in a list: everything but the key; `last_used_at` is right to a minute or two."""

    id: str
    role: Role
    brand: str | None
    factory: str | None
    name: str
    hint: str
    created_at: Timestamp
    expires_at: Timestamp | None
    revoked_at: Timestamp | None
    last_used_at: Timestamp | None

    @classmethod
    def of(cls, row: ApiKey, brand: str | None, factory: str | None) -> "KeyOut":
        """Show a row and the code of its party."""
        shown = cls.model_fields.keys() - {"brand", "factory"}
        return cls(brand=brand, factory=factory, **{name: getattr(row, name) for name in shown})


class NewKeyOut(KeyOut):
    """A new key, shown this once."""

    key: str

    @classmethod
    def with_key(cls, shown: KeyOut, key: str) -> "NewKeyOut":
        """Add the key to what a list would show."""
        return cls(key=key, **shown.model_dump())


class ClockIn(Wire):
    """The time the sandbox is set to."""

    model_config = example({"now": "2026-03-02T10:15:00Z"})

    now: Timestamp


class ClockOut(Wire):
    """The service's time, and whether ops may set it."""

    now: Timestamp
    sandbox: bool
