"""audit log, and when a key was last used"""

import sqlalchemy as sa
from alembic import op

from app.database import base

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

BEFORE_ALL = "0" * 64


def upgrade() -> None:
    op.add_column("api_keys", sa.Column("last_used_at", base.UtcTime(timezone=True), nullable=True))
    op.create_table(
        "audit_entries",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("at", base.UtcTime(timezone=True), nullable=False),
        sa.Column("role", sa.String(length=8), nullable=False),
        sa.Column("key_id", sa.String(length=40), nullable=True),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=140), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=True),
        sa.Column("factory_id", sa.Integer(), nullable=True),
        sa.Column("details", base.Json(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "role IN ('ops', 'brand', 'factory', 'command')",
            name=op.f("ck_audit_entries_role_known"),
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_entries")),
        sa.UniqueConstraint("id", name=op.f("uq_audit_entries_id")),
        sqlite_strict=True,
    )
    op.create_index("ix_audit_entries_brand_id_seq", "audit_entries", ["brand_id", "seq"])
    op.create_index("ix_audit_entries_factory_id_seq", "audit_entries", ["factory_id", "seq"])
    heads = op.create_table(
        "audit_heads",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last_seq", sa.BigInteger(), nullable=False),
        sa.Column("last_hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_audit_heads_one_row")),
        sa.CheckConstraint("last_seq >= 0", name=op.f("ck_audit_heads_seq_counts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_heads")),
        sqlite_strict=True,
    )
    op.bulk_insert(heads, [{"id": 1, "last_seq": 0, "last_hash": BEFORE_ALL}])
