"""which process holds an import or a backtest"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("imports", sa.Column("holder", sa.String(length=140), nullable=True))
    op.add_column("backtests", sa.Column("holder", sa.String(length=140), nullable=True))
