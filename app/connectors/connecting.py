"""Connect a shop, change how, and disconnect it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address
from urllib.parse import urlsplit

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.connectors.queries import connection_of
from app.connectors.signatures import is_standard_secret
from app.connectors.tables import Connection
from app.database.inserting import insert_new
from app.errors import Conflict, FieldError, Invalid, NotFound
from app.ids import new_id

HOSTS = {"shopify": ".myshopify.com", "bigcommerce": "api.bigcommerce.com"}
"""Where the API of a hosted platform is; a shop of WooCommerce may be anywhere public."""

PRIVATE_NAMES = (".local", ".internal", ".localhost", ".lan", ".home.arpa")


@dataclass(frozen=True)
class ConnectionDraft:
    """A connection as it is asked for; secrets and token None: as they were."""

    platform: str
    channel: str
    secrets: Sequence[str] | None
    store_url: str | None
    api_token: str | None
    location_ids: Sequence[str] | None


def store_connection(
    session: Session,
    brand_id: int,
    code: str,
    draft: ConnectionDraft,
    *,
    at: datetime,
    sandbox: bool = False,
) -> tuple[Connection, bool]:
    """Let a connection stand as given; return it, and whether it is new.

    One that was removed comes back with its address and with the orders that were told of it.

    Raises:
        Invalid: If it is new and without secrets, or they are of the wrong kind, or its shop is at
            an address that no shop of the platform has; a sandbox's may be anywhere.
        Conflict: If it is of another platform.
    """
    _check(draft, sandbox=sandbox)
    blank = {
        "brand_id": brand_id,
        "code": code,
        "public_id": new_id("con"),
        "platform": draft.platform,
        "channel": draft.channel,
        "secrets": [],
        "store_url": None,
        "api_token": None,
        "location_ids": None,
        "is_active": False,
        "created_at": at,
        "updated_at": at,
    }
    insert_new(session, Connection, [blank], key=("brand_id", "code"))
    row = connection_of(session, brand_id, code)
    assert row is not None, "it was stored just now"
    if row.platform != draft.platform:
        raise Conflict(
            f"connection {code} is of {row.platform}; call the new one differently",
            code="other_platform",
        )
    is_new = not row.is_active
    if is_new and draft.secrets is None:
        raise Invalid(
            "the body is not valid",
            errors=[FieldError("/secrets", "missing", "a new connection needs its secrets")],
        )
    row.channel, row.store_url = draft.channel, draft.store_url
    row.location_ids = None if draft.location_ids is None else list(draft.location_ids)
    row.secrets = row.secrets if draft.secrets is None else list(draft.secrets)
    row.api_token = draft.api_token or row.api_token
    row.is_active, row.updated_at = True, at
    if is_new:
        row.created_at = at
    session.flush()
    return row, is_new


def _check(draft: ConnectionDraft, *, sandbox: bool) -> None:
    errors = [
        FieldError(f"/secrets/{index}", "bad_secret", "must be whsec_ and 24 to 64 bytes in base64")
        for index, secret in enumerate(draft.secrets or ())
        if draft.platform == "standard" and not is_standard_secret(secret)
    ]
    if draft.store_url is not None and not sandbox and not _is_shop(draft):
        said = "must be the https address of a shop of this platform"
        errors.append(FieldError("/store_url", "bad_url", said))
    if errors:
        raise Invalid("the body is not valid", errors=errors)


def _is_shop(draft: ConnectionDraft) -> bool:
    """Say whether an address may be that of a shop: the token is sent there.

    A machine beside ours is none, so that nobody makes the service ask its neighbours.
    """
    parts = urlsplit(draft.store_url or "")
    host = parts.hostname or ""
    hosts = HOSTS.get(draft.platform)
    if parts.scheme != "https" or (hosts is not None and not host.endswith(hosts)):
        return False
    try:
        return ip_address(host).is_global
    except ValueError:
        return "." in host and not host.endswith(PRIVATE_NAMES)


def disconnect(session: Session, brand_id: int, code: str, *, at: datetime) -> None:
    """Take a connection away: its secrets are forgotten, its deliveries refused.

    Raises:
        NotFound: If the brand has none of that code.
    """
    removed = session.execute(
        update(Connection)
        .where(
            Connection.brand_id == brand_id,
            Connection.code == code,
            Connection.is_active.is_(True),
        )
        .values(is_active=False, secrets=[], api_token=None, updated_at=at)
        .returning(Connection.id)
    )
    if removed.scalar() is None:
        raise no_connection()


def connection_named(session: Session, brand_id: int, code: str) -> Connection:
    """Return the brand's connection of that code.

    Raises:
        NotFound: If there is none.
    """
    row = connection_of(session, brand_id, code)
    if row is None or not row.is_active:
        raise no_connection()
    return row


def no_connection() -> NotFound:
    """Return the one refusal for a connection that does not exist or is somebody else's."""
    return NotFound("there is no such connection")
