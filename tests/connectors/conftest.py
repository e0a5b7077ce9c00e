import pytest

from app.database.database import Database
from tests.connectors.shop import Shop, open_shop


@pytest.fixture
def shop(database: Database) -> Shop:
    """Acme in Paris with style S2 of SKUs A and B, and its Shopify shop connected."""
    return open_shop(database)
