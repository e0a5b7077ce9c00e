import pytest

from app.database.database import Database
from app.parties.refs import BrandRef
from tests.sales.shop import add_style, open_brand


@pytest.fixture
def brand(database: Database) -> BrandRef:
    """A brand in Paris with style S2 and its SKUs A and B."""
    with database.write() as session:
        brand = open_brand(session)
        add_style(session, brand, "S2", ["A", "B"])
        return brand
