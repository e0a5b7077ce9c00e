"""signals about many keys at once, noted on SQLite until somebody claims"""

import sqlalchemy as sa
from alembic import op

from app.database import base
from app.database.bounds import bound_values

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    bind = op.get_bind()
    if bind.dialect.name != "sqlite":
        return
    op.create_table(
        "due_signals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("at", base.UtcTime(), nullable=False),
        sa.Column("keys", base.Json(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_due_signals")),
        sqlite_strict=True,
    )
    bound_values(bind, "due_signals", {"at": "time"})
