"""Shopify: orders, refunds, edits and inventory levels as its webhooks and REST API tell them.

Source: shopify.dev, REST Admin API (Order, Refund, InventoryLevel) and "Webhooks". A line's
`quantity` is what was ordered; what edits and refunds take off shows in `current_quantity` (since
2024-01) and in the refunds. `restock_type` of a refund's line: `cancel` never ships, `return`
comes back, `no_restock` moves no goods by itself.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from app.connectors.news import Headers, LevelNews, News, OrderNews
from app.connectors.orders import (
    Edit,
    OrderLine,
    OrderState,
    Refund,
    RefundKind,
    RefundLine,
    Snapshot,
    Stage,
    merged_lines,
)
from app.connectors.reading import LONGEST_ITEM, Document, Issue, Unreadable, document_of
from app.connectors.shop_api import ShopApi
from app.connectors.signatures import is_signed

API = "/admin/api/2025-07"
ORDERS_A_PAGE = 250

NOT_SHIPPED = frozenset({"cancelled", "error", "failure"})
"""States of a fulfillment that came to nothing."""

PRIVACY_TOPICS = frozenset({"customers/data_request", "customers/redact", "shop/redact"})
"""Every app is asked these; nothing of a customer is stored here."""

RESTOCK_KINDS: dict[str, RefundKind] = {
    "cancel": "cancellation",
    "return": "return",
    "no_restock": "money",
}


class Shopify:
    """The platform."""

    def is_authentic(
        self, body: bytes, headers: Headers, secrets: Sequence[str], clocks: Sequence[datetime]
    ) -> bool:
        """Say whether a delivery was signed with one of the app's secrets."""
        del clocks  # nothing signed tells a time
        return is_signed(body, headers.get("x-shopify-hmac-sha256"), secrets)

    def is_ping(self, body: bytes) -> bool:
        """Say no: Shopify signs everything."""
        del body
        return False

    def delivery_id(self, headers: Headers) -> str | None:
        """Return the id that a delivery keeps when it is repeated."""
        return headers.get("x-shopify-webhook-id") or headers.get("x-shopify-event-id")

    def topic(self, headers: Headers) -> str:
        """Return the topic; without one it is an order."""
        return headers.get("x-shopify-topic", "orders/updated")

    def read(self, topic: str, body: bytes) -> Sequence[News]:
        """Return what a delivery says; any topic of orders that carries the order will do."""
        if topic in PRIVACY_TOPICS:
            return []
        told = document_of(body)
        if topic == "orders/edited":
            return [_edit(told.inner("order_edit") if told.get("order_edit") else told)]
        if topic == "orders/delete":
            return [OrderNews(told.key("id"), OrderState(is_deleted=True))]
        if topic == "refunds/create":
            refund = told.inner("refund") if told.get("refund") else told
            return [OrderNews(refund.key("order_id"), OrderState(refunds=dict([_refund(refund)])))]
        if topic.startswith("orders/"):
            return [read_order(told.inner("order") if told.get("order") else told)]
        if topic == "inventory_levels/update":
            return _level(told.inner("inventory_level") if told.get("inventory_level") else told)
        raise Unreadable(Issue("", "unsupported_topic", "no such topic is used here"))

    def fetch(self, api: ShopApi, order: str) -> Sequence[News]:
        """Return an order as it is now."""
        return [read_order(Document(api.get(f"{API}/orders/{order}.json")).inner("order"))]

    def orders_placed(self, api: ShopApi, start: datetime, end: datetime) -> Iterator[OrderNews]:
        """Yield the orders placed from `start` to before `end`."""
        asked = {
            "status": "any",
            "limit": ORDERS_A_PAGE,
            "created_at_min": start.isoformat(),
            "created_at_max": end.isoformat(),
        }
        for order in api.pages(f"{API}/orders.json", asked, "orders"):
            if start <= order.time("created_at") < end:
                yield read_order(order)


