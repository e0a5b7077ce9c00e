"""What a delivery may turn out to be, whatever platform sent it, and what its file has to give."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from app.connectors.orders import OrderState
from app.connectors.shop_api import ShopApi
from app.sales.ingest import SalesEvent


@dataclass(frozen=True)
class OrderNews:
    """Something of an order."""

    order: str
    state: OrderState


@dataclass(frozen=True)
class LevelNews:
    """Units of a platform's item at one of its locations."""

    item: str
    location: str
    at: datetime
    available: int


@dataclass(frozen=True)
class OrderToFetch:
    """An order changed, and the delivery does not say how."""

    order: str


@dataclass(frozen=True)
class EventsNews:
    """Sales events as they are posted."""

    events: Sequence[SalesEvent]


News = OrderNews | LevelNews | OrderToFetch | EventsNews

Headers = Mapping[str, str]
"""Their names in lower case."""


class Platform(Protocol):
    """How one platform signs its deliveries and what is in them; each has a file of its own."""

    def is_authentic(
        self, body: bytes, headers: Headers, secrets: Sequence[str], clocks: Sequence[datetime]
    ) -> bool:
        """Say whether a delivery was signed with one of the secrets."""

    def is_ping(self, body: bytes) -> bool:
        """Say whether this is the unsigned question whether anybody is here."""

    def delivery_id(self, headers: Headers) -> str | None:
        """Return the id under which a delivery is repeated; None where there is none."""

    def topic(self, headers: Headers) -> str:
        """Return what a delivery is about."""

    def read(self, topic: str, body: bytes) -> Sequence[News]:
        """Return what a delivery says; nothing where it says nothing that counts here.

        Raises:
            Unreadable: If it cannot be read.
        """


@runtime_checkable
class Asked(Platform, Protocol):
    """A platform that can be asked for orders."""

    def fetch(self, api: ShopApi, order: str) -> Sequence[News]:
        """Return an order as it is now."""

    def orders_placed(self, api: ShopApi, start: datetime, end: datetime) -> Iterator[OrderNews]:
        """Yield the orders placed from `start` to before `end`."""
