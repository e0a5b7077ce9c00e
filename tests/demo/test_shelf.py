"""The shelf: no unit is sold twice, and what nobody could buy is counted as lost."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from app.demo.shelf import Shelf
from app.demo.world import Order


def order(number: int, day: int = 0, *, cancelled: bool = False, back: int | None = None) -> Order:
    return Order(f"o{number}", "tee", day, 600 + number, cancelled, back, is_resalable=True)


def test_who_comes_after_the_last_unit_is_lost_demand() -> None:
    shelf = Shelf(on_hand=Counter({"tee": 1}))

    lived = shelf.trade(0, [order(1), order(2)], {})

    assert [happening.order.order_id for happening in lived.happenings] == ["o1"]
    assert (shelf.on_hand["tee"], shelf.lost["tee"]) == (0, 1)
    assert lived.emptied == {"tee": 601}


def test_who_would_have_cancelled_was_never_demand() -> None:
    shelf = Shelf()

    shelf.trade(0, [order(1, cancelled=True)], {})

    assert shelf.lost["tee"] == 0


def test_a_cancelled_unit_is_for_sale_the_next_day() -> None:
    shelf = Shelf(on_hand=Counter({"tee": 1}))
    shelf.trade(0, [order(1, cancelled=True)], {})

    lived = shelf.trade(1, [order(2, day=1)], {})

    assert [happening.kind for happening in lived.happenings] == ["cancellation", "sale"]


def test_a_delivery_is_in_before_the_first_customer() -> None:
    shelf = Shelf()

    shelf.trade(0, [order(1)], {"tee": 3})

    assert (shelf.on_hand["tee"], shelf.sold["tee"], shelf.lost["tee"]) == (2, 1, 0)


def test_returns_still_out_at_the_end_come_back() -> None:
    shelf = Shelf(on_hand=Counter({"tee": 1}))
    shelf.trade(0, [order(1, back=9)], {})

    shelf.end_season()

    assert (shelf.on_hand["tee"], shelf.returned["tee"]) == (1, 1)


@given(
    opening=st.integers(0, 20),
    days=st.lists(
        st.tuples(st.integers(0, 8), st.integers(0, 5), st.booleans()), min_size=1, max_size=12
    ),
)
def test_every_unit_and_every_customer_is_accounted_for(
    opening: int, days: list[tuple[int, int, bool]]
) -> None:
    shelf = Shelf(on_hand=Counter({"tee": opening}))
    for day, (customers, received, comes_back) in enumerate(days):
        back = day + 2 if comes_back else None
        orders = [order(day * 10 + number, day, back=back) for number in range(customers)]
        shelf.trade(day, orders, {"tee": received})
    shelf.end_season()

    supplied = opening + sum(received for _, received, _ in days) + shelf.returned["tee"]
    assert shelf.on_hand["tee"] == supplied - shelf.sold["tee"]
    assert shelf.on_hand["tee"] >= 0
    assert shelf.sold["tee"] + shelf.lost["tee"] == sum(customers for customers, _, _ in days)
