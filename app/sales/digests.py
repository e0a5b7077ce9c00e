"""A digest of what an event says, computed alike here and by PostgreSQL."""

from hashlib import sha256

from app.database.base import EPOCH, MICROSECOND, MONEY_SCALE
from app.sales.queries import Content

SEPARATOR = "\x1f"
"""The unit separator: what is posted contains no control characters."""

DIGEST_SQL = r"""
('x' || encode(substr(sha256(convert_to(concat_ws(E'\x1f',
    sku_id, kind, quantity, (extract(epoch FROM occurred_at) * 1000000)::bigint,
    coalesce('=' || (unit_price * 10000)::bigint, ''),
    coalesce('=' || channel, ''), coalesce('=' || order_id, '')
), 'UTF8')), 1, 8), 'hex'))::bit(64)::bigint
"""
"""The same of a row of `sales_events`: for what was stored before ids were kept."""


def digest(content: Content) -> int:
    """Return the first 64 bits of the SHA-256 of a content, as a signed integer."""
    sku_id, kind, quantity, at, price, channel, order_id = content
    micros = (at - EPOCH) // MICROSECOND
    money = "" if price is None else f"={int(price.scaleb(MONEY_SCALE))}"
    texts = ("" if text is None else f"={text}" for text in (channel, order_id))
    words = SEPARATOR.join((str(sku_id), kind, str(quantity), str(micros), money, *texts))
    return int.from_bytes(sha256(words.encode()).digest()[:8], "big", signed=True)
