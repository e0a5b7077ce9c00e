"""Book what orders say beyond what was booked of them already, many orders at once.

Deliveries of a busy hour come faster than transactions end: a dozen statements are made for all
that wait together instead of for each.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from app.catalog.queries import skus_by_code
from app.connectors.item_queries import mapped_items
from app.connectors.ledger import Booked, Ledger, Naming, Told, ordered, returned
from app.connectors.news import OrderNews
from app.connectors.orders import OrderLine, OrderState, from_document, to_document
from app.connectors.quarantine import Subject, hold, release
from app.connectors.queries import locked_orders
from app.connectors.reading import Issue
from app.connectors.tables import Connection, ShopOrder
from app.database.inserting import insert_new
from app.parties.refs import BrandRef
from app.sales.ingest import AHEAD_AT_MOST, SalesEvent, store_sales

NOT_PLANNED = ""
"""Stands for the SKU of an item that the map leaves out."""

NOT_SEEN = Issue("", "order_not_seen", "the order itself has not been delivered yet")
IN_FUTURE = Issue("/created_at", "in_future", "is more than a day ahead of the clock")


@dataclass(frozen=True)
class Account:
    """An order that may change: its row, what is known of it now, what is wrong with it."""

    row: ShopOrder
    topic: str
    told: Told
    issues: list[Issue] = field(default_factory=list)


def take_order(
    session: Session,
    brand: BrandRef,
    connection: Connection,
    news: OrderNews,
    *,
    topic: str,
    at: datetime,
) -> list[Issue]:
    """Put news of one order to what is known of it, and book what follows; see `take_orders`."""
    [issues] = take_orders(session, brand, connection, [(news, topic)], at=at)
    return issues


def take_orders(
    session: Session,
    brand: BrandRef,
    connection: Connection,
    told: Sequence[tuple[OrderNews, str]],
    *,
    at: datetime,
) -> list[list[Issue]]:
    """Put news of different orders to what is known of them, and book what follows.

    The usable lines are booked, the others wait in quarantine. Who tells of the same order waits.

    Args:
        session: In a write transaction.
        brand: Whose orders they are.
        connection: Where they were placed.
        told: News and the topic that it came under; no order twice.
        at: The service's time.

    Returns:
        What cannot be booked of each.
    """
    keys = [news.order for news, _ in told]
    insert_new(
        session,
        ShopOrder,
        [_unknown_order(connection, key) for key in keys],
        key=("connection_id", "order_key"),
    )
    rows = locked_orders(session, connection.id, keys)
    changed = {
        news.order: account
        for news, topic in told
        if (account := _changed(rows[news.order], news.state, topic)) is not None
    }
    accounts = [changed[key] for key in sorted(changed)]
    _book(session, brand, connection, accounts, at=at)
    for account in accounts:
        _keep(session, connection, account, at=at)
    session.flush()
    return [changed[key].issues if key in changed else [] for key in keys]


def _unknown_order(connection: Connection, order: str) -> dict[str, object]:
    return {
        "connection_id": connection.id,
        "order_key": order,
        "placed_at": None,
        "state": to_document(OrderState()),
        "booked": Ledger().document(),
        "is_waiting": False,
    }


def _changed(row: ShopOrder, news: OrderState, topic: str) -> Account | None:
    """Return the order with the news in it; None where that changes nothing."""
    before = from_document(row.state)
    state = before.with_news(news)
    if state == before and row.placed_at is not None and not row.is_waiting:
        return None
    return Account(row, topic, Told(row.order_key, state, Ledger.of(row.booked)))


def _book(
    session: Session,
    brand: BrandRef,
    connection: Connection,
    accounts: Sequence[Account],
    *,
    at: datetime,
) -> None:
    """Store the sales events that the orders call for, and note what they cannot be made of."""
    bookable = [account for account in accounts if _can_be_booked(account, at)]
    _recognise(session, brand, connection, bookable)
    events = [
        (account, event)
        for account in bookable
        for event in _events(account.told, brand, connection, at=at)
    ]
    if not events:
        return
    verdicts = store_sales(session, brand, [event for _, event in events], at=at).verdicts
    for (account, event), verdict in zip(events, verdicts, strict=True):
        if verdict not in {"accepted", "duplicate"}:
            said = f"{event.sku}: the sales event {event.event_id} was not taken"
            account.issues.append(Issue("", verdict, said))


def _can_be_booked(account: Account, at: datetime) -> bool:
    snapshot = account.told.state.snapshot
    if snapshot is None:
        account.issues.append(NOT_SEEN)
    elif snapshot.placed_at > at + AHEAD_AT_MOST:
        account.issues.append(IN_FUTURE)
    return not account.issues


def _events(
    told: Told, brand: BrandRef, connection: Connection, *, at: datetime
) -> list[SalesEvent]:
    assert told.state.snapshot is not None
    is_priced = told.state.snapshot.currency in {None, brand.currency}
    own = Naming(connection, told.order, is_priced=is_priced)
    return [
        *ordered(told, own, changed_at=min(told.state.changed_at(), at)),
        *returned(told, own, at=at),
    ]


def _recognise(
    session: Session, brand: BrandRef, connection: Connection, accounts: Sequence[Account]
) -> None:
    """Note the SKU of each line that has none yet; it stays, whatever the map says later."""
    open_lines = [
        (account, line)
        for account in accounts
        if account.told.state.snapshot is not None
        for line in account.told.state.snapshot.lines
        if line.line not in account.told.ledger.lines
    ]
    if not open_lines:
        return
    items = sorted({item for _, line in open_lines for item in line.items})
    mapped = mapped_items(session, brand.id, connection.channel, items)
    codes = sorted({line.sku for _, line in open_lines if line.sku})
    own = skus_by_code(session, brand.id, codes)
    for account, line in open_lines:
        sku = _sku_of(line, mapped, own)
        if sku is None:
            account.issues.append(_unknown(line))
        elif sku != NOT_PLANNED:
            account.told.ledger.lines[line.line] = Booked(sku)


def _sku_of(
    line: OrderLine, mapped: Mapping[str, str | None], own: Mapping[str, object]
) -> str | None:
    for item in line.items:
        if item in mapped:
            return mapped[item] or NOT_PLANNED
    return line.sku if line.sku in own else None


def _unknown(line: OrderLine) -> Issue:
    if line.sku is None:
        named = f"item {line.items[0]}" if line.items else "the item"
        said = f"{named} has no SKU and is not in the SKU map"
        return Issue(line.pointer, "unmapped_item", said, items=line.items)
    said = f"the brand has no SKU {line.sku}, and the SKU map does not say which it is"
    pointer = f"{line.pointer}/sku"
    return Issue(pointer, "unknown_sku", said, items=line.items, skus=(line.sku,))


def _keep(session: Session, connection: Connection, account: Account, *, at: datetime) -> None:
    """Let the row be what is known now, and wait in quarantine while something is wrong."""
    row, told, subject = account.row, account.told, Subject("order", account.row.order_key)
    if told.state.snapshot is not None:
        row.placed_at = told.state.snapshot.placed_at
    row.state, row.booked = to_document(told.state), told.ledger.document()
    if account.issues:
        hold(session, connection, subject, account.issues, topic=account.topic, at=at)
    elif row.is_waiting:
        release(session, connection, subject, at=at)
    row.is_waiting = bool(account.issues)
