"""know since when a size or a colorway belongs to its style"""

import sqlalchemy as sa
from alembic import op

from app.database import base

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("skus", sa.Column("added_at", base.UtcTime(timezone=True), nullable=True))
