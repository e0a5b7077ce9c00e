"""Connections, the SKU map and the quarantine on the wire."""

import re
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from app.connectors.connecting import ConnectionDraft
from app.connectors.quarantine import Subject, SubjectKind
from app.connectors.signatures import MOST_SECRETS
from app.connectors.tables import Connection, Quarantined
from app.web.wire import SkuCode, Timestamp, Wire, example, text

PlatformName = Literal["shopify", "woocommerce", "bigcommerce", "standard"]
MOST_ITEMS = 50_000

_HOST = re.compile(r"[a-z0-9.-]{1,150}(:[0-9]{1,5})?", re.ASCII)


def _address(url: str) -> str:
    """Take the address of a shop: a scheme, a host, and at most a path."""
    parts = urlsplit(url)
    if parts.scheme not in {"https", "http"} or not _HOST.fullmatch(parts.netloc.lower()):
        raise PydanticCustomError("bad_url", "must be the https address of the shop")
    if parts.query or parts.fragment:
        raise PydanticCustomError("bad_url", "must be an address without ? and #")
    return url.rstrip("/")


Secret = Annotated[str, text(200, shortest=8)]
StoreUrl = Annotated[str, text(200), AfterValidator(_address)]
ItemKey = Annotated[str, text(100)]
ChannelName = Annotated[str, text(64)]


class ConnectionIn(Wire):
    """A shop; secrets and API token are taken and never shown, and left out they stay."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "platform": "shopify",
                    "channel": "web",
                    "secrets": ["the app's client secret"],
                    "location_ids": ["905684977"],
                }
            ]
        }
    )

    platform: PlatformName
    channel: ChannelName
    secrets: Annotated[list[Secret], Field(min_length=1, max_length=MOST_SECRETS)] | None = None
    store_url: StoreUrl | None = None
    api_token: Annotated[str, text(500, shortest=8)] | None = None
    location_ids: Annotated[list[ItemKey], Field(max_length=500)] | None = None

    def to_draft(self) -> ConnectionDraft:
        """Return what is asked for as the room knows it."""
        return ConnectionDraft(**self.model_dump())


class ConnectionOut(Wire):
    """A connection, and where its shop sends deliveries to."""

    model_config = example(
        {
            "connection": "web-shop",
            "platform": "shopify",
            "channel": "web",
            "webhook_path": "/v1/webhooks/shopify/con_01a213b547e5766c9f7da2346b93a8de",
            "secrets": 1,
            "store_url": None,
            "has_api_token": False,
            "location_ids": ["905684977"],
            "created_at": "2026-03-02T10:15:00Z",
            "updated_at": "2026-03-02T10:15:00Z",
            "last_delivery_at": None,
            "waiting": 0,
        }
    )

    connection: str
    platform: str
    channel: str
    webhook_path: str
    secrets: int
    store_url: str | None
    has_api_token: bool
    location_ids: list[str] | None
    created_at: Timestamp
    updated_at: Timestamp
    last_delivery_at: Timestamp | None
    waiting: int

    @classmethod
    def of(cls, row: Connection, last: Timestamp | None, waiting: int) -> "ConnectionOut":
        """Show a row, without what opens it."""
        return cls(
            connection=row.code,
            platform=row.platform,
            channel=row.channel,
            webhook_path=f"/v1/webhooks/{row.platform}/{row.public_id}",
            secrets=len(row.secrets),
            store_url=row.store_url,
            has_api_token=row.api_token is not None,
            location_ids=row.location_ids,
            created_at=row.created_at,
            updated_at=row.updated_at,
            last_delivery_at=last,
            waiting=waiting,
        )


class DeliveryOut(Wire):
    """What became of a delivery; all of these are final, so that nobody sends it again."""

    model_config = example({"status": "applied"})

    status: Literal["applied", "duplicate", "ignored", "quarantined", "queued", "ping"]


class MappedItemIn(Wire):
    """A platform's item: the id of a variant or an inventory item, or the platform's own SKU.

    `sku` null leaves the item out: it is known, and not planned here.
    """

    item: ItemKey
    sku: SkuCode | None


class SkuMapIn(Wire):
    """The whole map of a channel; what it held before and does not now is forgotten."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "items": [
                        {"item": "39072856", "sku": "S2-BLK-M"},
                        {"item": "808950810", "sku": "S2-BLK-M"},
                    ]
                }
            ]
        }
    )

    items: Annotated[list[MappedItemIn], Field(max_length=MOST_ITEMS)]


class SkuMapOut(Wire):
    """The map of a channel, by item."""

    channel: str
    items: list[MappedItemIn]


class SkuMapSummaryOut(Wire):
    """A channel that has a map, and how many items are in it."""

    model_config = example({"channel": "web", "items": 240})

    channel: str
    items: int


class IssueOut(Wire):
    """Why it cannot be used: where in what was sent, a code, a sentence."""

    pointer: str
    code: str
    message: str


class QuarantinedOut(Wire):
    """What waits of one order, item, delivery or topic; what could be used of it was."""

    model_config = example(
        {
            "id": "qua_01a213b547e5766c9f7da2346b93a8de",
            "status": "waiting",
            "connection": "web-shop",
            "kind": "order",
            "key": "450789469",
            "topic": "orders/create",
            "errors": [
                {
                    "pointer": "/line_items/1/sku",
                    "code": "unknown_sku",
                    "message": "the brand has no SKU IPOD-RED, "
                    "and the SKU map does not say which it is",
                }
            ],
            "first_at": "2026-03-02T10:15:00Z",
            "last_at": "2026-03-02T10:15:00Z",
            "resolved_at": None,
        }
    )

    id: str
    status: Literal["waiting", "resolved"]
    connection: str
    kind: SubjectKind
    key: str
    topic: str
    errors: list[IssueOut]
    first_at: Timestamp
    last_at: Timestamp
    resolved_at: Timestamp | None

    @classmethod
    def of(cls, row: Quarantined, connection: str) -> "QuarantinedOut":
        """Show a row."""
        subject = Subject.parse(row.subject)
        return cls(
            id=row.id,
            status=row.status,
            connection=connection,
            kind=subject.kind,
            key=subject.key,
            topic=row.topic,
            errors=[IssueOut(**error) for error in row.errors],
            first_at=row.first_at,
            last_at=row.last_at,
            resolved_at=row.resolved_at,
        )
