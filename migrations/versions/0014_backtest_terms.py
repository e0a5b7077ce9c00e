"""the economics and offers that a backtest tries"""

import sqlalchemy as sa
from alembic import op

from app.database import base

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("backtests", sa.Column("terms", base.Json(), nullable=True))
