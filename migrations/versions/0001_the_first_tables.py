"""the first tables"""

import sqlalchemy as sa
from alembic import op

from app.database import base

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "brands",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("review_period_days", sa.Integer(), nullable=False),
        sa.Column("release", sa.String(length=8), nullable=False),
        sa.Column("release_limit", base.Money(precision=18, scale=4), nullable=True),
        sa.Column("counter_tolerance", base.Money(precision=18, scale=4), nullable=False),
        sa.Column("respond_within_hours", sa.Integer(), nullable=False),
        sa.Column("open_to_buy", base.Money(precision=18, scale=4), nullable=True),
        sa.Column("share_forecast", sa.Boolean(), nullable=False),
        sa.Column("created_at", base.UtcTime(timezone=True), nullable=False),
        sa.CheckConstraint("release IN ('auto', 'manual')", name=op.f("ck_brands_release_known")),
        sa.CheckConstraint(
            "review_period_days BETWEEN 1 AND 365", name=op.f("ck_brands_review_bounded")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_brands")),
        sa.UniqueConstraint("code", name=op.f("uq_brands_code")),
        sqlite_strict=True,
    )
    op.create_table(
        "due_work",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("due_at", base.UtcTime(timezone=True), nullable=False),
        sa.Column("signal_at", base.UtcTime(timezone=True), nullable=True),
        sa.Column("generation", sa.BigInteger(), nullable=False),
        sa.Column("lease", sa.String(length=40), nullable=True),
        sa.Column("lease_until", base.UtcTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_due_work")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("due_work", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_due_work_due_at"), ["due_at"], unique=False)
        batch_op.create_index("ix_due_work_group_due", ["group_id", "due_at"], unique=False)

    op.create_table(
        "factories",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.Column("setup_matrix", base.Json(), nullable=True),
        sa.Column("created_at", base.UtcTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_factories")),
        sa.UniqueConstraint("code", name=op.f("uq_factories_code")),
        sqlite_strict=True,
    )
    op.create_table(
        "kept_answers",
        sa.Column("caller", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("request_digest", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("created_at", base.UtcTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("caller", "key", name=op.f("pk_kept_answers")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("kept_answers", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_kept_answers_created_at"), ["created_at"], unique=False
        )

    op.create_table(
        "sandbox_clock",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("now", base.UtcTime(timezone=True), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_sandbox_clock_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sandbox_clock")),
        sqlite_strict=True,
    )
    op.create_table(
        "worker_beats",
        sa.Column("worker", sa.String(length=100), nullable=False),
        sa.Column("at", base.UtcTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("worker", name=op.f("pk_worker_beats")),
        sqlite_strict=True,
    )
    op.create_table(
        "api_keys",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=8), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=True),
        sa.Column("factory_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("hint", sa.String(length=16), nullable=False),
        sa.Column("created_at", base.UtcTime(timezone=True), nullable=False),
        sa.Column("expires_at", base.UtcTime(timezone=True), nullable=True),
        sa.Column("revoked_at", base.UtcTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(role = 'brand') = (brand_id IS NOT NULL) AND (role = 'factory') = (factory_id IS NOT NULL)",
            name=op.f("ck_api_keys_bound_to_one_party"),
        ),
        sa.CheckConstraint(
            "role IN ('ops', 'brand', 'factory')", name=op.f("ck_api_keys_role_known")
        ),
        sa.ForeignKeyConstraint(["brand_id"], ["brands.id"], name=op.f("fk_api_keys_brand_id")),
        sa.ForeignKeyConstraint(
            ["factory_id"], ["factories.id"], name=op.f("fk_api_keys_factory_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_keys")),
        sa.UniqueConstraint("digest", name=op.f("uq_api_keys_digest")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("api_keys", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_api_keys_brand_id"), ["brand_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_api_keys_factory_id"), ["factory_id"], unique=False)

    op.create_table(
        "brand_factories",
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("factory_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["brand_id"], ["brands.id"], name=op.f("fk_brand_factories_brand_id")
        ),
        sa.ForeignKeyConstraint(
            ["factory_id"], ["factories.id"], name=op.f("fk_brand_factories_factory_id")
        ),
        sa.PrimaryKeyConstraint("brand_id", "factory_id", name=op.f("pk_brand_factories")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("brand_factories", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_brand_factories_factory_id"), ["factory_id"], unique=False
        )

    op.create_table(
        "brand_priors",
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("day", base.Day(), nullable=False),
        sa.Column("numbers", base.Json(), nullable=False),
        sa.ForeignKeyConstraint(["brand_id"], ["brands.id"], name=op.f("fk_brand_priors_brand_id")),
        sa.PrimaryKeyConstraint("brand_id", "day", name=op.f("pk_brand_priors")),
        sqlite_strict=True,
    )
    op.create_table(
        "feed_heads",
        sa.Column("factory_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last_seq", sa.BigInteger(), nullable=False),
        sa.Column("last_hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["factory_id"], ["factories.id"], name=op.f("fk_feed_heads_factory_id")
        ),
        sa.PrimaryKeyConstraint("factory_id", name=op.f("pk_feed_heads")),
        sqlite_strict=True,
    )
    op.create_table(
        "offers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("factory_id", sa.Integer(), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("styles", base.Json(), nullable=True),
        sa.Column("mode", sa.String(length=16), nullable=False),
        sa.Column("made_to_order", sa.Boolean(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("price_break_kind", sa.String(length=16), nullable=False),
        sa.Column("price_breaks", base.Json(), nullable=False),
        sa.Column("setup_cost", base.Money(precision=18, scale=4), nullable=False),
        sa.Column("colorway_setup_cost", base.Money(precision=18, scale=4), nullable=False),
        sa.Column("setup_hours", sa.Float(), nullable=False),
        sa.Column("setup_loss_units", sa.Integer(), nullable=False),
        sa.Column("tooling_cost", base.Money(precision=18, scale=4), nullable=False),
        sa.Column("freight_per_unit", base.Money(precision=18, scale=4), nullable=False),
        sa.Column("freight_per_run", base.Money(precision=18, scale=4), nullable=False),
        sa.Column("moq_run", sa.Integer(), nullable=False),
        sa.Column("moq_colorway", sa.Integer(), nullable=False),
        sa.Column("moq_sku", sa.Integer(), nullable=False),
        sa.Column("order_multiple", sa.Integer(), nullable=False),
        sa.Column("max_quantity", sa.Integer(), nullable=True),
        sa.Column("lead_time_days_mean", sa.Float(), nullable=False),
        sa.Column("lead_time_days_sd", sa.Float(), nullable=False),
        sa.Column("yield_rate", sa.Float(), nullable=False),
        sa.Column("capacity_per_week", sa.Integer(), nullable=True),
        sa.Column("valid_from", base.Day(), nullable=True),
        sa.Column("valid_to", base.Day(), nullable=True),
        sa.Column("updated_at", base.UtcTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "mode IN ('on_demand', 'small_batch', 'large_batch')", name=op.f("ck_offers_mode_known")
        ),
        sa.CheckConstraint(
            "price_break_kind IN ('all_units', 'incremental')", name=op.f("ck_offers_breaks_known")
        ),
        sa.CheckConstraint("yield_rate > 0 AND yield_rate <= 1", name=op.f("ck_offers_yield_rate")),
        sa.ForeignKeyConstraint(["brand_id"], ["brands.id"], name=op.f("fk_offers_brand_id")),
        sa.ForeignKeyConstraint(
            ["factory_id"], ["factories.id"], name=op.f("fk_offers_factory_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offers")),
        sa.UniqueConstraint("factory_id", "code", name=op.f("uq_offers_factory_id_code")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("offers", schema=None) as batch_op:
        batch_op.create_index("ix_offers_brand_id", ["brand_id"], unique=False)

    op.create_table(
        "refreshes",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=True),
        sa.Column("status", sa.String(length=8), nullable=False),
        sa.Column("requested_at", base.UtcTime(timezone=True), nullable=False),
        sa.Column("started_at", base.UtcTime(timezone=True), nullable=True),
        sa.Column("finished_at", base.UtcTime(timezone=True), nullable=True),
        sa.Column("wall_started_at", base.UtcTime(timezone=True), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=True),
        sa.CheckConstraint(
            "status IN ('queued', 'running', 'done', 'failed')",
            name=op.f("ck_refreshes_status_known"),
        ),
        sa.ForeignKeyConstraint(["brand_id"], ["brands.id"], name=op.f("fk_refreshes_brand_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refreshes")),
        sqlite_strict=True,
    )
    op.create_table(
        "styles",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("category", sa.String(length=100), nullable=True),
        sa.Column("attributes", base.Json(), nullable=False),
        sa.Column("planning", sa.String(length=8), nullable=False),
        sa.Column("test", base.Json(), nullable=True),
        sa.Column("launch_date", base.Day(), nullable=True),
        sa.Column("end_of_life_date", base.Day(), nullable=True),
        sa.Column("successor", sa.String(length=64), nullable=True),
        sa.Column("like", base.Json(), nullable=False),
        sa.Column("materials", base.Json(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("price", base.Money(precision=18, scale=4), nullable=False),
        sa.Column("salvage_value", base.Money(precision=18, scale=4), nullable=False),
        sa.Column("holding_cost_per_unit_week", base.Money(precision=18, scale=4), nullable=False),
        sa.Column("lost_sale_cost", base.Money(precision=18, scale=4), nullable=False),
        sa.Column("backorder_share", sa.Float(), nullable=False),
        sa.Column("return_rate", sa.Float(), nullable=True),
        sa.Column("resalable_share", sa.Float(), nullable=False),
        sa.Column("supply_version", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", base.UtcTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "planning IN ('active', 'paused', 'ended')", name=op.f("ck_styles_planning_known")
        ),
        sa.CheckConstraint(
            "return_rate IS NULL OR return_rate BETWEEN 0 AND 1", name=op.f("ck_styles_return_rate")
        ),
        sa.ForeignKeyConstraint(["brand_id"], ["brands.id"], name=op.f("fk_styles_brand_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_styles")),
        sa.UniqueConstraint("brand_id", "code", name=op.f("uq_styles_brand_id_code")),
        sqlite_strict=True,
    )
    op.create_table(
        "forecasts",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("style_id", sa.Integer(), nullable=False),
        sa.Column("origin", base.Day(), nullable=False),
        sa.Column("made_at", base.UtcTime(timezone=True), nullable=False),
        sa.Column("horizon", sa.Integer(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("numbers", base.Json(), nullable=False),
        sa.ForeignKeyConstraint(["style_id"], ["styles.id"], name=op.f("fk_forecasts_style_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_forecasts")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("forecasts", schema=None) as batch_op:
        batch_op.create_index("ix_forecasts_style_id_id", ["style_id", "id"], unique=False)

    op.create_table(
        "refresh_styles",
        sa.Column("refresh_id", sa.String(length=40), nullable=False),
        sa.Column("style_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=8), nullable=False),
        sa.Column("error", sa.String(length=500), nullable=True),
        sa.CheckConstraint(
            "status IN ('waiting', 'done', 'failed')", name=op.f("ck_refresh_styles_status_known")
        ),
        sa.ForeignKeyConstraint(
            ["refresh_id"], ["refreshes.id"], name=op.f("fk_refresh_styles_refresh_id")
        ),
        sa.ForeignKeyConstraint(
            ["style_id"], ["styles.id"], name=op.f("fk_refresh_styles_style_id")
        ),
        sa.PrimaryKeyConstraint("refresh_id", "style_id", name=op.f("pk_refresh_styles")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("refresh_styles", schema=None) as batch_op:
        batch_op.create_index(
            "ix_refresh_styles_style_id_status", ["style_id", "status"], unique=False
        )

    op.create_table(
        "runs",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("recommendation_id", sa.String(length=40), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("factory_id", sa.Integer(), nullable=False),
        sa.Column("style_id", sa.Integer(), nullable=False),
        sa.Column("brand", sa.String(length=64), nullable=False),
        sa.Column("factory", sa.String(length=64), nullable=False),
        sa.Column("style", sa.String(length=64), nullable=False),
        sa.Column("offer", sa.String(length=64), nullable=False),
        sa.Column("mode", sa.String(length=16), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("unit_cost", base.Money(precision=18, scale=4), nullable=False),
        sa.Column("total_cost", base.Money(precision=18, scale=4), nullable=False),
        sa.Column("expected_good_share", sa.Float(), nullable=False),
        sa.Column("need_by", base.Day(), nullable=False),
        sa.Column("due_date", base.Day(), nullable=False),
        sa.Column("accepted_at", base.UtcTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "status IN ('planned', 'in_production', 'shipped', 'received', 'closed')",
            name=op.f("ck_runs_status_known"),
        ),
        sa.ForeignKeyConstraint(["brand_id"], ["brands.id"], name=op.f("fk_runs_brand_id")),
        sa.ForeignKeyConstraint(["factory_id"], ["factories.id"], name=op.f("fk_runs_factory_id")),
        sa.ForeignKeyConstraint(["style_id"], ["styles.id"], name=op.f("fk_runs_style_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_runs")),
        sa.UniqueConstraint("recommendation_id", name=op.f("uq_runs_recommendation_id")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("runs", schema=None) as batch_op:
        batch_op.create_index("ix_runs_brand_id", ["brand_id", "id"], unique=False)
        batch_op.create_index("ix_runs_factory_id", ["factory_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_runs_style_id"), ["style_id"], unique=False)

    op.create_table(
        "skus",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("style_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=100), nullable=False),
        sa.Column("colorway", sa.String(length=100), nullable=False),
        sa.Column("size", sa.String(length=100), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["brand_id"], ["brands.id"], name=op.f("fk_skus_brand_id")),
        sa.ForeignKeyConstraint(["style_id"], ["styles.id"], name=op.f("fk_skus_style_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_skus")),
        sa.UniqueConstraint("brand_id", "code", name=op.f("uq_skus_brand_id_code")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("skus", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_skus_style_id"), ["style_id"], unique=False)

    op.create_table(
        "decisions",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("style_id", sa.Integer(), nullable=False),
        sa.Column("at", base.UtcTime(timezone=True), nullable=False),
        sa.Column("action", sa.String(length=12), nullable=False),
        sa.Column("final", sa.Boolean(), nullable=False),
        sa.Column("body", base.Json(), nullable=False),
        sa.Column("inputs", base.Json(), nullable=False),
        sa.Column("digest", sa.String(length=80), nullable=False),
        sa.Column("forecast_id", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(
            ["forecast_id"], ["forecasts.id"], name=op.f("fk_decisions_forecast_id")
        ),
        sa.ForeignKeyConstraint(["style_id"], ["styles.id"], name=op.f("fk_decisions_style_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_decisions_forecast_id"), ["forecast_id"], unique=False)
        batch_op.create_index("ix_decisions_style_id", ["style_id", "id"], unique=False)

    op.create_table(
        "known_demand",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("sku_id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=64), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("due_date", base.Day(), nullable=False),
        sa.Column("probability", sa.Float(), nullable=False),
        sa.CheckConstraint("probability BETWEEN 0 AND 1", name=op.f("ck_known_demand_probability")),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_known_demand_quantity_positive")),
        sa.ForeignKeyConstraint(["brand_id"], ["brands.id"], name=op.f("fk_known_demand_brand_id")),
        sa.ForeignKeyConstraint(["sku_id"], ["skus.id"], name=op.f("fk_known_demand_sku_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_known_demand")),
        sa.UniqueConstraint(
            "brand_id",
            "reference",
            "sku_id",
            name=op.f("uq_known_demand_brand_id_reference_sku_id"),
        ),
        sqlite_strict=True,
    )
    with op.batch_alter_table("known_demand", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_known_demand_sku_id"), ["sku_id"], unique=False)

    op.create_table(
        "receipts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("sku_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=8), nullable=False),
        sa.Column("reference", sa.String(length=140), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("at", base.UtcTime(timezone=True), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_receipts_quantity_positive")),
        sa.ForeignKeyConstraint(["brand_id"], ["brands.id"], name=op.f("fk_receipts_brand_id")),
        sa.ForeignKeyConstraint(["sku_id"], ["skus.id"], name=op.f("fk_receipts_sku_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipts")),
        sa.UniqueConstraint(
            "brand_id",
            "source",
            "reference",
            "sku_id",
            name=op.f("uq_receipts_brand_id_source_reference_sku_id"),
        ),
        sqlite_strict=True,
    )
    with op.batch_alter_table("receipts", schema=None) as batch_op:
        batch_op.create_index("ix_receipts_sku_id_at", ["sku_id", "at"], unique=False)

    op.create_table(
        "run_change_requests",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("run_id", sa.String(length=40), nullable=False),
        sa.Column("requested_by", sa.String(length=8), nullable=False),
        sa.Column("change", base.Json(), nullable=False),
        sa.Column("at", base.UtcTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"], ["runs.id"], name=op.f("fk_run_change_requests_run_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run_change_requests")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("run_change_requests", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_run_change_requests_run_id"), ["run_id"], unique=False)

    op.create_table(
        "run_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.String(length=40), nullable=False),
        sa.Column("event_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("sku", sa.String(length=100), nullable=True),
        sa.Column("quantity", sa.Integer(), nullable=True),
        sa.Column("occurred_at", base.UtcTime(timezone=True), nullable=False),
        sa.Column("posted_by", sa.String(length=8), nullable=False),
        sa.CheckConstraint(
            "kind IN ('started', 'produced', 'rejected', 'shipped', 'received', 'complained', 'closed')",
            name=op.f("ck_run_events_kind_known"),
        ),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_run_events_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run_events")),
        sa.UniqueConstraint("run_id", "event_id", name=op.f("uq_run_events_run_id_event_id")),
        sqlite_strict=True,
    )
    op.create_table(
        "run_lines",
        sa.Column("run_id", sa.String(length=40), nullable=False),
        sa.Column("sku_id", sa.Integer(), nullable=False),
        sa.Column("sku", sa.String(length=100), nullable=False),
        sa.Column("colorway", sa.String(length=100), nullable=False),
        sa.Column("size", sa.String(length=100), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("produced", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.Column("shipped", sa.Integer(), nullable=False),
        sa.Column("received", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_run_lines_run_id")),
        sa.ForeignKeyConstraint(["sku_id"], ["skus.id"], name=op.f("fk_run_lines_sku_id")),
        sa.PrimaryKeyConstraint("run_id", "sku_id", name=op.f("pk_run_lines")),
        sqlite_strict=True,
    )
    op.create_table(
        "sales_events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.String(length=64), nullable=False),
        sa.Column("sku_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("occurred_at", base.UtcTime(timezone=True), nullable=False),
        sa.Column("day", base.Day(), nullable=False),
        sa.Column("unit_price", base.Money(precision=18, scale=4), nullable=True),
        sa.Column("channel", sa.String(length=64), nullable=True),
        sa.Column("order_id", sa.String(length=64), nullable=True),
        sa.CheckConstraint(
            "kind IN ('sale', 'cancellation', 'return')", name=op.f("ck_sales_events_kind_known")
        ),
        sa.CheckConstraint(
            "quantity BETWEEN 1 AND 1000000", name=op.f("ck_sales_events_quantity_bounded")
        ),
        sa.ForeignKeyConstraint(["brand_id"], ["brands.id"], name=op.f("fk_sales_events_brand_id")),
        sa.ForeignKeyConstraint(["sku_id"], ["skus.id"], name=op.f("fk_sales_events_sku_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sales_events")),
        sa.UniqueConstraint("brand_id", "event_id", name=op.f("uq_sales_events_brand_id_event_id")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("sales_events", schema=None) as batch_op:
        batch_op.create_index(
            "ix_sales_events_order", ["brand_id", "order_id", "sku_id"], unique=False
        )
        batch_op.create_index(
            "ix_sales_events_sku_id_day", ["sku_id", "day", "kind", "quantity"], unique=False
        )

    op.create_table(
        "stock_levels",
        sa.Column("sku_id", sa.Integer(), nullable=False),
        sa.Column("as_of", base.UtcTime(timezone=True), nullable=False),
        sa.Column("on_hand", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "on_hand BETWEEN 0 AND 1000000000", name=op.f("ck_stock_levels_on_hand_bounded")
        ),
        sa.ForeignKeyConstraint(["sku_id"], ["skus.id"], name=op.f("fk_stock_levels_sku_id")),
        sa.PrimaryKeyConstraint("sku_id", "as_of", name=op.f("pk_stock_levels")),
        sqlite_strict=True,
    )
    op.create_table(
        "supply",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("sku_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=8), nullable=False),
        sa.Column("reference", sa.String(length=64), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("due_date", base.Day(), nullable=False),
        sa.CheckConstraint(
            "source IN ('inbound', 'run', 'counter')", name=op.f("ck_supply_source_known")
        ),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_supply_quantity_positive")),
        sa.ForeignKeyConstraint(["brand_id"], ["brands.id"], name=op.f("fk_supply_brand_id")),
        sa.ForeignKeyConstraint(["sku_id"], ["skus.id"], name=op.f("fk_supply_sku_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supply")),
        sa.UniqueConstraint(
            "brand_id",
            "source",
            "reference",
            "sku_id",
            name=op.f("uq_supply_brand_id_source_reference_sku_id"),
        ),
        sqlite_strict=True,
    )
    with op.batch_alter_table("supply", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_supply_sku_id"), ["sku_id"], unique=False)

    op.create_table(
        "recommendations",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("factory_id", sa.Integer(), nullable=False),
        sa.Column("style_id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.String(length=40), nullable=False),
        sa.Column("brand", sa.String(length=64), nullable=False),
        sa.Column("factory", sa.String(length=64), nullable=False),
        sa.Column("style", sa.String(length=64), nullable=False),
        sa.Column("offer", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("mode", sa.String(length=16), nullable=False),
        sa.Column("final", sa.Boolean(), nullable=False),
        sa.Column("lines", base.Json(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("unit_cost", base.Money(precision=18, scale=4), nullable=False),
        sa.Column("setup_cost", base.Money(precision=18, scale=4), nullable=False),
        sa.Column("freight_cost", base.Money(precision=18, scale=4), nullable=False),
        sa.Column("tooling_cost", base.Money(precision=18, scale=4), nullable=False),
        sa.Column("total_cost", base.Money(precision=18, scale=4), nullable=False),
        sa.Column("lead_time_days", sa.Integer(), nullable=False),
        sa.Column("expected_good_share", sa.Float(), nullable=False),
        sa.Column("order_by", base.Day(), nullable=False),
        sa.Column("need_by", base.Day(), nullable=False),
        sa.Column("respond_by", base.UtcTime(timezone=True), nullable=False),
        sa.Column("expires_at", base.UtcTime(timezone=True), nullable=False),
        sa.Column("supersedes", sa.String(length=40), nullable=True),
        sa.Column("superseded_by", sa.String(length=40), nullable=True),
        sa.Column("seen_supersedes", sa.String(length=40), nullable=True),
        sa.Column("seen_superseded_by", sa.String(length=40), nullable=True),
        sa.Column("run", sa.String(length=40), nullable=True),
        sa.Column("signal_at", base.UtcTime(timezone=True), nullable=True),
        sa.Column("issued_at", base.UtcTime(timezone=True), nullable=False),
        sa.Column("opened_at", base.UtcTime(timezone=True), nullable=True),
        sa.Column("answered_at", base.UtcTime(timezone=True), nullable=True),
        sa.Column("answer", base.Json(), nullable=True),
        sa.Column("counters", sa.Integer(), nullable=False),
        sa.Column("review", base.Json(), nullable=True),
        sa.Column("economics", base.Json(), nullable=False),
        sa.Column("alternatives", base.Json(), nullable=False),
        sa.Column("reasons", base.Json(), nullable=False),
        sa.Column("digest", sa.String(length=80), nullable=False),
        sa.CheckConstraint(
            "status IN ('draft', 'open', 'countered', 'accepted', 'declined', 'superseded', 'withdrawn', 'expired')",
            name=op.f("ck_recommendations_status_known"),
        ),
        sa.ForeignKeyConstraint(
            ["brand_id"], ["brands.id"], name=op.f("fk_recommendations_brand_id")
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decisions.id"], name=op.f("fk_recommendations_decision_id")
        ),
        sa.ForeignKeyConstraint(
            ["factory_id"], ["factories.id"], name=op.f("fk_recommendations_factory_id")
        ),
        sa.ForeignKeyConstraint(
            ["style_id"], ["styles.id"], name=op.f("fk_recommendations_style_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recommendations")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("recommendations", schema=None) as batch_op:
        batch_op.create_index(
            "ix_recommendations_brand_id_status", ["brand_id", "status", "id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_recommendations_decision_id"), ["decision_id"], unique=False
        )
        batch_op.create_index(
            "ix_recommendations_expiry",
            ["expires_at"],
            unique=False,
            sqlite_where=sa.text("status IN ('draft', 'open', 'countered')"),
            postgresql_where=sa.text("status IN ('draft', 'open', 'countered')"),
        )
        batch_op.create_index(
            "ix_recommendations_factory_id_status", ["factory_id", "status", "id"], unique=False
        )
        batch_op.create_index("ix_recommendations_style_id", ["style_id", "id"], unique=False)
        batch_op.create_index(
            "uq_recommendations_standing",
            ["brand_id", "style_id", "factory_id"],
            unique=True,
            sqlite_where=sa.text("status IN ('draft', 'open', 'countered')"),
            postgresql_where=sa.text("status IN ('draft', 'open', 'countered')"),
        )

    op.create_table(
        "feed_events",
        sa.Column("factory_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("at", base.UtcTime(timezone=True), nullable=False),
        sa.Column("recommendation_id", sa.String(length=40), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["factory_id"], ["factories.id"], name=op.f("fk_feed_events_factory_id")
        ),
        sa.ForeignKeyConstraint(
            ["recommendation_id"],
            ["recommendations.id"],
            name=op.f("fk_feed_events_recommendation_id"),
        ),
        sa.PrimaryKeyConstraint("factory_id", "seq", name=op.f("pk_feed_events")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("feed_events", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_feed_events_recommendation_id"), ["recommendation_id"], unique=False
        )
