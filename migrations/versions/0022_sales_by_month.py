"""sales partitioned by month on PostgreSQL; what is stored becomes the partition for the rest

Nothing is copied or looked through: the old table is attached as it is, with its indexes and
checks, and workers move its months into partitions of their own, one at a time.
"""

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None
breaks_older = "postgresql"
"""Older code asks for a unique key that is gone, and does not know what closed months came to."""

STEPS = """
LOCK TABLE sales_events IN ACCESS EXCLUSIVE MODE;
DROP TRIGGER keep_ids ON sales_events;
DROP FUNCTION keep_sales_event_ids();
ALTER TABLE sales_events DROP CONSTRAINT uq_sales_events_brand_id_event_id;
ALTER TABLE sales_events RENAME TO sales_events_default;
ALTER INDEX pk_sales_events RENAME TO pk_sales_events_default;
ALTER INDEX ix_sales_events_sku_id_day RENAME TO ix_sales_events_default_sku_id_day;
ALTER INDEX ix_sales_events_order RENAME TO ix_sales_events_default_order;
CREATE TABLE sales_events (LIKE sales_events_default INCLUDING DEFAULTS INCLUDING CONSTRAINTS)
    PARTITION BY RANGE (day);
ALTER SEQUENCE sales_events_id_seq OWNED BY sales_events.id;
CREATE INDEX ix_sales_events_sku_id_day ON sales_events (sku_id, day, kind, quantity);
CREATE INDEX ix_sales_events_order ON sales_events (brand_id, order_id, sku_id);
ALTER TABLE sales_events
    ADD CONSTRAINT fk_sales_events_brand_id FOREIGN KEY (brand_id) REFERENCES brands (id);
ALTER TABLE sales_events
    ADD CONSTRAINT fk_sales_events_sku_id FOREIGN KEY (sku_id) REFERENCES skus (id);
ALTER TABLE sales_events ATTACH PARTITION sales_events_default DEFAULT
"""


def upgrade() -> None:
    bind = op.get_bind()
    if bind.dialect.name == "postgresql":
        for step in STEPS.split(";"):
            bind.exec_driver_sql(step)
