"""nor did any before; by itself, because it reads whole tables and locks nobody out meanwhile"""

from alembic import op

from app.database.bounds import validate_bounds

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

BOUNDED = """
api_keys
audit_entries
backtests
brand_priors
brands
connections
console_links
console_sessions
console_users
decisions
deliveries
due_work
factories
feed_events
forecasts
import_mappings
import_parts
imports
kept_answers
known_demand
material_reservations
material_uses
materials
offers
order_fetches
quarantined
receipts
recommendations
refreshes
run_change_requests
run_events
runs
sales_events
sandbox_clock
shop_levels
shop_orders
skus
stock_levels
styles
supply
work_totals
worker_beats
"""


def upgrade() -> None:
    for table in BOUNDED.split():
        validate_bounds(op.get_bind(), table)
