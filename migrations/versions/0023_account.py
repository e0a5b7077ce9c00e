"""what a brand's recommendations tie up, and how they were answered, read from an index alone"""

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

COLUMNS = ["brand_id", "status", "opened_at", "factory_id", "style_id", "total_cost"]


def upgrade() -> None:
    op.create_index("ix_recommendations_account", "recommendations", COLUMNS)
