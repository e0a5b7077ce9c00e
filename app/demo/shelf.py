"""A shop's stock, day by day: what orders find, what they miss, what comes back."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from app.demo.days import RETURNS_OPEN
from app.demo.world import Order


@dataclass(frozen=True, slots=True)
class Happening:
    """A sale, a cancellation or a return, on a day at a minute."""

    kind: str
    order: Order
    day: int
    minute: int


@dataclass(frozen=True)
class DayInTheShop:
    """What a day brought.

    Attributes:
        happenings: Sales, cancellations and returns in order of time.
        emptied: Minute at which a SKU's last unit went, for each one that ran out.
        moved: SKUs whose stock changed.
    """

    happenings: Sequence[Happening]
    emptied: Mapping[str, int]
    moved: frozenset[str]


@dataclass
class Shelf:
    """Stock by SKU and the running totals of a season.

    Attributes:
        lost: Demand that found nothing; known here, never to the service.
        unit_nights: Units on hand, summed over the nights, for the holding cost.
    """

    on_hand: Counter[str] = field(default_factory=Counter)
    sold: Counter[str] = field(default_factory=Counter)
    cancelled: Counter[str] = field(default_factory=Counter)
    returned: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)
    unit_nights: Counter[str] = field(default_factory=Counter)
    _coming_back: dict[int, list[Order]] = field(default_factory=dict)

    def expect_returns(self, history: Iterable[Order]) -> None:
        """Note what was sold before the season and comes back in it."""
        for order in history:
            if order.back_on is not None and order.back_on >= 0:
                self._note_return(order)

    def trade(self, day: int, orders: Sequence[Order], received: Mapping[str, int]) -> DayInTheShop:
        """Live through a day: deliveries, what comes back, customers, the night."""
        self.on_hand.update(received)
        morning = self._take_back(day)
        sales: list[Happening] = []
        emptied: dict[str, int] = {}
        for order in orders:
            if self.on_hand[order.sku] == 0:
                self.lost[order.sku] += not order.is_cancelled
                continue
            self._sell(order)
            sales.append(Happening("sale", order, day, order.minute))
            if self.on_hand[order.sku] == 0:
                emptied[order.sku] = order.minute
        self.unit_nights.update(self.on_hand)
        touched = [happening.order.sku for happening in (*morning, *sales)]
        return DayInTheShop((*morning, *sales), emptied, frozenset((*touched, *received)))

    def end_season(self) -> None:
        """Take back what was sold and is still to come back, so that every plan ends alike."""
        for day in sorted(self._coming_back):
            self._take_back(day)

    def _sell(self, order: Order) -> None:
        self.on_hand[order.sku] -= 1
        self.sold[order.sku] += 1
        self._note_return(order)

    def _note_return(self, order: Order) -> None:
        if order.back_on is not None:
            self._coming_back.setdefault(order.back_on, []).append(order)

    def _take_back(self, day: int) -> list[Happening]:
        back = self._coming_back.pop(day, [])
        for order in back:
            self.on_hand[order.sku] += order.is_cancelled or order.is_resalable
            (self.cancelled if order.is_cancelled else self.returned)[order.sku] += 1
        return [happening_of_return(order, day) for order in back]


def happening_of_return(order: Order, day: int) -> Happening:
    """Return the event of a unit that is in the shop again."""
    return Happening("cancellation" if order.is_cancelled else "return", order, day, RETURNS_OPEN)
