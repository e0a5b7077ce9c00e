"""`shortrun recommendations`: what stands, as a table."""

from rich.console import Console
from rich.table import Table
from sqlalchemy.orm import Session

from app.database.database import Database
from app.errors import SetupError
from app.parties.queries import brand_named
from app.recommendations.plans import dearest
from app.recommendations.tables import Recommendation


def print_recommendations(
    database: Database, *, brand: str | None, status: str, limit: int
) -> None:
    """Print recommendations of a status, the dearest first, and their total.

    Raises:
        SetupError: If there is no such brand.
    """
    console = Console()
    with database.read() as session:
        rows, count, total = dearest(
            session, brand_id=_brand_id(session, brand), status=status, limit=limit
        )
    console.print(_table(rows, status))
    shown = f", the {len(rows)} dearest shown" if count > len(rows) else ""
    console.print(f"{count:,} {status} recommendations, {total:,.2f} in all{shown}")


def _brand_id(session: Session, code: str | None) -> int | None:
    if code is None:
        return None
    found = brand_named(session, code)
    if found is None:
        raise SetupError(f"there is no brand {code}")
    return found.id


def _table(rows: list[Recommendation], status: str) -> Table:
    table = Table(title=f"{status} recommendations")
    for name, justify in (
        ("brand", "left"),
        ("style", "left"),
        ("factory", "left"),
        ("mode", "left"),
        ("units", "right"),
        ("unit cost", "right"),
        ("total", "right"),
        ("order by", "left"),
        ("need by", "left"),
        ("why", "left"),
    ):
        table.add_column(name, justify="right" if justify == "right" else "left")
    for row in rows:
        table.add_row(
            row.brand,
            row.style,
            row.factory,
            row.mode,
            f"{row.quantity:,}",
            f"{row.unit_cost:,.2f}",
            f"{row.total_cost:,.2f} {row.currency}",
            row.order_by.isoformat(),
            row.need_by.isoformat(),
            row.reasons[0]["text"] if row.reasons else "",
        )
    return table
