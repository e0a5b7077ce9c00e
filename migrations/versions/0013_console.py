"""people who may open the console, their sessions and links"""

import sqlalchemy as sa
from alembic import op

from app.database import base

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "console_users",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=8), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=True),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("created_at", base.UtcTime(timezone=True), nullable=False),
        sa.Column("removed_at", base.UtcTime(timezone=True), nullable=True),
        sa.CheckConstraint("role IN ('ops', 'brand')", name=op.f("ck_console_users_role_known")),
        sa.CheckConstraint(
            "(role = 'brand') = (brand_id IS NOT NULL)",
            name=op.f("ck_console_users_bound_to_one_brand"),
        ),
        sa.ForeignKeyConstraint(
            ["brand_id"], ["brands.id"], name=op.f("fk_console_users_brand_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_console_users")),
        sa.UniqueConstraint("name", name=op.f("uq_console_users_name")),
        sqlite_strict=True,
    )
    op.create_index("ix_console_users_brand_id", "console_users", ["brand_id"])
    op.create_table(
        "console_sessions",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.String(length=40), nullable=False),
        sa.Column("created_at", base.UtcTime(timezone=True), nullable=False),
        sa.Column("seen_at", base.UtcTime(timezone=True), nullable=False),
        sa.Column("expires_at", base.UtcTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["console_users.id"], name=op.f("fk_console_sessions_user_id")
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_console_sessions")),
        sqlite_strict=True,
    )
    op.create_index("ix_console_sessions_user_id", "console_sessions", ["user_id"])
    op.create_index("ix_console_sessions_expires_at", "console_sessions", ["expires_at"])
    op.create_table(
        "console_links",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.String(length=40), nullable=False),
        sa.Column("expires_at", base.UtcTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["console_users.id"], name=op.f("fk_console_links_user_id")
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_console_links")),
        sqlite_strict=True,
    )
    op.create_index("ix_console_links_user_id", "console_links", ["user_id"])
    op.create_index("ix_console_links_expires_at", "console_links", ["expires_at"])
