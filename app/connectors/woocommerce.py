"""WooCommerce: orders as its webhooks and REST API tell them.

Source: WooCommerce REST API (v3), "Orders", "Order refunds" and "Webhooks". Times end in `_gmt`
and have no zone. An order names its refunds without units: they are fetched. Creating a webhook
sends an unsigned `webhook_id=<n>`; five failures in a row switch it off. The delivery id is a hash
of webhook and second, the same for two orders of one second, so it tells no repetition.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime

from app.connectors.news import Headers, News, OrderNews, OrderToFetch
from app.connectors.orders import (
    OrderLine,
    OrderState,
    Refund,
    RefundLine,
    Snapshot,
    Stage,
    merged_lines,
)
from app.connectors.reading import LONGEST_ITEM, Document, Issue, Unreadable, document_of
from app.connectors.shop_api import ShopApi
from app.connectors.signatures import is_signed

STAGES = {
    "auto-draft": Stage.NOT_ORDERED,
    "checkout-draft": Stage.NOT_ORDERED,
    "pending": Stage.NOT_ORDERED,
    "failed": Stage.NOT_ORDERED,
    "cancelled": Stage.CANCELLED,
    "trash": Stage.CANCELLED,
}
"""Every other status, a shop's own ones too, is of an order."""

REFUNDED_LINE = "_refunded_item_id"
"""The name under which a refund's line says which line of the order it is of."""

PING = re.compile(rb"webhook_id=[0-9]{1,20}")
ORDERS_A_PAGE = 100


class WooCommerce:
    """The platform."""

    def is_authentic(
        self, body: bytes, headers: Headers, secrets: Sequence[str], clocks: Sequence[datetime]
    ) -> bool:
        """Say whether a delivery was signed with one of the webhook's secrets."""
        del clocks  # nothing signed tells a time
        return is_signed(body, headers.get("x-wc-webhook-signature"), secrets)

    def is_ping(self, body: bytes) -> bool:
        """Say whether this is the unsigned question that creating a webhook asks."""
        return len(body) < 40 and PING.fullmatch(body) is not None

    def delivery_id(self, headers: Headers) -> str | None:
        """Return nothing: what is sent is no id of one delivery."""
        del headers
        return None

    def topic(self, headers: Headers) -> str:
        """Return the topic; without one it is an order."""
        return headers.get("x-wc-webhook-topic", "order.updated")

    def read(self, topic: str, body: bytes) -> Sequence[News]:
        """Return the order, and that its refunds have to be asked for where it has any."""
        if topic.partition(".")[0] != "order":
            raise Unreadable(Issue("", "unsupported_topic", "no such topic is used here"))
        order = document_of(body)
        if topic == "order.deleted":
            return [OrderNews(order.key("id"), OrderState(is_deleted=True))]
        told = read_order(order)
        return [told, OrderToFetch(told.order)] if order.get("refunds") else [told]

    def fetch(self, api: ShopApi, order: str) -> Sequence[News]:
        """Return an order with the units of its refunds."""
        path = f"/wp-json/wc/v3/orders/{order}"
        return [self._with_refunds(api, Document(api.get(path)))]

    def orders_placed(self, api: ShopApi, start: datetime, end: datetime) -> Iterator[OrderNews]:
        """Yield the orders placed from `start` to before `end`, with their refunds."""
        page, more = 1, True
        while more:
            asked = {
                "after": f"{start:%Y-%m-%dT%H:%M:%S}",
                "before": f"{end:%Y-%m-%dT%H:%M:%S}",
                "dates_are_gmt": "true",
                "per_page": ORDERS_A_PAGE,
                "page": page,
            }
            found = api.get_list("/wp-json/wc/v3/orders", asked)
            for order in found:
                placed = order.gmt("date_created_gmt")
                if start <= placed < end:
                    yield self._with_refunds(api, order)
            page, more = page + 1, len(found) == ORDERS_A_PAGE

    def _with_refunds(self, api: ShopApi, order: Document) -> OrderNews:
        told = read_order(order)
        if not order.get("refunds"):
            return told
        path = f"/wp-json/wc/v3/orders/{told.order}/refunds"
        found = api.get_list(path, {"per_page": ORDERS_A_PAGE})
        sent_at = _sent_at(order)
        refunds = dict(_refund(refund, sent_at) for refund in found)
        return OrderNews(told.order, OrderState(told.state.snapshot, refunds))


def read_order(order: Document) -> OrderNews:
    """Return what an order says, its refunds left out.

    Raises:
        Unreadable: If it is no order.
    """
    placed_at = order.gmt("date_created_gmt")
    changed = "date_modified_gmt" if order.get("date_modified_gmt") else "date_created_gmt"
    sent = _sent_at(order) is not None
    snapshot = Snapshot(
        at=order.gmt(changed),
        placed_at=placed_at,
        stage=STAGES.get(str(order.get("status")), Stage.ORDERED),
        currency=order.key_or_none("currency"),
        lines=tuple(_line(line, sent) for line in order.objects("line_items")),
    )
    return OrderNews(order.key("id"), OrderState(snapshot))


def _line(line: Document, sent: bool) -> OrderLine:
    sku = line.key_or_none("sku", longest=LONGEST_ITEM)
    ids = (line.key_or_none("variation_id"), line.key_or_none("product_id"))
    quantity = line.whole("quantity")
    return OrderLine(
        line=line.key("id"),
        items=tuple(one for one in (*ids, sku) if one),
        sku=sku,
        quantity=quantity,
        shipped=quantity if sent else 0,
        unit_price=line.amount_or_none("price"),
        pointer=line.pointer,
    )


def _sent_at(order: Document) -> datetime | None:
    """Return when an order was completed, which is when its goods left."""
    return order.gmt("date_completed_gmt") if order.get("date_completed_gmt") else None


def _refund(refund: Document, sent_at: datetime | None) -> tuple[str, Refund]:
    """Return a refund; units count as sent back where the goods had left before, else unsent."""
    at = refund.gmt("date_created_gmt")
    came_back = sent_at is not None and sent_at <= at
    lines = (
        RefundLine(key, -units, "return" if came_back else "cancellation")
        for key, units in _refunded(refund)
    )
    return refund.key("id"), Refund(at, merged_lines(lines))


def _refunded(refund: Document) -> Iterator[tuple[str, int]]:
    for line in refund.objects("line_items"):
        units = line.whole_or_none("quantity", least=-1_000_000) or 0
        of = [one for one in line.objects("meta_data") if one.get("key") == REFUNDED_LINE]
        if of and units < 0:
            yield of[0].key("value"), units
