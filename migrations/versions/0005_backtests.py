"""backtests"""

import sqlalchemy as sa
from alembic import op

from app.database import base

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "backtests",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=8), nullable=False),
        sa.Column("until", base.Day(), nullable=False),
        sa.Column("weeks", sa.Integer(), nullable=False),
        sa.Column("styles", sa.Integer(), nullable=False),
        sa.Column("progress", sa.Float(), nullable=False),
        sa.Column("requested_at", base.UtcTime(timezone=True), nullable=False),
        sa.Column("started_at", base.UtcTime(timezone=True), nullable=True),
        sa.Column("finished_at", base.UtcTime(timezone=True), nullable=True),
        sa.Column("seconds", sa.Float(), nullable=True),
        sa.Column("error_code", sa.String(length=40), nullable=True),
        sa.Column("error", sa.String(length=500), nullable=True),
        sa.Column("result", base.Json(), nullable=True),
        sa.Column("lease", sa.String(length=40), nullable=True),
        sa.Column("lease_until", base.UtcTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "status IN ('queued', 'running', 'done', 'failed')",
            name=op.f("ck_backtests_status_known"),
        ),
        sa.CheckConstraint("progress BETWEEN 0 AND 1", name=op.f("ck_backtests_progress_share")),
        sa.ForeignKeyConstraint(["brand_id"], ["brands.id"], name=op.f("fk_backtests_brand_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_backtests")),
        sqlite_strict=True,
    )
    op.create_index("ix_backtests_status_requested_at", "backtests", ["status", "requested_at"])
    op.create_index("ix_backtests_brand_id_status", "backtests", ["brand_id", "status"])
