"""Forget deliveries that no platform repeats any more.

What was told of an order, of stock or of an event is kept by its own id: a repetition that comes
after its delivery was forgotten changes nothing.
"""

from datetime import datetime

from sqlalchemy import delete, func, select

from app.connectors.tables import Connection, Delivery
from app.database.database import Database
from app.database.upsert import one_of

DELIVERIES_A_TRANSACTION = 1_000


def prune_deliveries(database: Database, *, before: datetime) -> int:
    """Delete the deliveries from before a time, but the last of each connection; say how many."""
    with database.read() as session:
        connection_ids = list(session.scalars(select(Connection.id).order_by(Connection.id)))
    pruned = 0
    for connection_id in connection_ids:
        gone = DELIVERIES_A_TRANSACTION
        while gone == DELIVERIES_A_TRANSACTION:
            gone = _prune(database, connection_id, before)
            pruned += gone
    return pruned


def _prune(database: Database, connection_id: int, before: datetime) -> int:
    of_it = Delivery.connection_id == connection_id
    last = select(func.max(Delivery.received_at)).where(of_it).scalar_subquery()
    with database.write() as session:
        old = list(
            session.scalars(
                select(Delivery.delivery_id)
                .where(of_it, Delivery.received_at < before, Delivery.received_at < last)
                .order_by(Delivery.received_at)
                .limit(DELIVERIES_A_TRANSACTION)
            )
        )
        if old:
            session.execute(
                delete(Delivery).where(of_it, one_of(session, Delivery.delivery_id, old))
            )
    return len(old)
