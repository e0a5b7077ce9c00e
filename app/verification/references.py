"""Every row that names another names one that is there."""

from collections.abc import Generator

from sqlalchemy import exists, func, select, text
from sqlalchemy.orm import Session

from app.database.base import know_every_table, tables_on
from app.database.upsert import is_sqlite
from app.verification.finding import Finding


def orphan_rows(session: Session) -> Generator[Finding]:
    """Find rows whose foreign keys lead nowhere, and on SQLite pages that cannot be read."""
    if is_sqlite(session):
        for [verdict] in session.execute(text("PRAGMA integrity_check")):
            if verdict != "ok":
                yield Finding("references", "file", str(verdict))
    know_every_table()
    for table in tables_on(session.get_bind().dialect.name):
        for key in table.foreign_key_constraints:
            other = key.referred_table.alias("named")
            own = [element.parent for element in key.elements]
            pairs = [other.c[element.column.name] == element.parent for element in key.elements]
            query = (
                select(func.count())
                .select_from(table)
                .where(*(column.is_not(None) for column in own))
                .where(~exists().where(*pairs))  # of NOT IN, PostgreSQL looks at all for each
            )
            count = session.scalar(query)
            if count:
                there = key.referred_table.name
                yield Finding("references", table.name, f"{count} rows name none of {there}")
