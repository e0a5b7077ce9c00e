"""What `main` hands to every route: the settings and the database."""

from typing import Annotated, cast

from fastapi import Depends, Request

from app.database.database import Database
from app.settings import Settings


def current_database(request: Request) -> Database:
    """Return the database this process serves."""
    return cast(Database, request.app.state.database)


def current_settings(request: Request) -> Settings:
    """Return the settings this process was started with."""
    return cast(Settings, request.app.state.settings)


async def _database(request: Request) -> Database:
    return current_database(request)


async def _settings(request: Request) -> Settings:
    return current_settings(request)


# Async only to stay on the event loop: a plain function would cost a hop to a thread.
DatabaseDep = Annotated[Database, Depends(_database)]
SettingsDep = Annotated[Settings, Depends(_settings)]
