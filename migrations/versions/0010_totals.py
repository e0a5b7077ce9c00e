"""what workers have done in all, and when each refreshed last"""

import sqlalchemy as sa
from alembic import op

from app.database import base

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "worker_beats", sa.Column("refreshed_at", base.UtcTime(timezone=True), nullable=True)
    )
    op.create_table(
        "work_totals",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("label", sa.String(length=60), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("name", "label", name=op.f("pk_work_totals")),
        sqlite_strict=True,
    )
