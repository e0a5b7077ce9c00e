"""no table holds a time or number that cannot be read back"""

from alembic import op

from app.database.bounds import Kind, bound_values

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

BOUNDED: dict[str, dict[str, Kind]] = {
    "sales_events": {"occurred_at": "time", "day": "day", "unit_price": "money"},
    "audit_entries": {"at": "time"},
    "backtests": {
        "until": "day",
        "progress": "number",
        "requested_at": "time",
        "started_at": "time",
        "finished_at": "time",
        "seconds": "number",
        "lease_until": "time",
    },
    "brand_priors": {"day": "day"},
    "connections": {"created_at": "time", "updated_at": "time"},
    "console_links": {"expires_at": "time"},
    "decisions": {"at": "time"},
    "deliveries": {"received_at": "time"},
    "feed_events": {"at": "time"},
    "forecasts": {"origin": "day", "made_at": "time"},
    "import_mappings": {"updated_at": "time"},
    "import_parts": {"received_at": "time"},
    "imports": {
        "requested_at": "time",
        "started_at": "time",
        "finished_at": "time",
        "seconds": "number",
        "lease_until": "time",
    },
    "kept_answers": {"created_at": "time"},
    "known_demand": {"due_date": "day", "probability": "number"},
    "material_reservations": {
        "quantity": "money",
        "until": "day",
        "as_of": "time",
        "updated_at": "time",
    },
    "material_uses": {"quantity": "money", "cut_at": "time"},
    "materials": {
        "on_hand": "money",
        "as_of": "time",
        "replenishment_lead_time_days": "number",
        "minimum_buy": "money",
        "unit_cost": "money",
        "scrap_value": "money",
        "season_end": "day",
        "updated_at": "time",
    },
    "offers": {
        "setup_cost": "money",
        "colorway_setup_cost": "money",
        "setup_hours": "number",
        "tooling_cost": "money",
        "freight_per_unit": "money",
        "freight_per_run": "money",
        "lead_time_days_mean": "number",
        "lead_time_days_sd": "number",
        "material_lead_time_days_mean": "number",
        "material_lead_time_days_sd": "number",
        "yield_rate": "number",
        "yield_sd": "number",
        "early_run_yield": "number",
        "valid_from": "day",
        "valid_to": "day",
        "updated_at": "time",
    },
    "order_fetches": {"due_at": "time", "lease_until": "time"},
    "quarantined": {"first_at": "time", "last_at": "time", "resolved_at": "time"},
    "receipts": {"at": "time"},
    "recommendations": {
        "unit_cost": "money",
        "setup_cost": "money",
        "freight_cost": "money",
        "tooling_cost": "money",
        "total_cost": "money",
        "expected_good_share": "number",
        "order_by": "day",
        "need_by": "day",
        "respond_by": "time",
        "expires_at": "time",
        "signal_at": "time",
        "issued_at": "time",
        "opened_at": "time",
        "answered_at": "time",
    },
    "refreshes": {
        "requested_at": "time",
        "started_at": "time",
        "finished_at": "time",
        "wall_started_at": "time",
        "seconds": "number",
    },
    "run_change_requests": {"at": "time"},
    "run_events": {"occurred_at": "time"},
    "runs": {
        "unit_cost": "money",
        "total_cost": "money",
        "expected_good_share": "number",
        "need_by": "day",
        "due_date": "day",
        "accepted_at": "time",
    },
    "shop_levels": {"at": "time"},
    "shop_orders": {"placed_at": "time"},
    "skus": {"added_at": "time"},
    "stock_levels": {"as_of": "time"},
    "styles": {
        "launch_date": "day",
        "end_of_life_date": "day",
        "price": "money",
        "salvage_value": "money",
        "holding_cost_per_unit_week": "money",
        "lost_sale_cost": "money",
        "backorder_share": "number",
        "return_rate": "number",
        "resalable_share": "number",
        "updated_at": "time",
    },
    "supply": {"due_date": "day"},
    "work_totals": {"value": "number"},
    "due_work": {"due_at": "time", "signal_at": "time", "lease_until": "time"},
    "brands": {
        "release_limit": "money",
        "counter_tolerance": "money",
        "open_to_buy": "money",
        "created_at": "time",
    },
    "factories": {"created_at": "time"},
    "sandbox_clock": {"now": "time"},
    "worker_beats": {"at": "time", "refreshed_at": "time"},
    "console_sessions": {"created_at": "time", "seen_at": "time", "expires_at": "time"},
    "console_users": {"created_at": "time", "removed_at": "time"},
    "api_keys": {
        "created_at": "time",
        "expires_at": "time",
        "revoked_at": "time",
        "last_used_at": "time",
    },
}
"""In the order in which they are locked, each to the end: sales before what they mark due, and last
what every request reads, so that none stands still while another table is waited for."""


def upgrade() -> None:
    for table, columns in BOUNDED.items():
        bound_values(op.get_bind(), table, columns)
