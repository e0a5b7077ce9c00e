"""Do what a delivery says, in the caller's transaction; what cannot be done waits in quarantine."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy.orm import Session

from app.connectors.asking import ask_for
from app.connectors.booking import take_order, take_orders
from app.connectors.levels import take_level
from app.connectors.news import EventsNews, LevelNews, News, OrderNews, OrderToFetch
from app.connectors.platforms import can_be_asked
from app.connectors.quarantine import Subject, hold
from app.connectors.reading import Issue
from app.connectors.tables import Connection
from app.errors import Invalid
from app.parties.refs import BrandRef
from app.sales.ingest import store_sales

Taken = Literal["applied", "duplicate", "ignored", "quarantined", "queued", "ping"]

NOT_ASKED = "the delivery does not say all, and the connection has no store_url or no api_token"


@dataclass(frozen=True, eq=False)
class Told:
    """A delivery that was read, or why it could not be."""

    delivery_id: str
    topic: str
    news: Sequence[News]
    issue: Issue | None
    body: bytes


def marks_of(told: Told) -> tuple[str, str] | None:
    """Return what a delivery has in common with others: its id and the order that it tells of.

    None for one that is taken alone: only orders are booked many at once.
    """
    match told.news:
        case [OrderNews(order=order)]:
            return f"delivery {told.delivery_id}", f"order {order}"
    return None


def take_all(
    session: Session,
    brand: BrandRef,
    connection: Connection,
    told: Sequence[Told],
    *,
    at: datetime,
) -> list[Taken]:
    """Do what deliveries say, one of any kind or several of different orders, and say what came."""
    news = [(one.news[0], one.topic) for one in told if marks_of(one) is not None]
    orders = [(first, topic) for first, topic in news if isinstance(first, OrderNews)]
    if len(orders) < len(told) or not told:
        return [take(session, brand, connection, one, at=at) for one in told]
    found = take_orders(session, brand, connection, orders, at=at)
    return ["quarantined" if issues else "applied" for issues in found]


def take(
    session: Session, brand: BrandRef, connection: Connection, told: Told, *, at: datetime
) -> Taken:
    """Do what a delivery says; say what became of it."""
    itself = Subject("delivery", told.delivery_id)
    if told.issue is not None:
        is_topic = told.issue.code == "unsupported_topic"
        subject = Subject("topic", told.topic) if is_topic else itself
        body = None if is_topic else told.body
        hold(session, connection, subject, [told.issue], topic=told.topic, at=at, body=body)
        return "quarantined"
    issues: list[Issue] = []
    for one in told.news:
        found = take_news(session, brand, connection, one, topic=told.topic, at=at)
        if found and isinstance(one, EventsNews):
            hold(session, connection, itself, found, topic=told.topic, at=at, body=told.body)
        issues += found
    if issues:
        return "quarantined"
    if any(isinstance(one, OrderToFetch) for one in told.news):
        return "queued"
    return "applied" if told.news else "ignored"


def take_news(
    session: Session,
    brand: BrandRef,
    connection: Connection,
    news: News,
    *,
    topic: str,
    at: datetime,
) -> list[Issue]:
    """Do what one piece of news says; return what of it has to wait."""
    match news:
        case OrderNews():
            return take_order(session, brand, connection, news, topic=topic, at=at)
        case LevelNews():
            return take_level(session, brand, connection, news, topic=topic, at=at)
        case EventsNews():
            return _take_events(session, brand, connection, news, at=at)
        case OrderToFetch():
            return _take_fetch(session, connection, news.order, topic=topic, at=at)


def _take_events(
    session: Session, brand: BrandRef, connection: Connection, news: EventsNews, *, at: datetime
) -> list[Issue]:
    """Store the events that can be; return the others, which are stored when they come again."""
    events = [
        event if event.channel is not None else event._replace(channel=connection.channel)
        for event in news.events
    ]
    try:
        verdicts = store_sales(session, brand, events, at=at).verdicts
    except Invalid as error:
        return [Issue(one.pointer, one.code, one.message) for one in error.errors]
    return [
        Issue(
            f"/events/{index}",
            verdict,
            f"event {event.event_id} of SKU {event.sku} waits",
            skus=(event.sku,) if verdict == "unknown_sku" else (),
        )
        for index, (event, verdict) in enumerate(zip(events, verdicts, strict=True))
        if verdict not in {"accepted", "duplicate"}
    ]


def _take_fetch(
    session: Session, connection: Connection, order: str, *, topic: str, at: datetime
) -> list[Issue]:
    if can_be_asked(connection):
        ask_for(session, connection, order)
        return []
    issues = [Issue("", "not_asked", NOT_ASKED)]
    hold(session, connection, Subject("fetch", order), issues, topic=topic, at=at)
    return issues
