"""What waits in quarantine, in words, and which items the SKU map could tell of."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from app.connectors.item_queries import mapped_items
from app.connectors.ledger import Ledger
from app.connectors.orders import from_document
from app.connectors.quarantine import Subject
from app.connectors.queries import connection_codes, quarantine_page
from app.connectors.tables import Connection, Quarantined, ShopOrder
from app.parties.refs import BrandRef

PLATFORMS = {
    "shopify": "Shopify",
    "woocommerce": "WooCommerce",
    "bigcommerce": "BigCommerce",
    "standard": "own webhook",
}

SUBJECTS = {
    "order": "Order",
    "item": "Stock of item",
    "delivery": "Delivery",
    "topic": "Topic",
    "fetch": "Order to fetch",
}

WHAT_TO_DO = {
    "unknown_sku": "Say below which of your SKUs it is, or add the style to the catalog.",
    "unmapped_item": "Say below which of your SKUs it is.",
    "order_not_seen": "The order itself comes with a later delivery, and all is then put together.",
    "in_future": "Look at the clock of the shop, and send it again.",
    "not_asked": "Give the connection the address and the API token of the shop.",
    "fetch_failed": "Look whether the shop's API can be reached and its token is good.",
    "unsupported_topic": "Nothing is lost: the shop sends a topic that nothing here is made of."
    " Take it off there.",
    "event_conflict": "An event of that id was stored before with another content, and stays.",
}
"""By the code of what is wrong; for other codes the message has to do."""

NAMED_BY_MAP = frozenset({"unknown_sku", "unmapped_item"})


@dataclass(frozen=True)
class Held:
    """Something that waits, or waited.

    Attributes:
        title: What it is about.
        shop: Of which connection, and on which platform.
        remedies: What can be done about it.
        items: The platform's items that the SKU map does not know, as it would name them.
    """

    row: Quarantined
    connection: Connection
    title: str
    shop: str
    remedies: Sequence[str]
    items: Sequence[str]


def waiting_count(session: Session, brand_id: int) -> int:
    """Return how much waits in the brand's quarantine."""
    query = select(func.count()).where(
        Quarantined.brand_id == brand_id, Quarantined.status == "waiting"
    )
    return session.scalar(query) or 0


def held(
    session: Session, brand: BrandRef, *, status: str, after: str | None, limit: int
) -> list[Held]:
    """Return up to `limit` of what is in the brand's quarantine, in the order that it came."""
    rows = quarantine_page(session, brand.id, status=status, after=after, limit=limit)
    connections = connection_codes(session, [row.connection_id for row in rows])
    orders = _orders(session, rows)
    found = []
    for row in rows:
        connection, subject = connections[row.connection_id], Subject.parse(row.subject)
        codes = list(dict.fromkeys(str(error["code"]) for error in row.errors))
        items: Sequence[str] = ()
        if NAMED_BY_MAP.intersection(codes):
            order = orders.get((connection.id, subject.key))
            is_item = subject.kind == "item"
            items = [subject.key] if is_item else _unknown_items(session, connection, order)
        found.append(
            Held(
                row=row,
                connection=connection,
                title=f"{SUBJECTS[subject.kind]} {subject.key}",
                shop=f"{connection.code} ({PLATFORMS[connection.platform]})",
                remedies=[WHAT_TO_DO[code] for code in codes if code in WHAT_TO_DO],
                items=items,
            )
        )
    return found


def _orders(session: Session, rows: Sequence[Quarantined]) -> dict[tuple[int, str], ShopOrder]:
    """Return the orders that these are about."""
    subjects = [(row.connection_id, Subject.parse(row.subject)) for row in rows]
    asked = [(connection, one.key) for connection, one in subjects if one.kind == "order"]
    if not asked:
        return {}
    query = select(ShopOrder).where(tuple_(ShopOrder.connection_id, ShopOrder.order_key).in_(asked))
    return {(row.connection_id, row.order_key): row for row in session.scalars(query)}


def _unknown_items(session: Session, connection: Connection, order: ShopOrder | None) -> list[str]:
    """Return how the map would call what has no SKU yet: as the platform does, else its item."""
    snapshot = None if order is None else from_document(order.state).snapshot
    if order is None or snapshot is None:
        return []
    known = Ledger.of(order.booked).lines
    lines = [line for line in snapshot.lines if line.line not in known and line.items]
    every = sorted({item for line in lines for item in line.items})
    mapped = mapped_items(session, connection.brand_id, connection.channel, every)
    names = [line.sku or line.items[0] for line in lines if not mapped.keys() & set(line.items)]
    return list(dict.fromkeys(names))
