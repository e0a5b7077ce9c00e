"""materials, whom they are reserved for and which runs use them; offers' early runs and lead times"""

import sqlalchemy as sa
from alembic import op

from app.database import base

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("offers", sa.Column("yield_sd", sa.Float(), nullable=True))
    op.add_column("offers", sa.Column("early_run_units", sa.Integer(), nullable=True))
    op.add_column("offers", sa.Column("early_run_yield", sa.Float(), nullable=True))
    op.add_column("offers", sa.Column("material_lead_time_days_mean", sa.Float(), nullable=True))
    op.add_column("offers", sa.Column("material_lead_time_days_sd", sa.Float(), nullable=True))
    op.create_table(
        "materials",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("factory_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.Column("on_hand", base.Measure(precision=18, scale=4), nullable=False),
        sa.Column("as_of", base.UtcTime(timezone=True), nullable=False),
        sa.Column("arriving", base.Json(), nullable=False),
        sa.Column("returns", sa.Boolean(), nullable=False),
        sa.Column("replenishment_lead_time_days", sa.Float(), nullable=True),
        sa.Column("minimum_buy", base.Measure(precision=18, scale=4), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("unit_cost", base.Money(precision=18, scale=4), nullable=True),
        sa.Column("scrap_value", base.Money(precision=18, scale=4), nullable=True),
        sa.Column("season_end", base.Day(), nullable=True),
        sa.Column("updated_at", base.UtcTime(timezone=True), nullable=False),
        sa.CheckConstraint("on_hand >= 0", name=op.f("ck_materials_on_hand_not_negative")),
        sa.ForeignKeyConstraint(
            ["factory_id"], ["factories.id"], name=op.f("fk_materials_factory_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_materials")),
        sa.UniqueConstraint("factory_id", "code", name=op.f("uq_materials_factory_id_code")),
        sqlite_strict=True,
    )
    op.create_table(
        "material_reservations",
        sa.Column("material_id", sa.Integer(), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("quantity", base.Measure(precision=18, scale=4), nullable=False),
        sa.Column("until", base.Day(), nullable=False),
        sa.Column("as_of", base.UtcTime(timezone=True), nullable=False),
        sa.Column("reserved_by", sa.String(length=8), nullable=False),
        sa.Column("updated_at", base.UtcTime(timezone=True), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_material_reservations_quantity_positive")),
        sa.ForeignKeyConstraint(
            ["material_id"], ["materials.id"], name=op.f("fk_material_reservations_material_id")
        ),
        sa.ForeignKeyConstraint(
            ["brand_id"], ["brands.id"], name=op.f("fk_material_reservations_brand_id")
        ),
        sa.PrimaryKeyConstraint("material_id", "brand_id", name=op.f("pk_material_reservations")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("material_reservations", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_material_reservations_brand_id"), ["brand_id"], unique=False
        )

    op.create_table(
        "material_uses",
        sa.Column("run", sa.String(length=40), nullable=False),
        sa.Column("material", sa.String(length=64), nullable=False),
        sa.Column("factory_id", sa.Integer(), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("quantity", base.Measure(precision=18, scale=4), nullable=False),
        sa.Column("cut_at", base.UtcTime(timezone=True), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_material_uses_quantity_positive")),
        sa.ForeignKeyConstraint(
            ["factory_id"], ["factories.id"], name=op.f("fk_material_uses_factory_id")
        ),
        sa.ForeignKeyConstraint(
            ["brand_id"], ["brands.id"], name=op.f("fk_material_uses_brand_id")
        ),
        sa.PrimaryKeyConstraint("run", "material", name=op.f("pk_material_uses")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("material_uses", schema=None) as batch_op:
        batch_op.create_index(
            "ix_material_uses_factory_id_material",
            ["factory_id", "material", "cut_at"],
            unique=False,
        )
