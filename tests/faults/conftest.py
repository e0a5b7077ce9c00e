"""A shop whose service is struck by faults."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from app.clock.time import set_now
from app.database.database import Database
from app.parties.refs import BrandRef
from app.parties.tables import Factory
from tests.faults.site import Site
from tests.recommendations.scene import key_for
from tests.refresh.shop import AT, open_shop


@pytest.fixture
def site(database_url: str, tmp_path: Path) -> Iterator[Site]:
    made = Site(database_url, tmp_path)
    yield made
    made.end_all()


@pytest.fixture
def brand(database: Database) -> BrandRef:
    """A brand with one style and one factory, on a clock that stands."""
    with database.write() as session:
        set_now(session, AT)
    return open_shop(database, "S2")


@pytest.fixture
def brand_key(database: Database, brand: BrandRef) -> str:
    return key_for(database, "brand", brand_id=brand.id)


@pytest.fixture
def factory_key(database: Database, brand: BrandRef) -> str:
    with database.read() as session:
        factory = session.scalars(select(Factory.id)).one()
    return key_for(database, "factory", factory_id=factory)
