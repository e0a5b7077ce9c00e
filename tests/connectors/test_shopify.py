"""Orders as Shopify tells them, and the demand that follows."""

from itertools import permutations

import pytest

from tests.connectors.shop import Shop, edit, line, order, refund

LATER = "2026-03-03T08:00:00+01:00"


def test_an_order_told_under_three_topics_counts_once(shop: Shop) -> None:
    body = order([line(1, "A", 5)])

    told = [shop.told(topic, body) for topic in ("orders/create", "orders/updated", "orders/paid")]

    assert told == ["applied", "applied", "applied"]
    assert shop.units() == (5, 0)


def test_a_delivery_that_is_repeated_is_a_duplicate(shop: Shop) -> None:
    body = order([line(1, "A", 5)])

    told = [shop.told("orders/create", body, delivery_id="same") for _ in range(2)]

    assert told == ["applied", "duplicate"]
    assert shop.units() == (5, 0)


@pytest.mark.parametrize(
    "edited",
    [
        line(1, "A", 3),
        line(1, "A", 5, current_quantity=3),
        line(1, "A", 5, current_quantity=3, fulfillable_quantity=3),
    ],
    ids=["quantity", "current quantity", "and nothing shipped"],
)
def test_an_edit_from_five_to_three_nets_to_three(shop: Shop, edited: dict[str, object]) -> None:
    shop.told("orders/create", order([line(1, "A", 5)]))

    shop.told("orders/updated", order([edited], at=LATER))

    assert shop.units() == (3, 0)


def test_an_edit_counts_before_the_order_that_has_it_comes_and_not_again(shop: Shop) -> None:
    shop.told("orders/create", order([line(1, "A", 5)]))

    shop.told("orders/edited", edit(9, at=LATER, removals={1: 2}))
    before = shop.units()
    shop.told("orders/updated", order([line(1, "A", 5, current_quantity=3)], at=LATER))

    assert (before, shop.units()) == ((3, 0), (3, 0))


def test_an_older_snapshot_changes_nothing(shop: Shop) -> None:
    shop.told("orders/updated", order([line(1, "A", 3)], at=LATER))

    shop.told("orders/create", order([line(1, "A", 5)]))

    assert shop.units() == (3, 0)


def test_units_added_again_are_sold_again(shop: Shop) -> None:
    for hour, quantity in ((10, 5), (11, 3), (12, 6), (13, 1), (14, 4)):
        body = order([line(1, "A", quantity)], at=f"2026-03-02T{hour}:15:00+01:00")
        shop.told("orders/updated", body)

    assert shop.units() == (4, 0)


def test_a_refund_of_unsent_goods_is_a_cancellation_on_the_day_of_the_sale(shop: Shop) -> None:
    shop.told("orders/create", order([line(1, "A", 5)]))

    shop.told("refunds/create", refund(9, [(1, 2, "cancel")]))

    [row] = shop.demand()
    assert (row["sold_units"], row["cancelled_units"], row["demand_units"]) == (5, 2, 3)
    assert shop.units(day="2026-03-05") == (0, 0)


def test_a_refund_of_goods_that_come_back_is_a_return_on_its_own_day(shop: Shop) -> None:
    shop.told("orders/create", order([line(1, "A", 5)]))

    shop.told("refunds/create", refund(9, [(1, 2, "return")]))

    assert shop.units() == (5, 0)
    assert shop.units(day="2026-03-05") == (0, 2)


def test_a_refund_of_money_alone_moves_nothing(shop: Shop) -> None:
    sent = line(1, "A", 5, fulfillment_status="fulfilled", fulfillable_quantity=0)

    shop.told("orders/updated", order([sent], refunds=[refund(9, [(1, 2, "no_restock")])]))

    assert shop.units() == (5, 0)
    assert shop.units(day="2026-03-05") == (0, 0)


def test_a_refund_without_restock_of_what_will_not_be_sent_is_a_cancellation(shop: Shop) -> None:
    unsent = line(1, "A", 5, fulfillable_quantity=3)

    shop.told("orders/updated", order([unsent], refunds=[refund(9, [(1, 2, "no_restock")])]))

    assert shop.units() == (3, 0)


