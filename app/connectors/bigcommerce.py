"""BigCommerce: its webhooks only name the order that changed, so it is fetched.

Source: developer.bigcommerce.com, "Webhooks" (signed as Standard Webhooks, with the account's
client secret) and Orders V2 (statuses, order products; times as in e-mails).
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

from app.connectors.news import Headers, News, OrderNews, OrderToFetch
from app.connectors.orders import (
    OrderLine,
    OrderState,
    Refund,
    RefundLine,
    Snapshot,
    Stage,
)
from app.connectors.reading import LONGEST_ITEM, Document, Issue, Unreadable, document_of
from app.connectors.shop_api import ShopApi
from app.connectors.signatures import STANDARD_PREFIX, StandardSigned

STAGES = {
    0: Stage.NOT_ORDERED,  # incomplete
    1: Stage.NOT_ORDERED,  # pending: the checkout was not finished
    5: Stage.CANCELLED,
    6: Stage.CANCELLED,  # declined
}
"""By `status_id`; every other one is of an order."""

PAGE = 250
"""The most that both lists give at once."""


class BigCommerce(StandardSigned):
    """The platform; deliveries are signed with the account's client secret."""

    def is_authentic(
        self, body: bytes, headers: Headers, secrets: Sequence[str], clocks: Sequence[datetime]
    ) -> bool:
        """Say whether a delivery was signed with the secret, and lately.

        Its text is the key, or what the text says in base64, as libraries of the specification
        read it: who knows neither can make neither signature.
        """
        as_text = super().is_authentic(body, headers, secrets, clocks)
        read = [f"{STANDARD_PREFIX}{secret}" for secret in secrets]
        return super().is_authentic(body, headers, read, clocks) or as_text

    def topic(self, headers: Headers) -> str:
        """Return what all are about; the body says more."""
        del headers
        return "store/order"

    def read(self, topic: str, body: bytes) -> Sequence[News]:
        """Return which order changed."""
        del topic
        told = document_of(body)
        if not str(told.get("scope")).startswith("store/order/"):
            raise Unreadable(Issue("/scope", "unsupported_topic", "no such scope is used here"))
        return [OrderToFetch(told.inner("data").key("id"))]

    def fetch(self, api: ShopApi, order: str) -> Sequence[News]:
        """Return an order as it is now."""
        return [self._with_products(api, Document(api.get(f"/v2/orders/{order}")))]

    def orders_placed(self, api: ShopApi, start: datetime, end: datetime) -> Iterator[OrderNews]:
        """Yield the orders placed from `start` to before `end`."""
        asked = {
            "min_date_created": format_datetime(start.astimezone(UTC)),
            "max_date_created": format_datetime(end.astimezone(UTC)),
        }
        for order in _paged(api, "/v2/orders", asked):
            if start <= _time(order, "date_created") < end:
                yield self._with_products(api, order)

    def _with_products(self, api: ShopApi, order: Document) -> OrderNews:
        key = order.key("id")
        products = _paged(api, f"/v2/orders/{key}/products", {})
        goods = [one for one in products if one.get("type") in {"physical", None}]
        at = _time(order, "date_modified" if order.get("date_modified") else "date_created")
        status = order.get("status_id")
        stage = STAGES.get(status, Stage.ORDERED) if isinstance(status, int) else Stage.ORDERED
        snapshot = Snapshot(
            at=at,
            placed_at=_time(order, "date_created"),
            stage=Stage.CANCELLED if order.flag("is_deleted") else stage,
            currency=order.key_or_none("currency_code"),
            lines=tuple(_line(one) for one in goods),
        )
        refunds = {name: refund for one in goods for name, refund in _returns(one, at)}
        return OrderNews(key, OrderState(snapshot, refunds))


def _paged(api: ShopApi, path: str, asked: Mapping[str, str]) -> Iterator[Document]:
    """Yield a list whole, page by page."""
    number, more = 1, True
    while more:
        found = api.get_list(path, {**asked, "limit": PAGE, "page": number})
        yield from found
        number, more = number + 1, len(found) == PAGE


def _line(product: Document) -> OrderLine:
    sku = product.key_or_none("sku", longest=LONGEST_ITEM)
    quantity, shipped, refunded = _units(product)
    return OrderLine(
        line=product.key("id"),
        items=tuple(one for one in (product.key_or_none("variant_id"), sku) if one),
        sku=sku,
        quantity=quantity,
        removed=min(refunded, quantity - shipped),
        shipped=shipped,
        unit_price=product.amount_or_none("price_ex_tax"),
        pointer=product.pointer,
    )


def _returns(product: Document, at: datetime) -> Iterator[tuple[str, Refund]]:
    """Yield a refund for each unit refunded beyond those that never left.

    An order tells how many were refunded in all, so each unit is known by its number.
    """
    quantity, shipped, refunded = _units(product)
    line = product.key("id")
    for number in range(1, refunded - min(refunded, quantity - shipped) + 1):
        yield f"{line}.{number}", Refund(at, (RefundLine(line, 1, "return"),))


def _units(product: Document) -> tuple[int, int, int]:
    """Return units ordered, shipped and refunded."""
    quantity = product.whole("quantity")
    shipped = min(quantity, product.whole_or_none("quantity_shipped") or 0)
    return quantity, shipped, min(quantity, product.whole_or_none("quantity_refunded") or 0)


def _time(order: Document, name: str) -> datetime:
    """Return a time as it stands in e-mails, such as `Tue, 20 Nov 2012 00:00:00 +0000`."""
    try:
        at = parsedate_to_datetime(str(order.get(name)))
    except ValueError:
        raise order.wrong(name, "bad_time", "must be a time of RFC 2822") from None
    at = at if at.tzinfo is not None else at.replace(tzinfo=UTC)
    if not 2000 <= at.year <= 2100:
        raise order.wrong(name, "time_out_of_range", "must lie in the years 2000 to 2100")
    return at.astimezone(UTC)
