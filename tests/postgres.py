"""Databases on a real PostgreSQL server for one test after the other, each migrated and empty.

Making a database from a template took 0.15 s alone and 0.40 s beside the other tests, emptying
one that was used 0.01 s: one that a test gives back is emptied and given to the next.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import sql
from sqlalchemy import make_url

from app.database.database import Database, parse_url
from app.database.migrate import migrate

_SHAPE = """
    SELECT (SELECT sum(hashtext(format('%s %s %s', relname, relkind, relnatts))::bigint)
              FROM pg_class WHERE relnamespace = 'public'::regnamespace),
           (SELECT sum(hashtext(format('%s %s', conname, contype))::bigint)
              FROM pg_constraint WHERE connamespace = 'public'::regnamespace),
           (SELECT count(*) FROM pg_trigger),
           (SELECT count(*) FROM pg_proc WHERE pronamespace = 'public'::regnamespace),
           (SELECT version_num FROM alembic_version)
"""

_USED = """
    SELECT DISTINCT coalesce(pg_partition_root(oid), oid)::regclass::text FROM pg_class
     WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND pg_relation_size(oid) > 0
"""

_OTHER_SESSIONS = """
    SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


def plain(url: str) -> str:
    """Return a URL as psycopg reads it, without the name of a driver."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


class PostgresDatabases:
    """Migrated, empty databases on one server, lent and taken back.

    A database whose tables, constraints or revision a test changed is dropped, not lent again.
    """

    def __init__(self, server: str) -> None:
        """Migrate a template on the server at this plain URL."""
        self._server = server
        self._spare: list[str] = []
        self._made: list[str] = []
        self._template = self._create(None)
        database = Database(self._url(self._template))
        migrate(database)
        database.close()
        with psycopg.connect(self._url(self._template)) as connection:
            self._shape = connection.execute(_SHAPE).fetchone()
            self._seeded = {
                table: connection.execute(_of("SELECT * FROM {}", table)).fetchall()
                for table in _used(connection)
            }

    @contextmanager
    def lent(self) -> Iterator[str]:
        """Lend a database, by the URL that the service takes."""
        name = self._spare.pop() if self._spare else self._create(self._template)
        try:
            yield parse_url(self._url(name)).render_as_string(hide_password=False)
        finally:
            if self._emptied(name):
                self._spare.append(name)
            else:
                self._drop(name)

    def close(self) -> None:
        """Drop all of them and the template."""
        for name in tuple(self._made):
            self._drop(name)

    def _emptied(self, name: str) -> bool:
        with psycopg.connect(self._url(name), autocommit=True) as connection:
            connection.execute(_OTHER_SESSIONS)
            if connection.execute(_SHAPE).fetchone() != self._shape:
                return False
            tables = _used(connection)
            with connection.transaction():
                listed = sql.SQL(", ").join(map(sql.Identifier, tables))
                connection.execute(sql.SQL("TRUNCATE {} RESTART IDENTITY CASCADE").format(listed))
                for table, rows in self._seeded.items():
                    for row in rows:
                        values = sql.SQL(", ").join(map(sql.Literal, row))
                        connection.execute(
                            sql.SQL("INSERT INTO {} VALUES ({})").format(
                                sql.Identifier(table), values
                            )
                        )
        return True

    def _create(self, template: str | None) -> str:
        name = f"test_{uuid.uuid4().hex[:12]}"
        statement = _of("CREATE DATABASE {}", name)
        if template is not None:
            statement += _of(" TEMPLATE {}", template)
        with psycopg.connect(self._server, autocommit=True) as connection:
            connection.execute(statement)
        self._made.append(name)
        return name

    def _drop(self, name: str) -> None:
        with psycopg.connect(self._server, autocommit=True) as connection:
            connection.execute(_of("DROP DATABASE IF EXISTS {} WITH (FORCE)", name))
        self._made.remove(name)

    def _url(self, name: str) -> str:
        return make_url(self._server).set(database=name).render_as_string(hide_password=False)


def _of(statement: str, name: str) -> sql.Composed:
    return sql.SQL(statement).format(sql.Identifier(name))


def _used(connection: psycopg.Connection) -> list[str]:
    return [name for (name,) in connection.execute(_USED)]
