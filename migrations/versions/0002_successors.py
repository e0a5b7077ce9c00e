"""find the styles that a style follows"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("styles", schema=None) as batch_op:
        batch_op.create_index(
            "ix_styles_brand_id_successor", ["brand_id", "successor"], unique=False
        )
