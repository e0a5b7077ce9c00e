"""One brand, two factories, and who calls."""

import pytest

from app.database.database import Database
from tests.recommendations.scene import Call, Scene, build, caller, key_for


@pytest.fixture
def scene(database: Database) -> Scene:
    with database.write() as session:
        return build(session)


@pytest.fixture
def call(database: Database, scene: Scene) -> Call:
    return caller(database)


@pytest.fixture
def brand_key(database: Database, scene: Scene) -> str:
    return key_for(database, "brand", brand_id=scene.brand.id)


@pytest.fixture
def fab1_key(database: Database, scene: Scene) -> str:
    return key_for(database, "factory", factory_id=scene.fab1)


@pytest.fixture
def fab2_key(database: Database, scene: Scene) -> str:
    return key_for(database, "factory", factory_id=scene.fab2)
