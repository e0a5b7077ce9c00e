"""A history of migrations that goes further than ours."""

import shutil
from pathlib import Path

from app.database.migrate import MIGRATIONS, head

ADDS = """
import sqlalchemy as sa
from alembic import op

revision = "next"
down_revision = "{head}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("styles", sa.Column("colour", sa.String(length=20), nullable=True))
    op.create_table("colours", sa.Column("name", sa.String(20), primary_key=True))
"""
TAKES_AWAY = """
from alembic import op

revision = "last"
down_revision = "next"
branch_labels = None
depends_on = None
breaks_older = True


def upgrade() -> None:
    op.drop_table("colours")
"""


def with_one_more(folder: Path) -> Path:
    """Return the scripts of a later version, whose one more revision adds to what is used."""
    scripts = folder / "migrations"
    shutil.copytree(MIGRATIONS, scripts, ignore=shutil.ignore_patterns("__pycache__"))
    (scripts / "versions" / "next_colours.py").write_text(ADDS.format(head=head()))
    return scripts


def with_two_more(folder: Path) -> Path:
    """Return the scripts of the version after that, which takes something away."""
    scripts = with_one_more(folder)
    (scripts / "versions" / "last_colours.py").write_text(TAKES_AWAY)
    return scripts


def older_than(folder: Path, name: str) -> Path:
    """Return the scripts of an earlier version: those before the revision whose file is so named.

    The revisions are numbered; `name` is what follows the number.
    """
    scripts = folder / "migrations"
    shutil.copytree(MIGRATIONS, scripts, ignore=shutil.ignore_patterns("__pycache__"))
    versions = scripts / "versions"
    [first] = versions.glob(f"*_{name}.py")
    for script in versions.iterdir():
        if script.name >= first.name:
            script.unlink()
    return scripts
