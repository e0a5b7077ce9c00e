"""Ask for an order to be fetched, in the transaction that makes it necessary."""

from datetime import UTC, datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.connectors.tables import Connection, OrderFetch
from app.database.inserting import insert_new


def ask_for(session: Session, connection: Connection, order: str) -> None:
    """Ask for an order to be fetched; asking again while it is fetched fetches it once more."""
    wall = datetime.now(UTC)
    row = {
        "connection_id": connection.id,
        "order_key": order,
        "due_at": wall,
        "generation": 1,
        "attempts": 0,
        "lease_until": None,
    }
    if not insert_new(session, OrderFetch, [row], key=("connection_id", "order_key")):
        session.execute(
            update(OrderFetch)
            .where(OrderFetch.connection_id == connection.id, OrderFetch.order_key == order)
            .values(generation=OrderFetch.generation + 1, due_at=wall, attempts=0)
        )
