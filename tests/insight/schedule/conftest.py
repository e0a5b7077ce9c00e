"""A factory with an accepted run and open work, and who asks for its schedule."""

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
        return build(session, share_forecast=True)


@pytest.fixture
def run_id(database: Database, scene: Scene) -> str:
    """80 M and 40 L of S2, accepted on 2 March, due on 23 March."""
    decide(database, scene, run_of(scene))
    with database.write() as session:
        accepted = accept(session, stored(database)[0].id, scene.fab1, at=AT)
    assert accepted.run is not None
    return accepted.run


@pytest.fixture
def call(database: Database, scene: Scene) -> Call:
    return caller(database)


@pytest.fixture
def fab1_key(database: Database, scene: Scene) -> str:
    return key_for(database, "factory", factory_id=scene.fab1)
