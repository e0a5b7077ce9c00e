"""how factories answered, and what stands for a brand, read from an index alone"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

ANSWERED = [
    "brand_id", "factory_id", "opened_at", "answered_at", "status", "counters", "quantity", "id",
]  # fmt: skip
STANDING = sa.text("status IN ('draft', 'open', 'countered')")


def upgrade() -> None:
    op.create_index("ix_recommendations_answered", "recommendations", ANSWERED)
    op.create_index(
        "ix_recommendations_standing",
        "recommendations",
        ["brand_id", "status", "respond_by", "factory"],
        sqlite_where=STANDING,
        postgresql_where=STANDING,
    )
