"""one index of due work instead of two: each sale writes it"""

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_due_work_due_at_group_id", "due_work", ["due_at", "group_id"])
    op.drop_index("ix_due_work_group_due", "due_work")
    op.drop_index("ix_due_work_due_at", "due_work")
