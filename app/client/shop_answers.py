"""What the service tells a brand of its shops: connections, SKU maps, the quarantine."""

from typing import TypedDict


class ShopConnection(TypedDict):
    """A connection, where its shop sends deliveries to, and how it goes."""

    connection: str
    platform: str
    channel: str
    webhook_path: str
    secrets: int
    store_url: str | None
    has_api_token: bool
    location_ids: list[str] | None
    created_at: str
    updated_at: str
    last_delivery_at: str | None
    waiting: int


class LineUnits(TypedDict):
    """Units of a line that were wanted, and units of it that were sent back."""

    units: int
    returned_units: int


class LineDifference(TypedDict):
    """A line that a shop tells otherwise than it was booked."""

    order: str
    line: str
    item: str
    at_shop: LineUnits
    booked: LineUnits


class Reconciliation(TypedDict):
    """What a day of orders came to; at most 500 of the lines that differ are listed."""

    connection: str
    date: str
    orders_at_shop: int
    orders_stored: int
    differing_lines: int
    differences: list[LineDifference]


class MappedItem(TypedDict):
    """Which SKU a platform's item is; None leaves it out."""

    item: str
    sku: str | None


class SkuMap(TypedDict):
    """The map of a channel."""

    channel: str
    items: list[MappedItem]


class SkuMapSummary(TypedDict):
    """A channel that has a map, and how many items are in it."""

    channel: str
    items: int


class Issue(TypedDict):
    """Why something cannot be used."""

    pointer: str
    code: str
    message: str


class Quarantined(TypedDict):
    """What waits of one order, item, delivery or topic."""

    id: str
    status: str
    connection: str
    kind: str
    key: str
    topic: str
    errors: list[Issue]
    first_at: str
    last_at: str
    resolved_at: str | None