def test_an_order_cancelled_takes_back_what_was_not_refunded(shop: Shop) -> None:
    shop.told("orders/create", order([line(1, "A", 5), line(2, "B", 1)]))
    shop.told("refunds/create", refund(9, [(1, 2, "cancel")]))

    body = order(
        [line(1, "A", 5), line(2, "B", 1)],
        at=LATER,
        cancelled_at=LATER,
        refunds=[refund(9, [(1, 2, "cancel")])],
    )
    shop.told("orders/cancelled", body)

    assert (shop.units("A"), shop.units("B")) == ((0, 0), (0, 0))
    [row] = shop.demand("A")
    assert (row["sold_units"], row["cancelled_units"]) == (5, 5)


def test_an_order_cancelled_keeps_what_had_left(shop: Shop) -> None:
    left = {"status": "success", "line_items": [{"id": 1, "quantity": 2}]}

    shop.told(
        "orders/cancelled",
        order([line(1, "A", 5)], cancelled_at=LATER, fulfillments=[left]),
    )

    assert shop.units() == (2, 0)


def test_a_line_that_is_gone_is_cancelled(shop: Shop) -> None:
    shop.told("orders/create", order([line(1, "A", 5), line(2, "B", 1)]))

    shop.told("orders/updated", order([line(2, "B", 1)], at=LATER))

    assert (shop.units("A"), shop.units("B")) == ((0, 0), (1, 0))


@pytest.mark.parametrize(
    "skipped", [{"gift_card": True}, {"requires_shipping": False}], ids=["gift card", "no shipping"]
)
def test_lines_that_are_no_goods_are_skipped(shop: Shop, skipped: dict[str, bool]) -> None:
    told = shop.told("orders/create", order([line(1, "A", 5, **skipped), line(2, "B", 1)]))

    assert told == "applied"
    assert (shop.units("A"), shop.units("B")) == ((0, 0), (1, 0))


def test_orders_of_a_test_count_for_nothing(shop: Shop) -> None:
    assert shop.told("orders/create", order([line(1, "A", 5)], test=True)) == "applied"

    assert shop.units() == (0, 0)
    assert shop.waiting() == []


def test_a_sale_is_of_the_brands_day_on_which_it_was_placed(shop: Shop) -> None:
    placed = "2026-03-01T23:30:00-05:00"

    shop.told("orders/create", order([line(1, "A", 5)], created_at=placed))

    assert shop.units(day="2026-03-02") == (5, 0)
    assert shop.units(day="2026-03-01") == (0, 0)


def test_the_order_of_arrival_changes_nothing(shop: Shop) -> None:
    story = [
        ("orders/create", order([line(1, "A", 5)])),
        ("refunds/create", refund(9, [(1, 1, "return")])),
        ("orders/updated", order([line(1, "A", 5, current_quantity=4)], at=LATER)),
    ]

    seen = set()
    for number, told in enumerate(permutations(story)):
        key = 1000 + number
        for topic, body in told:
            changed = body | ({"order_id": key} if topic == "refunds/create" else {"id": key})
            shop.told(topic, changed)
        seen.add((shop.units(), shop.units(day="2026-03-05")))

    assert seen == {((4 * n, 0), (0, n)) for n in range(1, 7)}
    assert shop.waiting() == []


def test_nothing_of_a_customer_is_stored(shop: Shop) -> None:
    shop.told("orders/create", order([line(1, "A", 5), line(2, "UNKNOWN", 1)]))

    with shop.database.engine.connect() as connection:
        for table in ("deliveries", "shop_orders", "quarantined", "sales_events"):
            rows = connection.exec_driver_sql(f"SELECT * FROM {table}").fetchall()  # noqa: S608
            assert rows
            assert "bob" not in repr(rows).lower()


def test_what_shopify_asks_about_a_customers_data_is_answered(shop: Shop) -> None:
    assert shop.told("customers/redact", {"customer": {"id": 1}}) == "ignored"
