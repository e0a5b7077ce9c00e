"""What the service tells operators: parties, keys, its clock, refreshes."""

from collections.abc import Mapping
from typing import Any, TypedDict


class Brand(TypedDict):
    """A brand's calendar, currency and rules."""

    brand: str
    name: str
    timezone: str
    currency: str
    review_period_days: int
    release: str
    release_limit: str | None
    factories: list[str]
    counter_tolerance: str
    respond_within_hours: int
    open_to_buy: str | None
    share_forecast: bool
    created_at: str


class Factory(TypedDict):
    """A factory's calendar, and the hours from one style or colorway to another."""

    factory: str
    name: str
    timezone: str
    setup_matrix: Mapping[str, Mapping[str, float]] | None
    created_at: str


class Key(TypedDict):
    """What is known of a key; its secret is not."""

    id: str
    role: str
    brand: str | None
    factory: str | None
    name: str
    hint: str
    created_at: str
    expires_at: str | None
    revoked_at: str | None
    last_used_at: str | None


class CreatedKey(Key):
    """A key at the one moment its secret is shown."""

    key: str


class AuditEntry(TypedDict):
    """Something that was done, by whom, and what of it somebody will ask for."""

    id: str
    at: str
    action: str
    subject: str
    role: str
    key: str | None
    details: Mapping[str, Any]


class ClockReading(TypedDict):
    """The time that the service lives in; a sandbox's stands still."""

    now: str
    sandbox: bool


class RefreshAnswer(TypedDict):
    """How far a refresh has come, with counts of styles and what failed."""

    id: str
    status: str
    requested_at: str
    started_at: str | None
    finished_at: str | None
    seconds: float | None
    counts: Mapping[str, int]
    failures: list[Mapping[str, Any]]
