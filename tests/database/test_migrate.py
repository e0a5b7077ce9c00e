"""One history of migrations, on both databases."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import text

from app.database.database import Database
from app.database.migrate import config, current, head, migrate, require
from app.errors import SetupError


def test_the_tables_of_the_code_and_of_the_migrations_are_the_same(database: Database) -> None:
    with database.engine.connect() as connection:
        command.check(config(connection))


def test_an_empty_database_is_brought_to_the_head_by_whoever_comes_first(tmp_path: Path) -> None:
    databases = [Database(f"sqlite:///{tmp_path / 'new.db'}") for _ in range(3)]

    with ThreadPoolExecutor(3) as pool:
        heads = list(pool.map(migrate, databases))

    assert heads == [head()] * 3
    with databases[0].engine.connect() as connection:
        assert current(connection) == head()
    for one in databases:
        one.close()


def test_migrating_again_changes_nothing(
    database: Database, open_again: Callable[[], Database]
) -> None:
    assert migrate(database) == migrate(open_again()) == head()


def test_a_newer_database_is_refused_in_one_line(database: Database) -> None:
    with database.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        session.execute(text("UPDATE schema_state SET readable_from = '9999'"))

    with pytest.raises(SetupError, match="revision 9999, newer than this version"):
        migrate(database)


def test_without_migrating_at_start_an_older_database_is_refused_with_what_to_do(
    database: Database,
) -> None:
    require(database)
    with database.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0003'"))

    with pytest.raises(SetupError, match=r"revision 0003, older than .* run shortrun migrate"):
        require(database)


def test_sqlite_tables_refuse_values_of_another_type(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'strict.db'}")
    migrate(database)

    with database.engine.connect() as connection:
        loose = connection.exec_driver_sql(
            "SELECT name FROM pragma_table_list WHERE type = 'table' AND strict = 0"
            " AND name NOT LIKE 'sqlite_%' AND name <> 'alembic_version'"
        ).scalars()
        assert list(loose) == []
    database.close()
