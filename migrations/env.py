"""Alembic's entry: runs on the connection it is given, else on `SHORTRUN_DATABASE_URL`."""

from typing import Any

from alembic import context
from sqlalchemy import Connection, text

from app.database.base import Base, is_on, know_every_table
from app.database.database import Database
from app.settings import Settings

know_every_table()

PARTITIONS = "sales_events_"
"""Tables whose names begin so are, or were, months of sales: not in the code, made as time goes."""


def _mark_unreadable(*, ctx: Any, step: Any, **_: Any) -> None:
    """Note in the database that older code cannot work with it, where a revision says so."""
    breaks = getattr(step.up_revision.module, "breaks_older", False)
    if step.is_upgrade and breaks in (True, ctx.connection.dialect.name):
        statement = text("UPDATE schema_state SET readable_from = :revision")
        ctx.connection.execute(statement, {"revision": step.up_revision_id})


def run(connection: Connection) -> None:
    dialect = connection.dialect.name

    def include_name(name: str | None, kind: str, _parents: object) -> bool:
        return kind != "table" or not str(name).startswith(PARTITIONS)

    def include_object(
        item: Any, _name: object, _kind: str, is_stored: bool, _other: object
    ) -> bool:
        return is_stored or is_on(item, dialect)

    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        compare_type=True,
        compare_server_default=True,
        render_as_batch=connection.dialect.name == "sqlite",
        transactional_ddl=True,
        on_version_apply=_mark_unreadable,
        user_module_prefix="base.",
        include_name=include_name,
        include_object=include_object,
    )
    context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    database = Database(Settings.read().database_url)
    with database.engine.connect() as connection:
        run(connection)
        connection.commit()
    database.close()
