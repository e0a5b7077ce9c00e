from collections.abc import Iterator

import pytest

from app.forecasting.fitted.child import Child


@pytest.fixture(scope="session")
def poisoned() -> Iterator[Child]:
    """A child process whose models hang, crash or swallow memory where they are told to."""
    child = Child("tests.forecasting.poison", fit_seconds=0.3)
    yield child
    child.close()
