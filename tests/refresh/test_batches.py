"""What one batch of a worker claims."""

from app.catalog.signals import styles_changed
from app.database.database import Database
from app.refresh.batches import claim_batches
from app.settings import Settings
from tests.refresh.shop import AT, open_shop

MORE_THAN_ARE_MARKED_AT_ONCE = range(1_001, 1_151)


def test_news_of_many_styles_is_claimed(database: Database) -> None:
    brand = open_shop(database)
    with database.write() as session:
        styles_changed(session, brand.id, MORE_THAN_ARE_MARKED_AT_ONCE, at=AT)

    [batch] = claim_batches(database, Settings(worker_batch_styles=500), at=AT, brand_id=None)

    assert sorted(batch.claimed.generations) == list(MORE_THAN_ARE_MARKED_AT_ONCE)
