"""Compare a day of orders at a shop with what was booked of them, and book what is missing."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.clock.time import now, start_of_day
from app.connectors.booking import take_order
from app.connectors.connecting import connection_named
from app.connectors.ledger import Ledger
from app.connectors.news import Asked, OrderNews
from app.connectors.orders import OrderState, from_document, returned_units, wanted_units
from app.connectors.platforms import PLATFORMS, api_of
from app.connectors.queries import orders_placed
from app.connectors.reading import Unreadable
from app.connectors.shop_api import AskLater, Refused
from app.connectors.tables import Connection, ShopOrder
from app.database.database import Database
from app.errors import SetupError
from app.parties.refs import BrandRef


@dataclass(frozen=True)
class Patience:
    """How often a page is asked for, where a platform asks to wait, and how long it all may take.

    `seconds` None: as long as it takes.
    """

    tries: int
    seconds: float | None


PATIENT = Patience(tries=6, seconds=None)

Units = tuple[int, int]
"""Units wanted, and units sent back."""

NONE: Units = (0, 0)


@dataclass(frozen=True)
class Difference:
    """A line of an order that the shop tells otherwise than it was booked."""

    order: str
    line: str
    item: str
    at_shop: Units
    booked: Units


@dataclass(frozen=True)
class Comparison:
    """What a day of orders came to."""

    orders_at_shop: int
    orders_stored: int
    differences: tuple[Difference, ...]


def reconcile(
    database: Database,
    brand: BrandRef,
    code: str,
    day: date,
    *,
    sandbox: bool,
    apply: bool = False,
    patience: Patience = PATIENT,
) -> Comparison:
    """Pull the orders of a brand-local day and compare; with `apply` take them in first.

    Raises:
        NotFound: If the brand has no such connection.
        SetupError: If the shop cannot be asked, or does not answer as it should.
    """
    with database.read() as session:
        connection = connection_named(session, brand.id, code)
    told = _pulled(connection, brand, day, patience)
    if apply:
        for news in told:
            with database.write() as session:
                at = now(session, sandbox=sandbox)
                take_order(session, brand, connection, news, topic="pulled", at=at)
    start, end = _bounds(brand, day)
    with database.read() as session:
        rows = orders_placed(session, connection.id, start=start, end=end)
    return compare({news.order: news.state for news in told}, rows)


def compare(told: Mapping[str, OrderState], rows: Sequence[ShopOrder]) -> Comparison:
    """Return the lines that differ, order by order; an order that one side lacks has none of it."""
    stored = {row.order_key: row for row in rows}
    differences = []
    for order in sorted(told.keys() | stored.keys()):
        shop = _said(told[order]) if order in told else {}
        ours = _booked(stored[order]) if order in stored else {}
        names = _names(told.get(order)) | _names(
            from_document(stored[order].state) if order in stored else None
        )
        differences += [
            Difference(order, line, names.get(line, ""), shop.get(line, NONE), ours.get(line, NONE))
            for line in sorted(shop.keys() | ours.keys())
            if shop.get(line, NONE) != ours.get(line, NONE)
        ]
    return Comparison(len(told), len(stored), tuple(differences))


def _pulled(
    connection: Connection, brand: BrandRef, day: date, patience: Patience
) -> list[OrderNews]:
    platform = PLATFORMS[connection.platform]
    if not isinstance(platform, Asked):
        raise SetupError(f"connection {connection.code} is of a system that cannot be asked")
    try:
        api = api_of(connection, tries=patience.tries)
    except Refused as refused:
        raise SetupError(str(refused)) from None
    try:
        return list(_in_time(platform.orders_placed(api, *_bounds(brand, day)), patience))
    except (AskLater, Refused) as error:
        raise SetupError(f"connection {connection.code}: {error}") from None
    except Unreadable as error:
        said = f"{error.issue.pointer} {error.issue.message}"
        raise SetupError(f"connection {connection.code} answers what cannot be read: {said}") from (
            None
        )
    finally:
        api.close()


def _in_time(told: Iterator[OrderNews], patience: Patience) -> Iterator[OrderNews]:
    """Yield orders as they come, within the time that there is.

    Raises:
        Refused: If they take longer.
    """
    began = time.monotonic()
    for news in told:
        if patience.seconds is not None and time.monotonic() - began > patience.seconds:
            raise Refused("the shop takes too long: run `shortrun reconcile`, which waits")
        yield news


def _bounds(brand: BrandRef, day: date) -> tuple[datetime, datetime]:
    following = day + timedelta(days=1)
    return start_of_day(day, brand.timezone), start_of_day(following, brand.timezone)


def _said(state: OrderState) -> dict[str, Units]:
    """Return what an order says of each line."""
    wanted = {one.line.line: one.sold - one.cancelled for one in wanted_units(state)}
    returned: dict[str, int] = {}
    for _, _, one in returned_units(state):
        if one.line in wanted:
            returned[one.line] = returned.get(one.line, 0) + one.quantity
    return {line: (units, returned.get(line, 0)) for line, units in wanted.items()}


def _booked(row: ShopOrder) -> dict[str, Units]:
    """Return what was booked of each line."""
    ledger = Ledger.of(row.booked)
    returned: dict[str, int] = {}
    for key, units in ledger.returned.items():
        line = key.partition(".r")[0]
        returned[line] = returned.get(line, 0) + units
    return {
        line: (one.sold - one.cancelled, returned.get(line, 0))
        for line, one in ledger.lines.items()
    }


def _names(state: OrderState | None) -> dict[str, str]:
    if state is None or state.snapshot is None:
        return {}
    return {
        line.line: line.sku or (line.items[0] if line.items else "")
        for line in state.snapshot.lines
    }
