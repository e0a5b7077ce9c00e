"""A brand's shop: lives its days on the true demand and tells the service what it saw."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from app.client import ShortrunClient
from app.client.answers import InboundItem, RunEvent, SaleEvent, StockLevel
from app.demo.days import DELIVERIES_OPEN, SHELVES_COUNTED, date_of, moment
from app.demo.factory import Delivery, SimulatedFactory
from app.demo.line import Line, Style
from app.demo.seeding import opening_quantities
from app.demo.shelf import DayInTheShop, Happening, Shelf, happening_of_return
from app.demo.world import Order, World

EVENTS_PER_CALL = 5_000


@dataclass
class Shop:
    """One brand in the season: its customers, its shelf, its key, its factories."""

    world: World
    client: ShortrunClient
    factories: Sequence[SimulatedFactory]
    shelf: Shelf = field(default_factory=Shelf)

    @property
    def line(self) -> Line:
        """What it sells."""
        return self.world.line

    def open(self) -> None:
        """Hand in the history, the eve's stock, and the first buys that are on their way."""
        past = list(self.world.between(min(self.world.orders, default=0), 0))
        self.shelf.expect_returns(past)
        self._post_happenings(_history(past))
        for style in self.line.seasonal:
            bought = opening_quantities(style)
            if style.launch_day > 0:
                self.client.post_inbound(_first_buy(style))
                bought = dict.fromkeys(bought, 0)
            self.shelf.on_hand.update(bought)
        self.client.post_stock(
            [
                self._level(sku, -1, SHELVES_COUNTED, units)
                for sku, units in self.shelf.on_hand.items()
            ]
        )

    def live(self, day: int) -> None:
        """Live through a day, then tell the service: what came, what sold, what is left."""
        deliveries = [each for factory in self.factories for each in factory.deliveries(day)]
        launching = [style for style in self.line.seasonal if 0 < style.launch_day == day]
        received: Counter[str] = Counter()
        for quantities in (
            *(delivery.quantities for delivery in deliveries),
            *(opening_quantities(style) for style in launching),
        ):
            received.update(quantities)
        lived = self.shelf.trade(day, list(self.world.between(day, day + 1)), received)
        for style in launching:
            self.client.post_inbound(_first_buy(style, received_on=day))
        for delivery in deliveries:
            receipts = self._receipts(day, delivery)
            if receipts:
                self.client.post_run_events(delivery.run, receipts)
        self._post_happenings(lived.happenings)
        self._post_levels(day, lived)

    def _post_happenings(self, happenings: Iterable[Happening]) -> None:
        events = [self._event(happening) for happening in happenings]
        for start in range(0, len(events), EVENTS_PER_CALL):
            self.client.post_sales(events[start : start + EVENTS_PER_CALL])

    def _post_levels(self, day: int, lived: DayInTheShop) -> None:
        """Report each sell-out at its minute, as a shop system would, and the evening's count."""
        emptied = [self._level(sku, day, minute, 0) for sku, minute in lived.emptied.items()]
        counted = [
            self._level(sku, day, SHELVES_COUNTED, self.shelf.on_hand[sku])
            for sku in sorted(lived.moved)
        ]
        if counted:
            self.client.post_stock(emptied + counted)

    def _event(self, happening: Happening) -> SaleEvent:
        order = happening.order
        return {
            "event_id": f"{order.order_id}.{happening.kind}",
            "sku": order.sku,
            "kind": happening.kind,
            "quantity": 1,
            "occurred_at": moment(self.line.timezone, happening.day, happening.minute),
            "unit_price": str(self.line.style_of[order.sku].price),
            "channel": "web",
            "order_id": order.order_id,
        }

    def _level(self, sku: str, day: int, minute: int, on_hand: int) -> StockLevel:
        return {"sku": sku, "on_hand": on_hand, "as_of": moment(self.line.timezone, day, minute)}

    def _receipts(self, day: int, delivery: Delivery) -> list[RunEvent]:
        """Return the brand's word that the goods of a run are in."""
        at = moment(self.line.timezone, day, DELIVERIES_OPEN)
        return [
            {
                "event_id": f"received.{sku}",
                "kind": "received",
                "sku": sku,
                "quantity": units,
                "occurred_at": at,
            }
            for sku, units in delivery.quantities.items()
            if units
        ]


def _history(past: Sequence[Order]) -> Iterable[Happening]:
    """Yield what had happened before the season; back then nothing ran out."""
    for order in past:
        yield Happening("sale", order, order.day, order.minute)
        if order.back_on is not None and order.back_on < 0:
            yield happening_of_return(order, order.back_on)


def _first_buy(style: Style, received_on: int | None = None) -> list[InboundItem]:
    """Return what was ordered before the season and comes on the launch day."""
    due = date_of(style.launch_day).isoformat()
    items: list[InboundItem] = [
        {
            "reference": f"first-buy.{style.style}",
            "sku": sku,
            "quantity": units,
            "due_date": due,
        }
        for sku, units in opening_quantities(style).items()
    ]
    if received_on is not None:
        for item in items:
            item["received_on"] = date_of(received_on).isoformat()
    return items
