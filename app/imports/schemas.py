"""One row of a file of sales: an event as it is posted, and where its SKU belongs."""

from typing import Annotated

from app.sales.schemas import SaleIn
from app.web.wire import Identifier, text


class SaleRowIn(SaleIn):
    """An event, with the columns that make the catalog from the file."""

    style: Identifier | None = None
    colorway: Annotated[str, text(100)] | None = None
    size: Annotated[str, text(100)] | None = None
