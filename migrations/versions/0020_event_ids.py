"""ids of events, kept beside them on PostgreSQL, and what stays of months that are taken out"""

import sqlalchemy as sa
from alembic import op

from app.database import base
from app.database.bounds import Kind, bound_values, validate_bounds
from app.sales.digests import DIGEST_SQL

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

BOUNDED: dict[str, dict[str, Kind]] = {
    "closed_months": {"month": "day", "closed_at": "time"},
    "closed_days": {"day": "day", "told_on": "day", "last_at": "time"},
    "closed_orders": {"day": "day"},
}

KEEP_IDS = f"""
CREATE FUNCTION keep_sales_event_ids() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO sales_event_ids (brand_id, event_id, digest)
    SELECT brand_id, event_id, {DIGEST_SQL} FROM new_rows ORDER BY brand_id, event_id
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$
"""  # noqa: S608  our own names
"""Code that runs knows nothing of the ids: until it is replaced, the database keeps them."""

TRIGGER = """
CREATE TRIGGER keep_ids AFTER INSERT ON sales_events REFERENCING NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION keep_sales_event_ids()
"""


def upgrade() -> None:
    _closed_tables()
    bind = op.get_bind()
    for table, columns in BOUNDED.items():
        bound_values(bind, table, columns)
        validate_bounds(bind, table)
    if bind.dialect.name == "postgresql":
        op.create_table(
            "sales_event_ids",
            sa.Column("brand_id", sa.Integer(), autoincrement=False, nullable=False),
            sa.Column("event_id", sa.String(length=64), nullable=False),
            sa.Column("digest", sa.BigInteger(), nullable=False),
            sa.PrimaryKeyConstraint("brand_id", "event_id", name=op.f("pk_sales_event_ids")),
        )
        bind.exec_driver_sql(KEEP_IDS)
        bind.exec_driver_sql(TRIGGER)


def _closed_tables() -> None:
    op.create_table(
        "closed_months",
        sa.Column("month", base.Day(), nullable=False),
        sa.Column("table_name", sa.String(length=63), nullable=False),
        sa.Column("events", sa.BigInteger(), nullable=False),
        sa.Column("units", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", base.UtcTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("month", name=op.f("pk_closed_months")),
        sqlite_strict=True,
    )
    op.create_table(
        "closed_days",
        sa.Column("sku_id", sa.Integer(), nullable=False),
        sa.Column("day", base.Day(), nullable=False),
        sa.Column("told_on", base.Day(), nullable=False),
        sa.Column("last_at", base.UtcTime(timezone=True), nullable=False),
        sa.Column("sold", sa.BigInteger(), nullable=False),
        sa.Column("cancelled", sa.BigInteger(), nullable=False),
        sa.Column("returned", sa.BigInteger(), nullable=False),
        sa.Column("orders", sa.Integer(), nullable=False),
        sa.Column("largest", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["sku_id"], ["skus.id"], name=op.f("fk_closed_days_sku_id")),
        sa.PrimaryKeyConstraint("sku_id", "day", "told_on", "last_at", name=op.f("pk_closed_days")),
        sqlite_strict=True,
    )
    op.create_table(
        "closed_orders",
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.String(length=64), nullable=False),
        sa.Column("sku_id", sa.Integer(), nullable=False),
        sa.Column("day", base.Day(), nullable=False),
        sa.ForeignKeyConstraint(
            ["brand_id"], ["brands.id"], name=op.f("fk_closed_orders_brand_id")
        ),
        sa.ForeignKeyConstraint(["sku_id"], ["skus.id"], name=op.f("fk_closed_orders_sku_id")),
        sa.PrimaryKeyConstraint("brand_id", "order_id", "sku_id", name=op.f("pk_closed_orders")),
        sqlite_strict=True,
    )
