"""feed floors"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

BEFORE_ALL = "0" * 64


def upgrade() -> None:
    op.add_column(
        "feed_heads", sa.Column("floor_seq", sa.BigInteger(), nullable=False, server_default="0")
    )
    op.add_column(
        "feed_heads",
        sa.Column("floor_hash", sa.String(length=64), nullable=False, server_default=BEFORE_ALL),
    )
