"""One brand, two factories, a key of the first, and the service that they call."""

from collections.abc import Iterator

import pytest

from app.database.database import Database
from tests.client.live import LiveService, live
from tests.recommendations.scene import Scene, build, key_for


@pytest.fixture
def scene(database: Database) -> Scene:
    with database.write() as session:
        return build(session)


@pytest.fixture
def fab1_key(database: Database, scene: Scene) -> str:
    return key_for(database, "factory", factory_id=scene.fab1)


@pytest.fixture
def service(database: Database, scene: Scene) -> Iterator[LiveService]:
    with live(database) as running:
        yield running
