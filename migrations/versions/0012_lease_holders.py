"""which process holds a lease"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("due_work", sa.Column("holder", sa.String(length=140), nullable=True))
    op.add_column("worker_beats", sa.Column("process", sa.String(length=140), nullable=True))
