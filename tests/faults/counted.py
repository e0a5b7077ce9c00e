"""What a shop sends, and what of it is stored."""

from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from app.database.database import Database
from app.sales.tables import SalesRow
from app.verification.finding import Finding
from app.verification.verify import CHECKS
from tests.refresh.shop import AT


def batch(sender: int, number: int, size: int) -> list[dict[str, Any]]:
    return [
        {
            "event_id": f"{sender}-{number}-{index}",
            "sku": f"S2-{'ML'[index % 2]}",
            "kind": "sale",
            "quantity": 1 + index % 3,
            "occurred_at": (AT - timedelta(days=1 + index % 20)).isoformat(),
        }
        for index in range(size)
    ]


def stored_units(database: Database) -> tuple[int, int]:
    with database.read() as session:
        count, units = session.execute(
            select(func.count(), func.sum(SalesRow.quantity)).select_from(SalesRow)
        ).one()
    return count, int(units or 0)


def unsound(database: Database) -> list[Finding]:
    with database.read() as session:
        return [one for check in CHECKS.values() for one in check(session)]
