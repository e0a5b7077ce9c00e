"""A run that was just accepted."""

import pytest

from app.database.database import Database
from app.recommendations.answer import accept
from tests.recommendations.scene import (
    AT,
    Call,
    Scene,
    build,
    caller,
    decide,
    key_for,
    run_of,
    stored,
)


@pytest.fixture
def scene(database: Database) -> Scene:
    with database.write() as session:
        return build(session)


@pytest.fixture
def run_id(database: Database, scene: Scene) -> str:
    decide(database, scene, run_of(scene, expected_good_share=0.95))
    with database.write() as session:
        accepted = accept(session, stored(database)[0].id, scene.fab1, at=AT)
    assert accepted.run is not None
    return accepted.run


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
