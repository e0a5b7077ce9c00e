"""The SELECT of returns and their sales: sums by week, never single events."""

from datetime import date, timedelta

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session, aliased

from app.catalog.tables import Sku, Style
from app.demand.closed_queries import days_before
from app.sales.tables import SalesRow


def return_pairs(
    session: Session, brand_id: int, *, origin: date, weeks: int
) -> list[tuple[str, int, int, int]]:
    """Return how many units came back by category, week of their sale and week of their return.

    Weeks are counted back from the origin, 0 the one before it. Only returns that name an order
    with an earlier sale of their SKU in those weeks, each for at most what was sold.
    """
    first = origin - timedelta(weeks=weeks)
    back, sale = aliased(SalesRow, name="back"), aliased(SalesRow, name="sale")
    pairs = (
        select(
            func.coalesce(Style.category, "").label("category"),
            back.day.label("back_on"),
            back.quantity.label("returned"),
            func.min(sale.day).label("sold_on"),
            func.sum(sale.quantity).label("sold"),
        )
        .select_from(Sku)
        .join(Style, Style.id == Sku.style_id)
        .join(back, back.sku_id == Sku.id)
        .join(
            sale,
            (sale.brand_id == back.brand_id)
            & (sale.order_id == back.order_id)
            # `+ 0` keeps SQLite on the index by order: by SKU it would read all of its past.
            & (sale.sku_id + 0 == back.sku_id),
        )
        .where(Sku.brand_id == brand_id, back.kind == "return", sale.kind == "sale")
        .where(back.day >= first, back.day < origin)
        .group_by(back.id, Style.category, back.day, back.quantity)
        .subquery()
    )
    sold_back, came_back = (
        (days_before(origin, day) - 1) // 7 for day in (pairs.c.sold_on, pairs.c.back_on)
    )
    units = case((pairs.c.returned < pairs.c.sold, pairs.c.returned), else_=pairs.c.sold)
    query = (
        select(pairs.c.category, sold_back, came_back, func.sum(units))
        .where(pairs.c.sold_on >= first, pairs.c.sold_on <= pairs.c.back_on)
        .group_by(pairs.c.category, sold_back, came_back)
    )
    return [
        (category, int(sold_week), int(back_week), int(total))
        for category, sold_week, back_week, total in session.execute(query)
    ]
