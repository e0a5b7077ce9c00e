"""the names that things in quarantine wait for"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "wanted_names",
        sa.Column("connection_id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=140), nullable=False),
        sa.Column("kind", sa.String(length=4), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.CheckConstraint("kind IN ('item', 'sku')", name=op.f("ck_wanted_names_kind_known")),
        sa.ForeignKeyConstraint(
            ["connection_id"], ["connections.id"], name=op.f("fk_wanted_names_connection_id")
        ),
        sa.PrimaryKeyConstraint(
            "connection_id", "subject", "kind", "name", name=op.f("pk_wanted_names")
        ),
        sqlite_strict=True,
    )
