"""imports, their files, what was wrong in them, and learned mappings"""

import sqlalchemy as sa
from alembic import op

from app.database import base

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "imports",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("status", sa.String(length=8), nullable=False),
        sa.Column("stage", sa.String(length=8), nullable=False),
        sa.Column("preset", sa.String(length=40), nullable=True),
        sa.Column("mapping", base.Json(), nullable=True),
        sa.Column("dry_run", sa.Boolean(), nullable=False),
        sa.Column("on_error", sa.String(length=5), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("file_bytes", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("same", sa.String(length=64), nullable=False),
        sa.Column("requested_at", base.UtcTime(timezone=True), nullable=False),
        sa.Column("started_at", base.UtcTime(timezone=True), nullable=True),
        sa.Column("finished_at", base.UtcTime(timezone=True), nullable=True),
        sa.Column("seconds", sa.Float(), nullable=True),
        sa.Column("rows_expected", sa.Integer(), nullable=True),
        sa.Column("rows_read", sa.Integer(), nullable=False),
        sa.Column("rows_stored", sa.Integer(), nullable=False),
        sa.Column("rows_duplicate", sa.Integer(), nullable=False),
        sa.Column("rows_rejected", sa.Integer(), nullable=False),
        sa.Column("left_out", base.Json(), nullable=False),
        sa.Column("read_as", base.Json(), nullable=True),
        sa.Column("preview", base.Json(), nullable=True),
        sa.Column("error_code", sa.String(length=40), nullable=True),
        sa.Column("error", sa.String(length=1000), nullable=True),
        sa.Column("lease", sa.String(length=40), nullable=True),
        sa.Column("lease_until", base.UtcTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "status IN ('queued', 'running', 'done', 'failed')",
            name=op.f("ck_imports_status_known"),
        ),
        sa.CheckConstraint("stage IN ('checking', 'storing')", name=op.f("ck_imports_stage_known")),
        sa.CheckConstraint("on_error IN ('skip', 'abort')", name=op.f("ck_imports_on_error_known")),
        sa.CheckConstraint(
            "kind IN ('sales', 'stock', 'inbound', 'known_demand', 'catalog')",
            name=op.f("ck_imports_kind_known"),
        ),
        sa.ForeignKeyConstraint(["brand_id"], ["brands.id"], name=op.f("fk_imports_brand_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imports")),
        sqlite_strict=True,
    )
    op.create_index("ix_imports_status_requested_at", "imports", ["status", "requested_at"])
    op.create_index("ix_imports_brand_id_id", "imports", ["brand_id", "id"])
    op.create_index("ix_imports_brand_id_same", "imports", ["brand_id", "same"])
    op.create_table(
        "import_parts",
        sa.Column("import_id", sa.String(length=40), nullable=False),
        sa.Column("part", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", base.UtcTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("import_id", "part", name=op.f("pk_import_parts")),
        sqlite_strict=True,
    )
    op.create_index("ix_import_parts_received_at", "import_parts", ["received_at"])
    op.create_table(
        "import_errors",
        sa.Column("import_id", sa.String(length=40), nullable=False),
        sa.Column("row_number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("column_name", sa.String(length=100), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("message", sa.String(length=300), nullable=False),
        sa.PrimaryKeyConstraint(
            "import_id", "row_number", "column_name", name=op.f("pk_import_errors")
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "import_mappings",
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("header", sa.String(length=64), nullable=False),
        sa.Column("mapping", base.Json(), nullable=False),
        sa.Column("updated_at", base.UtcTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["brand_id"], ["brands.id"], name=op.f("fk_import_mappings_brand_id")
        ),
        sa.PrimaryKeyConstraint("brand_id", "kind", "header", name=op.f("pk_import_mappings")),
        sqlite_strict=True,
    )
