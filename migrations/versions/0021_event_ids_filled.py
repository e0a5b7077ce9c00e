"""the ids of events that were stored before they were kept; nobody is locked out meanwhile"""

from alembic import op
from sqlalchemy import text

from app.sales.digests import DIGEST_SQL

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

EVENTS_A_STATEMENT = 50_000
"""About a second's work: no statement comes near what a migration lets one take."""

PORTION = f"""
INSERT INTO sales_event_ids (brand_id, event_id, digest)
SELECT brand_id, event_id, {DIGEST_SQL} FROM sales_events WHERE id > :after AND id <= :after + :events
ON CONFLICT DO NOTHING
"""  # noqa: S608  our own names


def upgrade() -> None:
    bind = op.get_bind()
    if bind.dialect.name != "postgresql":
        return
    newest = bind.execute(text("SELECT max(id) FROM sales_events")).scalar() or 0
    for after in range(0, newest, EVENTS_A_STATEMENT):
        portion = {"after": after, "events": EVENTS_A_STATEMENT}
        bind.execute(text(PORTION), portion)
