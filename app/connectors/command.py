"""`shortrun reconcile`."""

from datetime import date

from rich.console import Console
from rich.table import Table

from app.connectors.reconcile import Comparison, Difference, Units, reconcile
from app.database.database import Database
from app.errors import SetupError
from app.parties.queries import brand_named


def print_reconciliation(
    database: Database,
    console: Console,
    *,
    brand: str,
    connection: str,
    day: date,
    sandbox: bool,
    apply: bool,
) -> bool:
    """Pull a day of orders, print what differs, and say whether nothing does.

    Raises:
        SetupError: If there is no such brand or the shop cannot be asked.
    """
    with database.read() as session:
        found = brand_named(session, brand)
    if found is None:
        raise SetupError(f"there is no brand {brand}")
    compared = reconcile(database, found, connection, day, sandbox=sandbox, apply=apply)
    console.print(
        f"{day}: {compared.orders_at_shop} orders at the shop, "
        f"{compared.orders_stored} stored, {len(compared.differences)} lines differ"
    )
    if compared.differences:
        console.print(_table(compared))
    return not compared.differences


def _table(compared: Comparison) -> Table:
    table = Table("order", "line", "item", "at the shop", "booked")
    for one in compared.differences:
        table.add_row(*_row(one))
    return table


def _row(one: Difference) -> tuple[str, ...]:
    return one.order, one.line, one.item, _units(one.at_shop), _units(one.booked)


def _units(units: Units) -> str:
    wanted, returned = units
    return f"{wanted}, {returned} back" if returned else str(wanted)