def read_order(order: Document) -> OrderNews:
    """Return what the whole order says; its lines count for nothing where it is a test.

    Raises:
        Unreadable: If it is no order.
    """
    refunds = dict(_refund(one) for one in order.objects("refunds"))
    snapshot = Snapshot(
        at=order.time("updated_at"),
        placed_at=order.time("created_at"),
        stage=Stage.ORDERED if order.get("cancelled_at") is None else Stage.CANCELLED,
        currency=order.key_or_none("currency"),
        lines=() if order.flag("test") else tuple(_lines(order, refunds)),
    )
    return OrderNews(order.key("id"), OrderState(snapshot, refunds))


def _lines(order: Document, refunds: dict[str, Refund]) -> Iterator[OrderLine]:
    shipped = _shipped(order)
    for line in order.objects("line_items"):
        if line.flag("gift_card") or not line.flag("requires_shipping", otherwise=True):
            continue
        key, quantity = line.key("id"), line.whole("quantity")
        refunded = [one for refund in refunds.values() for one in refund.lines if one.line == key]
        never = sum(one.quantity for one in refunded if one.kind == "cancellation")
        current = line.whole_or_none("current_quantity")
        removed = 0 if current is None else quantity - current - sum(r.quantity for r in refunded)
        left = shipped.get(key, 0)
        if line.get("fulfillment_status") == "fulfilled":
            left = max(left, quantity - never - max(0, removed))
        open_units = line.whole_or_none("fulfillable_quantity")
        sku = line.key_or_none("sku", longest=LONGEST_ITEM)
        yield OrderLine(
            line=key,
            items=tuple(one for one in (line.key_or_none("variant_id"), sku) if one),
            sku=sku,
            quantity=quantity,
            removed=max(0, removed),
            shipped=min(left, quantity),
            unsent=None if open_units is None else max(0, quantity - left - open_units),
            unit_price=line.amount_or_none("price"),
            pointer=line.pointer,
        )


def _shipped(order: Document) -> dict[str, int]:
    """Return the units of each line that left."""
    units: dict[str, int] = {}
    for fulfillment in order.objects("fulfillments"):
        if fulfillment.get("status") in NOT_SHIPPED:
            continue
        for line in fulfillment.objects("line_items"):
            key = line.key("id")
            units[key] = units.get(key, 0) + (line.whole_or_none("quantity") or 0)
    return units


def _refund(refund: Document) -> tuple[str, Refund]:
    lines = (
        RefundLine(one.key("line_item_id"), one.whole("quantity"), _kind(one))
        for one in refund.objects("refund_line_items")
    )
    return refund.key("id"), Refund(refund.time("created_at"), merged_lines(lines))


def _kind(line: Document) -> RefundKind:
    """Return what a refund means for the goods; before 2018 it only says `legacy_restock`."""
    restock = line.get("restock_type")
    if isinstance(restock, str) and restock in RESTOCK_KINDS:
        return RESTOCK_KINDS[restock]
    if restock == "legacy_restock":
        sent = line.inner("line_item").get("fulfillment_status")
        return "cancellation" if sent is None else "return"
    return "money"


def _edit(edit: Document) -> OrderNews:
    deltas: dict[str, int] = {}
    lines = edit.inner("line_items")
    for name, sign in (("additions", 1), ("removals", -1)):
        for one in lines.objects(name):
            key = one.key("id")
            deltas[key] = deltas.get(key, 0) + sign * one.whole("delta")
    at = edit.time("committed_at" if edit.get("committed_at") else "created_at")
    state = OrderState(edits={edit.key("id"): Edit(at, deltas)})
    return OrderNews(edit.key("order_id"), state)


def _level(level: Document) -> list[News]:
    available = level.whole_or_none("available", least=-1_000_000)
    if available is None:  # an item that is not tracked
        return []
    item, location = level.key("inventory_item_id"), level.key("location_id")
    return [LevelNews(item, location, level.time("updated_at"), max(0, available))]
