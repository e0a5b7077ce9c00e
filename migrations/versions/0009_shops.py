"""shops that tell what they sell"""

import sqlalchemy as sa
from alembic import op

from app.database import base

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "connections",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("platform", sa.String(length=12), nullable=False),
        sa.Column("channel", sa.String(length=64), nullable=False),
        sa.Column("secrets", base.Json(), nullable=False),
        sa.Column("store_url", sa.String(length=200), nullable=True),
        sa.Column("api_token", sa.String(length=500), nullable=True),
        sa.Column("location_ids", base.Json(), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", base.UtcTime(timezone=True), nullable=False),
        sa.Column("updated_at", base.UtcTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "platform IN ('shopify', 'woocommerce', 'bigcommerce', 'standard')",
            name=op.f("ck_connections_platform_known"),
        ),
        sa.ForeignKeyConstraint(["brand_id"], ["brands.id"], name=op.f("fk_connections_brand_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_connections")),
        sa.UniqueConstraint("brand_id", "code", name=op.f("uq_connections_brand_id_code")),
        sa.UniqueConstraint("public_id", name=op.f("uq_connections_public_id")),
        sqlite_strict=True,
    )
    op.create_table(
        "deliveries",
        sa.Column("connection_id", sa.Integer(), nullable=False),
        sa.Column("delivery_id", sa.String(length=100), nullable=False),
        sa.Column("topic", sa.String(length=100), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("received_at", base.UtcTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["connection_id"], ["connections.id"], name=op.f("fk_deliveries_connection_id")
        ),
        sa.PrimaryKeyConstraint("connection_id", "delivery_id", name=op.f("pk_deliveries")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_deliveries_connection_id_received_at", "deliveries", ["connection_id", "received_at"]
    )

    op.create_table(
        "order_fetches",
        sa.Column("connection_id", sa.Integer(), nullable=False),
        sa.Column("order_key", sa.String(length=64), nullable=False),
        sa.Column("due_at", base.UtcTime(timezone=True), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_until", base.UtcTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["connection_id"], ["connections.id"], name=op.f("fk_order_fetches_connection_id")
        ),
        sa.PrimaryKeyConstraint("connection_id", "order_key", name=op.f("pk_order_fetches")),
        sqlite_strict=True,
    )
    op.create_index("ix_order_fetches_due_at", "order_fetches", ["due_at"])

    op.create_table(
        "quarantined",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("connection_id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=140), nullable=False),
        sa.Column("status", sa.String(length=8), nullable=False),
        sa.Column("topic", sa.String(length=100), nullable=False),
        sa.Column("errors", base.Json(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("first_at", base.UtcTime(timezone=True), nullable=False),
        sa.Column("last_at", base.UtcTime(timezone=True), nullable=False),
        sa.Column("resolved_at", base.UtcTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status IN ('waiting', 'resolved')", name=op.f("ck_quarantined_status_known")
        ),
        sa.ForeignKeyConstraint(["brand_id"], ["brands.id"], name=op.f("fk_quarantined_brand_id")),
        sa.ForeignKeyConstraint(
            ["connection_id"], ["connections.id"], name=op.f("fk_quarantined_connection_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quarantined")),
        sa.UniqueConstraint(
            "connection_id", "subject", name=op.f("uq_quarantined_connection_id_subject")
        ),
        sqlite_strict=True,
    )
    op.create_index("ix_quarantined_brand_id_status", "quarantined", ["brand_id", "status", "id"])

    op.create_table(
        "shop_levels",
        sa.Column("connection_id", sa.Integer(), nullable=False),
        sa.Column("item", sa.String(length=64), nullable=False),
        sa.Column("location", sa.String(length=64), nullable=False),
        sa.Column("at", base.UtcTime(timezone=True), nullable=False),
        sa.Column("available", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["connection_id"], ["connections.id"], name=op.f("fk_shop_levels_connection_id")
        ),
        sa.PrimaryKeyConstraint(
            "connection_id", "item", "location", "at", name=op.f("pk_shop_levels")
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "shop_orders",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("connection_id", sa.Integer(), nullable=False),
        sa.Column("order_key", sa.String(length=64), nullable=False),
        sa.Column("placed_at", base.UtcTime(timezone=True), nullable=True),
        sa.Column("state", base.Json(), nullable=False),
        sa.Column("booked", base.Json(), nullable=False),
        sa.Column("is_waiting", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["connection_id"], ["connections.id"], name=op.f("fk_shop_orders_connection_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_orders")),
        sa.UniqueConstraint(
            "connection_id", "order_key", name=op.f("uq_shop_orders_connection_id_order_key")
        ),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_shop_orders_connection_id_placed_at", "shop_orders", ["connection_id", "placed_at"]
    )

    op.create_table(
        "sku_maps",
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=64), nullable=False),
        sa.Column("item", sa.String(length=100), nullable=False),
        sa.Column("sku_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["brand_id"], ["brands.id"], name=op.f("fk_sku_maps_brand_id")),
        sa.ForeignKeyConstraint(["sku_id"], ["skus.id"], name=op.f("fk_sku_maps_sku_id")),
        sa.PrimaryKeyConstraint("brand_id", "channel", "item", name=op.f("pk_sku_maps")),
        sqlite_strict=True,
    )
    op.create_index("ix_sku_maps_sku_id", "sku_maps", ["sku_id"])
